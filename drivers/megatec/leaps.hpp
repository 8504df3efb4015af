// Leaps: keeps a reading back once that is unlike the one before and unlike anything a UPS does between
// two polls: one absurd answer must shut nothing down. It owns what one query read last.
#pragma once

#include "drivers/megatec/dialect.hpp"

#include <map>
#include <string>
#include <vector>

namespace upright::megatec {

class Leaps {
public:
    // Puts the former value in the place of one that leaps, unless one leapt the time before, too. Returns
    // what was held back, as "variable: value instead of value", for the log.
    std::vector<std::string> hold(Words& values);

private:
    struct Last {
        std::string value; // as published
        bool held = false; // the poll before leapt
    };
    std::map<std::string, Last, std::less<>> last_;
};

} // namespace upright::megatec
