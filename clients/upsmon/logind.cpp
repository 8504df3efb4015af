#include "clients/upsmon/logind.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <fcntl.h>
#include <poll.h>
#include <systemd/sd-bus.h>
#include <unistd.h>
#include <utility>

// The interface: org.freedesktop.login1(5), and "Inhibitor Locks" of systemd's documents.

namespace upright::upsmon {
namespace {

constexpr auto kName = "org.freedesktop.login1";
constexpr auto kPath = "/org/freedesktop/login1";
constexpr auto kManager = "org.freedesktop.login1.Manager";

// What sd-bus calls for a message: a member of the Logind in `self`.
template <auto member>
int call(sd_bus_message* message, void* self, sd_bus_error*)
{
    (static_cast<Logind*>(self)->*member)(message);
    return 0;
}

std::string text_of(const char* text) { return text == nullptr ? std::string() : std::string(text); }

Error bus_error(int error, std::string what)
{
    return {boost::system::error_code(-error, boost::system::system_category()), std::move(what)};
}

} // namespace

void Logind::connect()
{
    if (connected())
        return;
    if (const auto opened = open(); !opened) {
        log::debug(1, "Sleep of this host is told by its clocks only: {}",
                   escaped(to_string(opened.error())));
        close();
        return;
    }
    ask_for_lock();
    work();
}

Result<void> Logind::open()
{
    if (const int error = sd_bus_open_system(&bus_); error < 0)
        return bus_error(error, "D-Bus");
    int error = sd_bus_match_signal_async(bus_, nullptr, kName, kPath, kManager, "PrepareForSleep",
                                          call<&Logind::hear_sleep>, nullptr, this);
    if (error >= 0)
        error = sd_bus_add_match_async(bus_, nullptr,
                                       "type='signal',sender='org.freedesktop.DBus',"
                                       "interface='org.freedesktop.DBus',member='NameOwnerChanged',"
                                       "arg0='org.freedesktop.login1'",
                                       call<&Logind::hear_owner>, nullptr, this);
    if (error < 0)
        return bus_error(error, "D-Bus");
    socket_.assign(sd_bus_get_fd(bus_));
    return {};
}

void Logind::close()
{
    timer_.cancel();
    if (socket_.is_open())
        socket_.release(); // its waits end
    release_lock();
    name_.clear();
    asleep_ = false;
    sd_bus_close_unref(std::exchange(bus_, nullptr));
}

void Logind::lose(int error)
{
    log::debug(1, "Sleep of this host is told by its clocks only from now on: {}",
               to_string(bus_error(error, "D-Bus")));
    close();
}

void Logind::work()
{
    if (!connected() || working_)
        return;
    working_ = true; // callbacks may look, too
    int done = 1;
    while (done > 0)
        done = sd_bus_process(bus_, nullptr);
    working_ = false;
    if (done < 0)
        return lose(done);
    arm();
}

// Waits for the bus as it asks for it. While nothing is under way it only waits to read.
void Logind::arm()
{
    const auto heard = [this](const boost::system::error_code& stopped) {
        if (!stopped)
            work();
    };
    socket_.cancel();
    socket_.async_wait(boost::asio::posix::stream_descriptor::wait_read, heard);
    if ((sd_bus_get_events(bus_) & POLLOUT) != 0)
        socket_.async_wait(boost::asio::posix::stream_descriptor::wait_write, heard);
    std::uint64_t until = UINT64_MAX; // µs of CLOCK_MONOTONIC, which is the steady clock
    if (sd_bus_get_timeout(bus_, &until) < 0 || until == UINT64_MAX) {
        timer_.cancel();
        return;
    }
    timer_.expires_at(std::chrono::steady_clock::time_point(std::chrono::microseconds(until)));
    timer_.async_wait(heard);
}

void Logind::ask_for_lock()
{
    const int error = sd_bus_call_method_async(bus_, nullptr, kName, kPath, kManager, "Inhibit",
                                               call<&Logind::take_lock>, this, "ssss", "sleep", "upsmon",
                                               "Forgets what it knows of the UPS", "delay");
    if (error < 0)
        log::debug(1, "logind can't be asked: {}", to_string(bus_error(error, "Inhibit")));
}

void Logind::release_lock()
{
    if (lock_ >= 0)
        ::close(std::exchange(lock_, -1));
}

void Logind::take_lock(sd_bus_message* answer)
{
    int fd = -1;
    if (sd_bus_message_is_method_error(answer, nullptr) > 0
        || sd_bus_message_read(answer, "h", &fd) < 0) { // no logind, most likely
        const auto* const error = sd_bus_message_get_error(answer);
        log::debug(1, "logind gives no lock: {}",
                   escaped(text_of(error != nullptr ? error->message : "not the answer expected")));
        return;
    }
    name_ = text_of(sd_bus_message_get_sender(answer));
    release_lock();
    if (!asleep_)
        lock_ = ::fcntl(fd, F_DUPFD_CLOEXEC, 0); // the message closes its own
}

void Logind::hear_sleep(sd_bus_message* signal)
{
    int begins = 0;
    if (name_ != text_of(sd_bus_message_get_sender(signal)) || sd_bus_message_read(signal, "b", &begins) < 0)
        return;
    asleep_ = begins != 0;
    if (!asleep_)
        ask_for_lock();
    on_sleep(asleep_);
    if (asleep_)
        release_lock();
}

// logind was started, again perhaps.
void Logind::hear_owner(sd_bus_message* signal)
{
    const char* name = nullptr;
    const char* before = nullptr;
    const char* now = nullptr;
    if (text_of(sd_bus_message_get_sender(signal)) != "org.freedesktop.DBus"
        || sd_bus_message_read(signal, "sss", &name, &before, &now) < 0 || text_of(name) != kName)
        return;
    name_.clear();
    if (!text_of(now).empty())
        ask_for_lock();
}

} // namespace upright::upsmon
