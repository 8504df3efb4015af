#include "clients/upssched/service.hpp"

#include "clients/upssched/start_lock.hpp"
#include "common/asio/stream.hpp"
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

namespace asio = boost::asio;
using asio::local::stream_protocol;
using boost::system::error_code;

namespace upright::upssched {
namespace {

using namespace std::chrono_literals;
using Clock = Timers::Clock;

constexpr std::size_t kMostClients = 128;
constexpr int kBacklog = 128;
constexpr auto kClientsPatience = 10s; // for its request, and for taking the answer
constexpr auto kAgain = 1s;
// The longest list: all texts as %XX, and as much again for the rest.
constexpr Stream::Limits kLimits{.pause_reading = kLongestRequest, .unsent = 6 * Timers::kMostText};

// A duration as whole seconds, for people: to the nearest.
long long seconds(Clock::duration time) { return std::chrono::round<std::chrono::seconds>(time).count(); }

} // namespace

// One call of upssched: one request, one answer.
class Service::Client final : public Stream::Owner {
public:
    Client(Service& service, int id, int fd)
        : service_(service), id_(id), stream_(service.daemon_.poller(), fd, *this, kLimits),
          patience_(service.daemon_.io())
    {
        patience_.expires_after(kClientsPatience);
        patience_.async_wait([&service, id](const error_code& stopped) { // this may be gone by then
            if (!stopped)
                service.clients_.erase(id);
        });
    }

    std::size_t received(std::string_view bytes) override
    {
        const auto end = bytes.find('\n');
        line_ += bytes.substr(0, end);
        const bool too_long = line_.size() > kLongestRequest;
        if (end == bytes.npos && !too_long)
            return bytes.size();
        stream_.send(too_long ? encoded_line({"ERR", "too long"}) : service_.answer(line_));
        stream_.close_when_sent();
        return bytes.size();
    }

    void ended(const error_code& /*reason*/) override
    {
        const int id = id_;
        service_.clients_.erase(id);
    }

private:
    Service& service_;
    int id_;
    std::string line_;
    Stream stream_;
    asio::steady_timer patience_;
};

Service::Service(Daemon& daemon, const Config& config)
    : daemon_(daemon), pipe_(config.pipe->text), lock_(config.lock->text), scripts_(script_command(config)),
      next_(daemon.io()), resume_(daemon.io()), acceptor_(daemon.io()), idle_since_(Clock::now())
{
}

Service::~Service()
{
    if (socket_is_ours())
        ::unlink(pipe_.c_str());
}

Result<void> Service::listen()
{
    struct stat file {};
    if (::lstat(pipe_.c_str(), &file) == 0) {
        if (!S_ISSOCK(file.st_mode))
            return Error{Errc::bad_config, pipe_ + " (PIPEFN) is there already and no socket"};
        ::unlink(pipe_.c_str());
    }
    error_code ec;
    acceptor_.open(stream_protocol(), ec);
    const auto old_mask = ::umask(0117);
    if (!ec)
        acceptor_.bind(stream_protocol::endpoint(pipe_), ec);
    ::umask(old_mask);
    if (!ec && ::lstat(pipe_.c_str(), &file) == 0) {
        device_ = file.st_dev;
        inode_ = file.st_ino;
    }
    if (!ec)
        acceptor_.listen(kBacklog, ec);
    if (ec)
        return Error{ec, "bind " + pipe_ + " failed"};
    return {};
}

void Service::start()
{
    log::info("Timer daemon started");
    accept();
    schedule();
}

void Service::accept()
{
    acceptor_.async_accept([this](const error_code& ec, stream_protocol::socket socket) {
        if (ec == asio::error::operation_aborted)
            return;
        if (ec) { // no more descriptors, likely
            log::warning("can't accept a connection: {}", ec.message());
            resume_.expires_after(kAgain);
            resume_.async_wait([this](const error_code& stopped) {
                if (!stopped)
                    accept();
            });
            return;
        }
        if (clients_.size() >= kMostClients) // a call says what it wants at once: the oldest is none
            clients_.erase(clients_.begin());
        const int id = next_id_++;
        clients_.emplace(id, std::make_unique<Client>(*this, id, socket.release()));
        accept();
    });
}

std::string Service::answer(std::string_view line)
{
    const auto words = decoded_words(line);
    if (words && words->size() == 1 && words->front() == kListTimers)
        return list();
    const auto request = words ? parse_request(*words) : std::nullopt;
    if (!request) {
        log::warning("Unknown command on socket: {}", escaped(line));
        return encoded_line({"ERR", "UNKNOWN"});
    }
    const auto done = carry_out(*request);
    if (!done)
        log::warning("{}: {}", escaped(request->name), to_string(done.error()));
    return done ? encoded_line({"OK"}) : encoded_line({"ERR", to_string(done.error())});
}

std::string Service::list() const
{
    const auto now = Clock::now();
    const auto wall = std::chrono::system_clock::now();
    std::string text;
    for (const auto& row : timers_.rows()) {
        const auto left = row.due - now;
        const auto due =
            std::chrono::system_clock::to_time_t(wall + std::chrono::round<std::chrono::seconds>(left));
        text += encoded_line({"TIMER", row.name, std::to_string(due), std::to_string(seconds(left)),
                              row.events.type, row.events.ups, row.events.message});
    }
    return text + encoded_line({"OK"});
}

Result<void> Service::carry_out(const Request& request)
{
    const auto now = Clock::now();
    const std::chrono::seconds after(request.seconds);
    Result<void> done;
    switch (request.action) {
    case Action::start_timer:
        done = timers_.start(request.name, after, request.event, now);
        if (done)
            log::info("New timer: {} ({} seconds)", escaped(request.name), request.seconds);
        break;
    case Action::start_timer_shared:
        done = timers_.start_shared(request.name, after, request.event, now);
        if (done)
            log::info("Shared timer: {} ({} seconds, unless it was running)", escaped(request.name),
                      request.seconds);
        break;
    case Action::cancel_timer:
    case Action::cancel_timer_matched: cancel(request); break;
    case Action::execute: break; // the caller does that
    }
    schedule();
    return done;
}

void Service::cancel(const Request& request)
{
    const auto cancelled = request.action == Action::cancel_timer
                               ? timers_.cancel(request.name)
                               : timers_.cancel_matched(request.name, request.event.ups);
    if (cancelled > 0) {
        log::info("Cancelling timer: {}", escaped(request.name));
    } else if (!request.command.empty()) {
        log::info("Cancel {}, event: {}", escaped(request.name), escaped(request.command));
        scripts_.run(request.command, request.event);
    }
    if (timers_.empty())
        idle_since_ = Clock::now();
}

void Service::fire()
{
    const auto due = timers_.take_due(Clock::now());
    for (const auto& timer : due) {
        log::info("Event: {}", escaped(timer.name));
        scripts_.run(timer.name, timer.events);
    }
    if (!due.empty() && timers_.empty())
        idle_since_ = Clock::now();
    if (timers_.empty() && Clock::now() >= idle_since_ + kLinger)
        end_if_idle();
    else
        schedule();
}

// One wake-up for whatever comes next, to the millisecond; none in between.
void Service::schedule()
{
    next_.expires_at(timers_.next_due().value_or(idle_since_ + kLinger));
    next_.async_wait([this](const error_code& stopped) {
        if (!stopped)
            fire();
    });
}

// With the lock nobody is starting another daemon, whose socket might be removed here. A call that connected
// but was not answered sees the end of the connection, and starts a new daemon.
void Service::end_if_idle()
{
    const auto lock = StartLock::take(lock_, Clock::now());
    if (!clients_.empty() || (!lock && lock.error().is(Errc::timed_out))) {
        idle_since_ = Clock::now() - kLinger + kAgain;
        schedule();
        return;
    }
    log::info("Timer queue empty, exiting");
    if (socket_is_ours())
        ::unlink(pipe_.c_str());
    device_ = 0;
    inode_ = 0;
    error_code ignored;
    acceptor_.close(ignored);
    daemon_.stop(EXIT_SUCCESS);
}

bool Service::socket_is_ours() const
{
    struct stat file {};
    return inode_ != 0 && ::lstat(pipe_.c_str(), &file) == 0 && file.st_dev == device_
           && file.st_ino == inode_;
}

} // namespace upright::upssched
