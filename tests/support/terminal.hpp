// Terminal: a real program on a terminal of its own, as a person would run it: what it shows, what is typed,
// whether typing shows.
#pragma once

#include "tests/support/process.hpp"

namespace upright::test {

class Terminal {
public:
    Terminal(std::vector<std::string> command, const std::map<std::string, std::string>& environment);
    Terminal(const Terminal&) = delete;
    Terminal& operator=(const Terminal&) = delete;
    ~Terminal(); // SIGKILL and reap

    bool shows(std::string_view text); // soon
    std::string shown();               // so far
    void type(std::string_view text) const;
    bool echoes() const; // what is typed shows

    // Soon; 128 + signal if it was killed, 256 + signal if it is stopped; -1 if it just runs on.
    int ended();
    void signal(int number) const;

private:
    void collect();

    pid_t pid_ = -1;
    int fd_ = -1;
    std::string shown_;
    bool gone_ = false;
};

} // namespace upright::test
