// Running CMDSCRIPT: directly, without a shell, and without waiting for it. Scripts owns the children, which
// are bounded in number; nobody else may wait for them.
#pragma once

#include "clients/upssched/timers.hpp"
#include "common/result.hpp"

#include <string>
#include <sys/types.h>
#include <vector>

namespace upright::upssched {

// Starts `command` with `name` as its last argument and the event in its environment, in a process group of
// its own and with no descriptor but the first three.
Result<pid_t> spawn_script(std::vector<std::string> command, const std::string& name, const Event& event);

// How it ended, for the log; nothing if all was well.
std::string ending(const std::string& name, int wait_status);

class Scripts {
public:
    static constexpr std::size_t kMost = 64;

    explicit Scripts(std::vector<std::string> command) : command_(std::move(command)) {}

    // What fails is logged. If kMost are running, the one that has been running for longest is killed: what
    // happens now matters more than what has been hanging.
    void run(const std::string& name, const Event& event);

    void reap(); // after SIGCHLD

private:
    struct Child {
        pid_t pid;
        std::string name;
        bool killed; // but not reaped yet
    };

    std::vector<std::string> command_;
    std::vector<Child> children_; // oldest first
};

} // namespace upright::upssched
