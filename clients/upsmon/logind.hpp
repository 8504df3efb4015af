// Logind: hears over D-Bus that this host is about to sleep, and that it has woken, and holds sleep up until
// its callback has returned. A host without D-Bus or logind is no mistake: then nothing is ever heard.
#pragma once

#include "common/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <functional>
#include <string>

struct sd_bus;
struct sd_bus_message;

namespace upright::upsmon {

class Logind {
public:
    explicit Logind(const boost::asio::any_io_executor& executor) : socket_(executor), timer_(executor) {}
    Logind(const Logind&) = delete;
    Logind& operator=(const Logind&) = delete;
    ~Logind() { close(); }

    // Goes on in the loop. Does nothing while connected.
    void connect();
    bool connected() const noexcept { return bus_ != nullptr; }
    bool answers() const noexcept { return !name_.empty(); } // logind is there, and will tell

    // Handles what has arrived, without waiting. The loop does it, too.
    void work();

    std::function<void(bool begins)> on_sleep = [](bool) {};

private:
    Result<void> open();
    void close();
    void lose(int error);
    void arm();
    void ask_for_lock();
    void release_lock();
    void take_lock(sd_bus_message* answer);
    void hear_sleep(sd_bus_message* signal);
    void hear_owner(sd_bus_message* signal);

    boost::asio::posix::stream_descriptor socket_; // the bus's own: released, never closed here
    boost::asio::steady_timer timer_;
    sd_bus* bus_ = nullptr;
    bool working_ = false;
    bool asleep_ = false;
    int lock_ = -1;
    std::string name_; // of logind on the bus; whoever else sends its signals is not believed
};

} // namespace upright::upsmon
