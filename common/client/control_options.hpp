// ControlOptions: what upscmd and upsrw have on their command lines alike. Nothing is printed or connected
// here; a password in it is overwritten.
#pragma once

#include "common/client/dial.hpp"
#include "common/client/login.hpp"
#include "common/result.hpp"

#include <chrono>

namespace upright {

struct ControlOptions {
    bool json = false;              // -j
    LoginOptions login;             // -u, -p
    bool wait = false;              // -w
    std::chrono::seconds limit{10}; // -t
    DialOptions dial;               // -W, -A

    // The letters above, and -D, for getopt(3).
    static constexpr const char* kLetters = "u:p:wt:jDW:A:";

    // What getopt(3) found, with its argument. Fails if it is none of these, or wrong.
    Result<void> take(int option, char* argument);
};

} // namespace upright
