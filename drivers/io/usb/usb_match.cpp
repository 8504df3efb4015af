#include "drivers/io/usb/usb_match.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>

#include <regex.h>

namespace upright::io {
namespace {

struct Key {
    std::string_view name;
    std::string (*value)(const UsbDescription& device);
    bool needs_opening; // strings are read from the open device
};

// clang-format off
constexpr std::array kKeys{
    Key{"vendorid",  [](const UsbDescription& d) { return fmt::format("{:04x}", d.vendor_id); },  false},
    Key{"productid", [](const UsbDescription& d) { return fmt::format("{:04x}", d.product_id); }, false},
    Key{"bus",       [](const UsbDescription& d) { return d.bus; },                               false},
    Key{"device",    [](const UsbDescription& d) { return d.device; },                            false},
    Key{"busport",   [](const UsbDescription& d) { return d.busport; },                           false},
    Key{"vendor",    [](const UsbDescription& d) { return d.vendor; },                            true},
    Key{"product",   [](const UsbDescription& d) { return d.product; },                           true},
    Key{"serial",    [](const UsbDescription& d) { return d.serial; },                            true},
};
// clang-format on

} // namespace

struct UsbMatch::Pattern {
    explicit Pattern(const Key& of) : key(of) {}
    Pattern(const Pattern&) = delete;
    Pattern& operator=(const Pattern&) = delete;
    ~Pattern()
    {
        if (compiled)
            ::regfree(&expression);
    }

    bool fits(const UsbDescription& device) const
    {
        const auto text = std::string(trimmed(key.value(device)));
        regmatch_t found{};
        return ::regexec(&expression, text.c_str(), 1, &found, 0) == 0 && found.rm_so == 0
               && static_cast<std::size_t>(found.rm_eo) == text.size();
    }

    const Key& key;
    regex_t expression{};
    bool compiled = false;
};

std::string UsbDescription::ids() const { return fmt::format("{:04x}:{:04x}", vendor_id, product_id); }

const std::vector<std::string_view>& UsbMatch::keys()
{
    static const std::vector<std::string_view> names = [] {
        std::vector<std::string_view> all;
        all.reserve(kKeys.size());
        for (const auto& key : kKeys)
            all.push_back(key.name);
        return all;
    }();
    return names;
}

Result<UsbMatch>
UsbMatch::from(const std::function<std::optional<std::string>(std::string_view key)>& value_of)
{
    UsbMatch match;
    for (const auto& key : kKeys) {
        const auto wanted = value_of(key.name);
        if (!wanted)
            continue;
        auto pattern = std::make_shared<Pattern>(key);
        // A group around the alternatives: all of them must fit as a whole.
        const auto whole = "^(" + *wanted + ")$";
        const int failed = ::regcomp(&pattern->expression, whole.c_str(), REG_EXTENDED | REG_ICASE);
        if (failed != 0) {
            std::array<char, 128> reason{};
            ::regerror(failed, &pattern->expression, reason.data(), reason.size());
            return Error{Errc::bad_config,
                         fmt::format("{} = {}: {}", key.name, escaped(*wanted), reason.data())};
        }
        pattern->compiled = true;
        match.patterns_.push_back(std::move(pattern));
    }
    return match;
}

bool UsbMatch::may_be(const UsbDescription& device) const
{
    for (const auto& pattern : patterns_)
        if (!pattern->key.needs_opening && !pattern->fits(device))
            return false;
    return true;
}

bool UsbMatch::matches(const UsbDescription& device) const
{
    for (const auto& pattern : patterns_)
        if (!pattern->fits(device))
            return false;
    return true;
}

} // namespace upright::io
