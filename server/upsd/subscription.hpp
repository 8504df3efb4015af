// Subscription: the UPSes whose changes one session wants to hear of. It owns how far the session has been
// told of each, and nothing else: what it has not been told yet is in the Feeds. Its Outlet outlives it.
#pragma once

#include "server/upsd/feed.hpp"

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>

namespace upright::upsd {

class Upses;

class Subscription final : public Subscriber {
public:
    // Where the lines go. A session that has output waiting is told nothing until it has taken that; then it
    // asks produce().
    class Outlet {
    public:
        Outlet() = default;
        Outlet(const Outlet&) = delete;
        Outlet& operator=(const Outlet&) = delete;
        virtual bool ready() const = 0; // nothing is waiting
        virtual void send(std::string_view lines) = 0;

    protected:
        ~Outlet() = default;
    };

    Subscription(Upses& upses, Outlet& outlet) : upses_(upses), outlet_(outlet) {}
    Subscription(const Subscription&) = delete;
    Subscription& operator=(const Subscription&) = delete;
    ~Subscription();

    // SUBSCRIBE UPS: appends the block that tells everything. False if it is subscribed already.
    bool add(CachedUps& ups, std::string& out);
    // SUBSCRIBE ALL: the blocks, and OK behind them, come from produce(), since they may be many megabytes.
    bool add_all();
    bool remove(CachedUps& ups); // UNSUBSCRIBE; false if it was not subscribed
    bool remove_all();

    // A UPS that a reload brought: told as changes of one that had nothing, if all are wanted.
    void appeared(CachedUps& ups);

    // Appends what the session has not been told, about `room` bytes at a time.
    void produce(std::string& out, std::size_t room);
    bool has_blocks() const noexcept { return answering_; } // an answer is not complete yet
    bool is_behind() const noexcept { return answering_ || !behind_.empty(); }

private:
    void changed(const CachedUps& ups, Version since, std::string_view lines) override;
    void removed(const CachedUps& ups) override;
    void take(CachedUps& ups);
    void append_block(CachedUps& ups, std::string& out);

    struct Position {
        CachedUps* ups;
        Version told;
        bool behind = false; // it is in behind_
    };

    Upses& upses_;
    Outlet& outlet_;
    std::unordered_map<const CachedUps*, Position> positions_;
    std::deque<const CachedUps*> behind_;
    std::deque<std::string> blocks_;  // of SUBSCRIBE ALL, not told yet
    std::deque<std::string> removed_; // not told yet
    bool all_ = false;
    bool answering_ = false;
};

} // namespace upright::upsd
