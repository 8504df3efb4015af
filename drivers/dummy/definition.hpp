// Definition: what a .dev or .seq file says, line by line. Pure: text in, steps or problems out.
#pragma once

#include "common/config/diagnostic.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace upright::dummy {

struct SetTo { // name: value
    std::string variable;
    std::string value; // empty: the variable is deleted
};
struct Pause { // TIMER seconds
    std::chrono::seconds length{};
};
struct AddAlarm { // ALARM text
    std::string text;
};
struct ClearAlarms {}; // ALARM
using Step = std::variant<SetTo, Pause, AddAlarm, ClearAlarms>;

// Letters, digits, - _ and . only, as the names of variables are.
bool is_name(std::string_view text);

// Lines that can't be used are problems and are left out; driver.* lines are left out silently, since a dump
// of another driver holds them.
Loaded<std::vector<Step>> parse_definition(std::string file, std::string_view text);

} // namespace upright::dummy
