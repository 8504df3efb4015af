#include "common/asio/poller.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <sys/eventfd.h>
#include <unistd.h>
#include <utility>

namespace upright {
namespace {

using Clock = std::chrono::steady_clock;

epoll_event interest(Poller::Watcher& watcher, bool read, bool write)
{
    epoll_event event{};
    event.events = (read ? EPOLLIN | EPOLLRDHUP : 0U) | (write ? EPOLLOUT : 0U);
    event.data.ptr = &watcher;
    return event;
}

} // namespace

Poller::Poller(const boost::asio::any_io_executor& executor) : executor_(executor), set_(executor)
{
    const int fd = ::epoll_create1(EPOLL_CLOEXEC);
    if (fd < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "epoll_create1");
    set_.assign(fd);
    wake_ = ::eventfd(1, EFD_CLOEXEC | EFD_NONBLOCK);
    if (wake_ < 0)
        throw boost::system::system_error(errno, boost::system::system_category(), "eventfd");
    wait();
}

Poller::~Poller() { ::close(wake_); }

bool Poller::add(int fd, Watcher& watcher, bool read, bool write)
{
    auto event = interest(watcher, read, write);
    return ::epoll_ctl(set_.native_handle(), EPOLL_CTL_ADD, fd, &event) == 0;
}

void Poller::change(int fd, Watcher& watcher, bool read, bool write)
{
    auto event = interest(watcher, read, write);
    ::epoll_ctl(set_.native_handle(), EPOLL_CTL_MOD, fd, &event);
}

void Poller::remove(int fd, Watcher& watcher)
{
    ::epoll_ctl(set_.native_handle(), EPOLL_CTL_DEL, fd, nullptr);
    // It may be among those this wake-up still has to serve.
    for (int i = 0; i < ready_count_; ++i)
        if (auto& event = ready_[static_cast<std::size_t>(i)]; event.data.ptr == &watcher)
            event.data.ptr = nullptr;
    if (std::exchange(watcher.queued_, false))
        std::replace(costly_.begin(), costly_.end(), &watcher, static_cast<Watcher*>(nullptr));
}

void Poller::later(Watcher& watcher)
{
    if (std::exchange(watcher.queued_, true))
        return;
    costly_.push_back(&watcher);
    if (costly_.size() == 1)
        wake_while_costly(true);
}

void Poller::wake_while_costly(bool wanted)
{
    epoll_event event{};
    event.events = EPOLLIN;
    ::epoll_ctl(set_.native_handle(), wanted ? EPOLL_CTL_ADD : EPOLL_CTL_DEL, wake_, &event);
}

void Poller::wait()
{
    set_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                    [this](const boost::system::error_code& ec) {
                        if (ec)
                            return; // the loop is going down
                        dispatch();
                        wait();
                    });
}

// Where one request came, the next is near: it is waited for here for a moment, which spares it the way
// through the loop. Bounded in time, however much there is to serve: timers, signals and what was posted to
// the loop wait a few milliseconds at most.
void Poller::dispatch()
{
    constexpr std::chrono::milliseconds kShare{4};
    constexpr int kMoment = 1; // ms
    const auto until = Clock::now() + kShare;
    int wait = 0;
    do {
        ready_count_ = std::max(
            0, ::epoll_wait(set_.native_handle(), ready_.data(), static_cast<int>(ready_.size()), wait));
        if (ready_count_ == 0)
            return;
        serve_ready();
        if (!costly_.empty())
            return serve_costly(); // the loop's other business is next
        wait = kMoment;
    } while (Clock::now() < until);
}

void Poller::serve_ready()
{
    for (int i = 0; i < ready_count_; ++i) {
        const auto& event = ready_[static_cast<std::size_t>(i)];
        auto* const watcher = static_cast<Watcher*>(event.data.ptr);
        if (watcher != nullptr)
            watcher->ready((event.events & (EPOLLIN | EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0,
                           (event.events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) != 0);
    }
    ready_count_ = 0;
}

void Poller::serve_costly()
{
    constexpr std::chrono::milliseconds kShare{2};
    const auto until = Clock::now() + kShare;
    do {
        auto* const watcher = costly_.front();
        costly_.pop_front();
        if (watcher != nullptr) {
            watcher->queued_ = false;
            watcher->costly();
        }
    } while (!costly_.empty() && Clock::now() < until);
    if (costly_.empty())
        wake_while_costly(false);
}

} // namespace upright
