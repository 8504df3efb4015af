// StatusFlags: what the status rows of a map have said of the UPS so far (docs/usbhid-device-files.md). Flags
// that exclude each other ("online", "offline") clear each other; one that nobody spoke of is not set.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upright::usbhid {

class StatusFlags {
public:
    // All flags, sorted.
    static const std::vector<std::string_view>& names();
    // A flag, "!" before it or not.
    static bool knows(std::string_view word);
    // What takes a flag back: "offline" of "online", "!chrg" of "chrg", "chrg" of "!chrg".
    static std::string opposite(std::string_view word);

    // "online", "!chrg", or several with blanks between them. What is no flag is left out.
    void apply(std::string_view words);
    bool has(std::string_view flag) const { return set_.find(flag) != set_.end(); }

private:
    void apply_word(std::string_view word);

    std::set<std::string_view> set_; // out of names()
};

} // namespace upright::usbhid
