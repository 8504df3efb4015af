// The binary status of Voltronic's protocols P and T, with its escapes and its CR. Pure.
#pragma once

#include <optional>
#include <string>

namespace upright::upsim {

struct HexReading {
    double input = 0;  // V
    double output = 0; // V
    double load = 0;   // %
    double hertz = 0;  // of the output
    double battery = 0;
    unsigned bits = 0;                    // as Q1's, the first the highest
    std::optional<unsigned> ratings = {}; // protocol T tells them
};

std::string hex_status(const HexReading& reading);

} // namespace upright::upsim
