// Poller: readiness of very many sockets inside an Asio loop. It owns one epoll set, which is itself one
// descriptor of the loop: a wake-up serves all sockets that are ready, and an idle one costs nothing but its
// place in the kernel's set. (Asio's own wait costs a system call and two queue operations for each request:
// measured in tests/bench, docs/performance.md.) Single-threaded; Watchers unregister before they go.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <array>
#include <cstdint>
#include <deque>
#include <sys/epoll.h>

namespace upright {

class Poller {
public:
    class Watcher {
    public:
        Watcher() = default;
        Watcher(const Watcher&) = delete;
        Watcher& operator=(const Watcher&) = delete;
        // The descriptor is readable, or at its end; writable. May unregister and destroy any Watcher.
        virtual void ready(bool readable, bool writable) = 0;
        // What later() asked for. The same holds.
        virtual void costly() {}

    protected:
        ~Watcher() = default;

    private:
        friend class Poller;
        bool queued_ = false;
    };

    explicit Poller(const boost::asio::any_io_executor& executor);
    Poller(const Poller&) = delete;
    Poller& operator=(const Poller&) = delete;
    ~Poller();

    // What `watcher` wants to hear of `fd`. False if the kernel refuses one more.
    bool add(int fd, Watcher& watcher, bool read, bool write);
    void change(int fd, Watcher& watcher, bool read, bool write);
    // Before `fd` is closed; nothing is reported of it afterwards.
    void remove(int fd, Watcher& watcher);

    // Calls watcher.costly() once, behind everything that is ready by then. For work that takes milliseconds,
    // such as a TLS handshake: of all that is asked for, a few milliseconds are done in each wake-up, in
    // turn, so that a thousand of them don't delay anybody else. The watcher should not want to hear of its
    // descriptor meanwhile.
    void later(Watcher& watcher);

    const boost::asio::any_io_executor& executor() const noexcept { return executor_; }

private:
    void wait();
    void dispatch();
    void serve_ready();
    void serve_costly();
    void wake_while_costly(bool wanted);

    boost::asio::any_io_executor executor_;
    boost::asio::posix::stream_descriptor set_;
    std::array<epoll_event, 256> ready_{}; // what one wake-up reports
    int ready_count_ = 0;
    std::deque<Watcher*> costly_; // null: has gone
    int wake_ = -1;               // always readable; in the set while there is costly work
};

} // namespace upright
