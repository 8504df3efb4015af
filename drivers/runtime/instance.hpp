// Where one driver instance has its socket and PID file, and what one instance does to another: -c, -k
// through the running one, and taking over from it.
#pragma once

#include "common/result.hpp"
#include "drivers/runtime/driver.hpp"

#include <optional>
#include <string>
#include <sys/types.h>

namespace upright {

struct Instance {
    std::string program; // driver program name
    std::string ups;     // section name
    std::string state_dir;
    std::string pid_dir;

    std::string socket_path() const { return state_dir + "/" + program + "-" + ups; }
    std::string pid_path() const { return pid_dir + "/" + program + "-" + ups + ".pid"; }
};

// -c `word`: the exit code of the whole call. 0 done, 2 a restart is needed, 255 no running instance
// answered (reload, reload-or-error, exit go over the socket); 1 the signal could not be sent (the others).
int tell_instance(const Instance& instance, const std::string& word, std::optional<pid_t> pid,
                  const DriverProgram& program);

// -k through a running instance. False if there is none, or it didn't do it.
bool kill_power_by_instance(const Instance& instance);

// Makes a running instance leave: by its socket, then by its PID file (TERM, at last KILL). Bounded.
void replace_instance(const Instance& instance, const DriverProgram& program);

} // namespace upright
