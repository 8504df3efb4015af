#include "common/client/control_options.hpp"

#include "common/client/request.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace upright {

Result<void> ControlOptions::take(int option, char* argument)
{
    switch (option) {
    case 'u': login.user = argument; break;
    case 'p': login.password = take_secret(argument); break;
    case 'w': wait = true; break;
    case 't': {
        const auto wanted = wait_limit(argument);
        if (!wanted)
            return wanted.error();
        limit = *wanted;
        break;
    }
    case 'j': json = true; break;
    case 'D': break; // accepted for compatibility
    case 'W': dial.time_limit = argument; break;
    case 'A': dial.credentials = argument; break;
    case ':': return Error{Errc::invalid_argument, fmt::format("option -{} needs a value", char(optopt))};
    default: return Error{Errc::invalid_argument, fmt::format("unknown option -{}", char(optopt))};
    }
    return {};
}

} // namespace upright
