#include "tests/support/fake_logind.hpp"

#include <algorithm>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <poll.h>
#include <stdexcept>
#include <systemd/sd-bus.h>
#include <unistd.h>

namespace upright::test {
namespace {

constexpr auto kPath = "/org/freedesktop/login1";
constexpr auto kManager = "org.freedesktop.login1.Manager";
constexpr auto kDaemon = "/usr/bin/dbus-daemon";

void check(int result, const char* what)
{
    if (result < 0)
        throw std::runtime_error(std::string(what) + ": error " + std::to_string(-result));
}

} // namespace

PrivateBus::PrivateBus()
{
    const auto address = "unix:path=" + scratch_.file("bus");
    config_ = scratch_.write(
        "bus.conf", "<!DOCTYPE busconfig PUBLIC \"-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN\" "
                    "\"http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd\"><busconfig><listen>"
                        + address
                        + "</listen><auth>EXTERNAL</auth><policy context='default'><allow user='*'/>"
                          "<allow own='*'/><allow send_destination='*' eavesdrop='true'/>"
                          "<allow eavesdrop='true'/></policy></busconfig>");
    ::setenv("DBUS_SYSTEM_BUS_ADDRESS", address.c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    start();
}

void PrivateBus::start()
{
    if (!std::filesystem::exists(kDaemon))
        return;
    daemon_ = std::make_unique<Process>(
        std::vector<std::string>{kDaemon, "--nofork", "--nopidfile", "--config-file=" + config_},
        scratch_.environment());
    if (!eventually([&] { return RawClient(scratch_.file("bus")).connected() || !daemon_->running(); }))
        daemon_.reset();
}

PrivateBus::~PrivateBus() { ::unsetenv("DBUS_SYSTEM_BUS_ADDRESS"); } // NOLINT(concurrency-mt-unsafe)

bool PrivateBus::running() { return daemon_ && daemon_->running(); }

void PrivateBus::stop()
{
    daemon_.reset();
    std::filesystem::remove(scratch_.file("bus"));
}

FakeLogind::FakeLogind()
{
    static const sd_bus_vtable vtable[] = {
        SD_BUS_VTABLE_START(0),
        SD_BUS_METHOD(
            "Inhibit", "ssss", "h",
            [](sd_bus_message* message, void* self, sd_bus_error* error) {
                return inhibit(message, self, error);
            },
            SD_BUS_VTABLE_UNPRIVILEGED),
        SD_BUS_VTABLE_END,
    };
    check(sd_bus_open_system(&bus_), "bus");
    check(sd_bus_add_object_vtable(bus_, nullptr, kPath, kManager, vtable, this), "object");
    check(sd_bus_request_name(bus_, "org.freedesktop.login1", 0), "name");
}

FakeLogind::~FakeLogind()
{
    for (const auto fd : pipes_)
        ::close(fd);
    sd_bus_flush_close_unref(bus_);
}

int FakeLogind::inhibit(sd_bus_message* message, void* self, void*)
{
    auto& logind = *static_cast<FakeLogind*>(self);
    const char *what = nullptr, *who = nullptr, *why = nullptr, *mode = nullptr;
    if (const int error = sd_bus_message_read(message, "ssss", &what, &who, &why, &mode); error < 0)
        return error;
    logind.asked_.push_back(std::string(what) + " " + who + " " + mode);
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0)
        return -errno;
    logind.pipes_.push_back(ends[0]);
    const int sent = sd_bus_reply_method_return(message, "h", ends[1]);
    ::close(ends[1]);
    return sent < 0 ? sent : 1;
}

void FakeLogind::work()
{
    while (sd_bus_process(bus_, nullptr) > 0) {
    }
}

int FakeLogind::locks()
{
    work();
    const auto released = [](int fd) {
        pollfd watched{fd, POLLIN, 0};
        ::poll(&watched, 1, 0);
        return (watched.revents & POLLHUP) != 0;
    };
    return static_cast<int>(
        std::count_if(pipes_.begin(), pipes_.end(), [&](int fd) { return !released(fd); }));
}

void FakeLogind::prepare_for_sleep(bool begins)
{
    check(sd_bus_emit_signal(bus_, kPath, kManager, "PrepareForSleep", "b", int{begins}), "signal");
    work();
}

void pretend_to_be_logind(const std::string& peer, bool begins)
{
    sd_bus* bus = nullptr;
    sd_bus_message* signal = nullptr;
    check(sd_bus_open_system(&bus), "bus");
    check(sd_bus_message_new_signal(bus, &signal, kPath, kManager, "PrepareForSleep"), "signal");
    check(sd_bus_message_append(signal, "b", int{begins}), "signal");
    check(sd_bus_send_to(bus, signal, peer.c_str(), nullptr), "send");
    sd_bus_message_unref(signal);
    sd_bus_flush_close_unref(bus);
}

std::vector<std::string> peers_on_the_bus()
{
    sd_bus* bus = nullptr;
    char** names = nullptr;
    check(sd_bus_open_system(&bus), "bus");
    check(sd_bus_list_names(bus, &names, nullptr), "names");
    const char* ours = nullptr;
    check(sd_bus_get_unique_name(bus, &ours), "name");
    std::vector<std::string> peers;
    for (char** name = names; name != nullptr && *name != nullptr; ++name) {
        if (**name == ':' && std::string(*name) != ours)
            peers.emplace_back(*name);
        ::free(*name); // NOLINT: as sd_bus_list_names(3) wants it
    }
    ::free(names); // NOLINT
    sd_bus_flush_close_unref(bus);
    return peers;
}

} // namespace upright::test
