#include "server/upsd/socket_watch.hpp"

#include "common/daemon/log.hpp"

#include <array>
#include <cstring>
#include <sys/inotify.h>
#include <unistd.h>

namespace upright::upsd {

SocketWatch::SocketWatch(Poller& poller, const std::string& folder, Appeared appeared)
    : poller_(poller), appeared_(std::move(appeared)), fd_(::inotify_init1(IN_NONBLOCK | IN_CLOEXEC))
{
    // A socket appears with bind() and is given its mode when it can be connected to.
    const bool watching =
        fd_ >= 0 && ::inotify_add_watch(fd_, folder.c_str(), IN_CREATE | IN_MOVED_TO | IN_ATTRIB) >= 0;
    if (!watching)
        log::debug(1, "can't watch {}: drivers are looked for once a second", folder);
    else
        poller_.add(fd_, *this, true, false);
}

SocketWatch::~SocketWatch()
{
    if (fd_ < 0)
        return;
    poller_.remove(fd_, *this);
    ::close(fd_);
}

void SocketWatch::ready(bool, bool)
{
    alignas(inotify_event) std::array<char, 16384> events{};
    const auto got = ::read(fd_, events.data(), events.size());
    for (ssize_t at = 0; at + static_cast<ssize_t>(sizeof(inotify_event)) <= got;) {
        inotify_event event{};
        std::memcpy(&event, events.data() + at, sizeof event);
        const auto* const name = events.data() + at + sizeof event;
        at += static_cast<ssize_t>(sizeof event + event.len);
        if (event.len != 0)
            appeared_({name, ::strnlen(name, event.len)});
    }
}

} // namespace upright::upsd
