// HonestClient: asks one thing every 20 ms, as a monitor in a hurry would, and measures how long each answer
// takes.
#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace upright::bench {

class HonestClient {
public:
    HonestClient(int port, std::string request);
    HonestClient(const HonestClient&) = delete;
    HonestClient& operator=(const HonestClient&) = delete;
    ~HonestClient();

    // The times from request to answer, in ms. Throws if there is none in 10 s.
    std::vector<double> ask_for(std::chrono::milliseconds duration) const;

private:
    int fd_;
    std::string request_;
};

} // namespace upright::bench
