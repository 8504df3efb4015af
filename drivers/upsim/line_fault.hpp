// What a bad line makes of an answer. Pure; `noise` is the state of the randomness.
#pragma once

#include "drivers/upsim/simulated_ups.hpp"

#include <cstdint>
#include <string>

namespace upright::upsim {

// The answer as it arrives, whatever its dialect; unchanged if the fault is none of its text.
std::string spoiled(Fault::Kind kind, std::string answer, std::uint64_t& noise);

} // namespace upright::upsim
