// The load on one server: so many connections, each with one request in flight, for so long. Runs in the
// benchmark's own process on one core; the server has the other.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace upright::bench {

struct Question {
    std::string request;      // with its newline
    std::size_t answer_bytes; // of the complete answer
};

struct Measured {
    double per_second = 0; // answers
    double p50 = 0;        // ms from request to complete answer
    double p99 = 0;
    double user_us = 0; // the server's user CPU for each answer, in microseconds
    double system_us = 0;
};

// Sends the request once and returns the complete answer (up to a line that begins with `last`).
std::string ask_once(int port, std::string_view request, std::string_view last);

// The connections of one comparison; kept open between its rounds.
class Load {
public:
    Load(int port, pid_t server, Question question, int connections);
    ~Load();
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    Measured measure(std::chrono::milliseconds duration);

private:
    class Loop;
    pid_t server_;
    std::unique_ptr<Loop> loop_;
};

// Opens so many connections, waits until the server has taken them, and closes them again; the server's
// private memory (USS) for each, in bytes.
double idle_bytes(int port, pid_t server, int connections);

} // namespace upright::bench
