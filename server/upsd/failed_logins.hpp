// Failed logins: how long an address that keeps guessing passwords must wait for its next answer. It owns a
// bounded table of addresses; the caller does the waiting, so that nobody else waits.
#pragma once

#include <boost/asio/ip/address.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <list>
#include <map>

namespace upright::upsd {

using TimePoint = std::chrono::steady_clock::time_point;

class FailedLogins {
public:
    void failed(const boost::asio::ip::address& from, TimePoint now);

    // Nothing until there were 5 failures within 60 s; then 1 s, doubled by every further failure up to 30 s.
    // 60 s without a failure are forgiven. All of an IPv6 /64 is one address: a host can have any of it.
    std::chrono::milliseconds delay(const boost::asio::ip::address& from, TimePoint now) const;

    // The wait of one more attempt. Attempts of one address take turns: each waits for those before it, and
    // then as long as if they had all failed, so that many connections guess no faster than one. done() when
    // it was looked at.
    std::chrono::milliseconds take_turn(const boost::asio::ip::address& from, TimePoint now);
    void done(const boost::asio::ip::address& from);

    // Whether a user whose password was right before may be looked at out of turn: once a second. Others on
    // the same host must not be able to keep out its upsmon.
    bool may_jump_the_queue(const boost::asio::ip::address& from, TimePoint now);

    void sweep(TimePoint now); // forgets what is forgiven
    std::size_t size() const noexcept { return latest_first_.size(); }

private:
    static constexpr std::size_t kFree = 5;

    struct Offender {
        boost::asio::ip::address address;
        std::array<TimePoint, kFree> times{}; // of the last failures, as a ring; the newest is at `last`
        std::size_t count = 0;
        std::size_t last = 0;
        TimePoint next_turn{};
        TimePoint last_jump{};
        unsigned waiting = 0; // for their turn
        unsigned over = 0;    // failures since there were too many, that one included

        bool forgiven(TimePoint now) const;
        void add(TimePoint now);
    };

    Offender* braked(const boost::asio::ip::address& from, TimePoint now);
    static std::chrono::milliseconds step(unsigned over);

    std::list<Offender> latest_first_;
    std::map<boost::asio::ip::address, std::list<Offender>::iterator> by_address_;
};

} // namespace upright::upsd
