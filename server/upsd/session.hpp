// Session: one client's connection. It owns the socket and the Client, splits what arrives into commands,
// sends what they answer, and waits where a command has to. Private to Sessions, which owns it.
#pragma once

#include "common/asio/stream.hpp"
#include "server/upsd/commands/command.hpp"
#include "server/upsd/sessions.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsd {

class Sessions::Session final : public Stream::Owner, public Subscription::Outlet {
public:
    Session(Sessions& sessions, std::uint64_t id, int fd, const boost::asio::ip::address& from,
            bool on_probation);
    ~Session();

    const Client& client() const noexcept { return client_; }
    bool is_over(TimePoint now); // a time limit has passed; asked once a second

private:
    // A command that waits until the password of its user was looked at.
    struct Held {
        explicit Held(const boost::asio::any_io_executor& executor) : timer(executor) {}
        std::vector<std::string> words;
        boost::asio::steady_timer timer; // before an address that guessed wrong is told
    };

    std::size_t received(std::string_view bytes) override;
    void ended(const boost::system::error_code& reason) override;
    void drained() override { produce(); }
    bool ready() const override;
    void send(std::string_view lines) override { stream_.send(lines); }

    Peer peer();
    void conclude(After after, std::string_view answers);
    void hold(Words words);
    void prove();
    void proven(bool right);
    void start_tls();
    void produce();
    bool is_stuck(TimePoint now);

    Sessions& sessions_;
    Client client_;
    TimePoint last_heard_; // a complete command; half a line does not count
    TimePoint taken_since_;
    TimePoint handshake_began_{};
    std::optional<TimePoint> probation_; // has one of the last places, and until then to log in
    std::uint64_t taken_ = 0;            // bytes by then
    std::unique_ptr<Held> held_;
    bool answering_ = false; // between commands of one piece: nothing else may be sent
    bool producing_ = false; // SUBSCRIBE ALL is being answered
    WordStream input_;
    Stream stream_;
};

} // namespace upright::upsd
