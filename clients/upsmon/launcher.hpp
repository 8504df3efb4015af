// Launcher: starts programs of one kind, so many at once and no more; the others wait, the oldest first. A
// program that hangs therefore holds up nobody, and a thousand events don't become a thousand processes.
#pragma once

#include "clients/upsmon/children.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <memory>
#include <string>

namespace upright::upsmon {

class Launcher {
public:
    struct Limits {
        std::size_t at_once;
        std::size_t waiting;                // beyond that the oldest is left out
        std::chrono::milliseconds patience; // one that ran longer is ended when others wait
    };

    // `name` is what people know the program by. Lives as long as the loop of `children` runs.
    Launcher(Children& children, std::string name, Limits limits);

    // Starts it now or later. An urgent one is never left out, and a few of them don't wait for others,
    // either.
    void launch(Program program, bool urgent = false);

    std::size_t running() const noexcept { return running_.size(); }
    std::size_t waiting() const noexcept { return waiting_.size(); }
    std::size_t left_out() const noexcept { return left_out_; } // since the last one that found a place

private:
    struct Waiting {
        Program program;
        bool urgent;
    };
    struct Running {
        std::chrono::steady_clock::time_point since;
        pid_t pid;
        bool killed = false;
    };

    void start(const Program& program);
    void ended(std::uint64_t number, int status);
    void end_the_overdue();
    void leave_out_the_oldest();

    Children& children_;
    std::string name_;
    Limits limits_;
    std::map<std::uint64_t, Running> running_; // the oldest first
    std::uint64_t started_ = 0;
    std::deque<Waiting> waiting_;
    std::size_t left_out_ = 0;
    std::string last_failure_;
};

} // namespace upright::upsmon
