// Attackers: processes that trouble one upsd, each in its own way, for as long as they exist.
#pragma once

#include <string_view>
#include <sys/types.h>
#include <vector>

namespace upright::bench {

struct Attack {
    std::string_view name;
    void (*run)(int port); // over and over
    int processes;
};

// Storm: 10,000 connections in a second, let go, and again. Guessers: passwords of the user "admin". Endless:
// lines without an end. Garbage: STARTTLS and then noise, or a handshake that is never finished. Deaf: LIST
// VAR over and over, and nothing read.
const std::vector<Attack>& attacks();

class Attackers {
public:
    Attackers(int port, const std::vector<Attack>& kinds);
    ~Attackers();
    Attackers(const Attackers&) = delete;
    Attackers& operator=(const Attackers&) = delete;

private:
    std::vector<pid_t> processes_;
};

} // namespace upright::bench
