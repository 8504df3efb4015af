// The load on one server: so many connections, each with so many requests in flight, for so long. Runs in the
// benchmark's own process on one core; the server has the other.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <sys/types.h>

namespace upright::bench {

struct Question {
    std::string request;      // with its newline
    std::size_t answer_bytes; // of the complete answer
    int in_flight = 1;        // requests sent before their answers are there
};

struct Measured {
    double per_second = 0; // answers
    double p50 = 0;        // ms from request to complete answer
    double p99 = 0;
    double user_us = 0; // the server's user CPU for each answer, in microseconds
    double system_us = 0;
};

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

} // namespace upright::bench
