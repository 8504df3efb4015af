// The words of `upsdrvctl -c`, and how each reaches a running driver.
#pragma once

#include "drivers/upsdrvctl/plan.hpp"

#include <csignal>
#include <string_view>

namespace upright::upsdrvctl {

struct DriverCommand {
    std::string_view word;
    std::string_view instant_command; // over the socket; empty: by signal only
    int signal;                       // for drivers that don't know the command; 0: there is none
};

const DriverCommand* find_command(std::string_view word); // exact; nullptr if unknown

// False if the driver does not run or refused; says why.
bool tell_driver(const Job& job, const DriverCommand& command);

} // namespace upright::upsdrvctl
