// One variable of a UPS: its value and what may be written to it. Plain data.
#pragma once

#include <string>
#include <vector>

namespace upright {

struct Range {
    int min = 0;
    int max = 0;
    bool operator==(const Range&) const = default;
};

struct Flags {
    bool rw = false;        // may be written by SET VAR
    bool text = false;      // STRING: max_length counts
    bool number = false;    // NUMBER
    bool immutable = false; // fixed by override.; never sent to anybody

    bool operator==(const Flags&) const = default;
};

struct Variable {
    std::string value;
    Flags flags{};
    int max_length = 0; // of a STRING, in bytes; 0: not announced
    std::vector<std::string> enums{};
    std::vector<Range> ranges{};

    bool operator==(const Variable&) const = default;
};

// A number that SET VAR may change.
inline Variable writable_number(int value)
{
    return {.value = std::to_string(value), .flags = {.rw = true, .number = true}};
}

} // namespace upright
