// FakePowermand: a server on loopback that a powerman client takes for powermand, until it answers as a test
// says. One client at a time.
#pragma once

#include <array>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

namespace upright::test {

class FakePowermand {
public:
    struct Reply {
        std::string text;
        bool for_ever = false; // over and over
        bool hang_up = false;
    };
    using Answer = std::function<Reply(const std::string& request)>; // "" is the greeting

    // Two outlets, a on and b off, which take every command and stay as they are.
    static Reply sane(const std::string& request);
    static constexpr const char* kPrompt = "powerman> ";

    explicit FakePowermand(Answer answer = sane);
    FakePowermand(const FakePowermand&) = delete;
    FakePowermand& operator=(const FakePowermand&) = delete;
    ~FakePowermand();

    void answer_by(Answer answer); // from the next request on
    int port() const noexcept { return port_; }

private:
    void serve();
    void serve_client(int client);
    bool reply(int client, const std::string& request);
    bool send(int client, const std::string& text) const;

    mutable std::mutex mutex_;
    Answer answer_;
    int listener_ = -1;
    int port_ = 0;
    std::array<int, 2> stop_{-1, -1};
    std::thread thread_;
};

} // namespace upright::test
