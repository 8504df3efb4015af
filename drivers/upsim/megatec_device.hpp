// The Megatec protocol as a UPS speaks it: one command in, at most one answer out. Pure.
#pragma once

#include "drivers/upsim/model.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace upright::upsim {

struct Identity {
    std::string maker = "UPRIGHT"; // at most 15 bytes
    std::string model = "SIM";     // at most 10
    std::string version = "V1.00"; // at most 10
};

// The answer to `command` (without its CR), with a CR at its end; nothing for a command that is obeyed
// silently. What is not understood is echoed, as the family does. The model must have been advanced to the
// present.
std::optional<std::string> megatec_answer(Model& model, const Identity& identity, std::string_view command);

} // namespace upright::upsim
