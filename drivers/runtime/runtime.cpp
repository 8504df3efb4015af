#include "drivers/runtime/runtime.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "common/version.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <utility>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace upright {
namespace {

constexpr std::string_view kProblem = "driver.problem"; // why the data are stale
constexpr auto kFirstReconnect = 500ms;
constexpr auto kLongestReconnect = 4s;

constexpr std::array<std::string_view, 6> kCoreCommands{"driver.killpower",         "driver.reload",
                                                        "driver.reload-or-error",   "driver.reload-or-exit",
                                                        "driver.reload-or-restart", "shutdown.default"};

} // namespace

// What a poll on the device thread brought back.
struct Runtime::Reading {
    std::optional<Snapshot> snapshot;
    std::string error;
    DeviceError::Kind kind = DeviceError::Kind::no_answer;
    Depth depth = Depth::full;
    std::optional<std::chrono::milliseconds> poll_again;
    std::chrono::seconds full_interval{};
    int tolerated = 0;
};

Runtime::Runtime(Daemon& daemon, Driver& driver, const DriverProgram& program, std::string program_name,
                 DriverSettings settings, int command_line_debug, Reload reload)
    : daemon_(daemon), driver_(driver), program_(program), settings_(std::move(settings)),
      command_line_debug_(command_line_debug), reload_(std::move(reload)),
      publisher_(
          daemon.poller(),
          {.command = [this](const auto& request, const Publisher::Reply& reply) { command(request, reply); },
           .set = [this](const auto& request, const Publisher::Reply& reply) { set(request, reply); }}),
      next_poll_(daemon.io()), next_look_(daemon.io()), reading_done_(daemon.io()),
      ups_(settings_.options.ups), full_interval_(driver.full_poll_interval()),
      backoff_(kFirstReconnect, kLongestReconnect)
{
    core_["driver.name"].value = std::move(program_name);
    core_["driver.version"].value = kVersion;
    core_["driver.version.internal"].value = program_.version;
    core_["driver.flag.allow_killpower"] = writable_number(settings_.allow_killpower);
    core_["driver.debug"] = writable_number(log::debug_depth());
    core_["driver.state"].value = "init.starting";
}

Runtime::~Runtime()
{
    driver_.on_event({});
    device_.stop();
    device_.join();
}

Result<void> Runtime::begin(const Snapshot& first)
{
    take(first);
    last_full_ = Clock::now();
    if (settings_.ignorelb)
        if (const auto problem = ignorelb_problem(device_variables_))
            return Error{Errc::bad_config, *problem};
    return {};
}

void Runtime::begin_without_device()
{
    lost_ = true;
    publish();
    set_state("reconnect.trying");
}

void Runtime::take(const Snapshot& snapshot)
{
    if (!publisher_.state().fresh() || snapshot != reading_) { // most readings are as the last
        reading_ = snapshot;
        publish_reading();
    }
    publisher_.apply(SetFresh{true});
}

void Runtime::publish_reading()
{
    device_variables_ =
        publishable(reading_, {settings_.ignorelb, settings_.defaults, settings_.overrides}, memory_);
    publish();
}

Result<void> Runtime::listen(const std::string& socket_path, const std::optional<std::string>& group)
{
    socket_path_ = socket_path;
    return publisher_.listen(socket_path, group);
}

void Runtime::run(TaskGroup& tasks)
{
    if (!lost_)
        set_state("quiet");
    driver_.on_event([this] { asio::post(daemon_.io(), [this] { take_what_was_heard(); }); });
    tasks.spawn("poll", poll_loop());
    tasks.spawn("socket", watch_socket());
}

bool Runtime::print(std::FILE* out) const
{
    std::string text;
    for (const auto& [name, variable] : publisher_.state().variables())
        fmt::format_to(std::back_inserter(text), "{}: {}\n", name, variable.value);
    // Whoever reads it may be gone, or the disk full: no reason to stop watching a UPS.
    return std::fwrite(text.data(), 1, text.size(), out) == text.size() && std::fflush(out) == 0;
}

// Two instances that start in the same moment don't see each other. The one whose socket was replaced finds
// out here, and goes; nobody could reach it anyway.
void Runtime::look_at_socket()
{
    if (publisher_.name() == Publisher::Name::taken) {
        log::error("UPS [{}]: another instance of this driver has taken the socket over: exiting", ups_);
        daemon_.stop(EXIT_FAILURE);
    } else if (publisher_.name() == Publisher::Name::missing && !socket_path_.empty()) {
        log::warning("UPS [{}]: the socket {} was removed: making it anew", ups_, socket_path_);
        if (const auto again = publisher_.listen(socket_path_, settings_.group); !again)
            log::error("{}", to_string(again.error()));
    }
}

// Soon after the start; then with the polls, but not only if they end.
asio::awaitable<Result<void>> Runtime::watch_socket()
{
    constexpr auto kSoon = 250ms;
    constexpr auto kStuck = 5s; // a device may hold a poll up for so long
    auto pause = std::chrono::milliseconds(kSoon);
    while (!daemon_.tasks().cancelled()) {
        next_look_.expires_after(pause);
        co_await next_look_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (daemon_.tasks().cancelled())
            break;
        pause = std::max<std::chrono::milliseconds>(settings_.poll_interval, kStuck);
        look_at_socket();
    }
    co_return Result<void>{};
}

void Runtime::set_core(std::string_view name, Variable variable)
{
    core_[std::string(name)] = std::move(variable);
    publish();
}

void Runtime::set_state(std::string_view state) { set_core("driver.state", Variable{std::string(state)}); }

void Runtime::publish()
{
    auto variables = device_variables_;
    for (const auto& [name, value] : settings_.published)
        variables.insert_or_assign(name, Variable{value});
    for (const auto& [name, variable] : core_)
        variables.insert_or_assign(name, variable);
    auto commands = reading_.commands;
    commands.insert(kCoreCommands.begin(), kCoreCommands.end());
    publisher_.apply(differences(publisher_.state(), variables, commands));
}

// ---- polling ---------------------------------------------------------------------------------------

asio::awaitable<Result<void>> Runtime::poll_loop()
{
    auto polled = Clock::now(); // the first reading has just been made
    for (;;) {
        next_poll_.expires_after(poll_wanted_ ? 0ms : until_next_poll(polled));
        co_await next_poll_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (daemon_.tasks().cancelled())
            co_return Result<void>{};
        poll_wanted_ = false;
        polled = Clock::now();

        Reading reading;
        const auto heard_before = heard_;
        reading_done_.expires_at(Clock::time_point::max());
        asio::post(device_, [this, &reading, depth = next_depth(), lost = lost_] {
            auto result = read_device(depth, lost);
            asio::post(daemon_.io(), [this, &reading, result = std::move(result)]() mutable {
                if (daemon_.tasks().cancelled())
                    return; // nobody waits for it any more
                reading = std::move(result);
                reading_done_.cancel();
            });
        });
        co_await reading_done_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (daemon_.tasks().cancelled())
            co_return Result<void>{};
        digest(reading);
        look_at_socket();
        if (heard_ != heard_before)
            take_what_was_heard(); // it may be newer than the reading
    }
}

// On the device thread.
Runtime::Reading Runtime::read_device(Depth depth, bool lost)
{
    Reading reading;
    reading.depth = depth;
    try {
        if (lost)
            driver_.open();
        reading.snapshot = driver_.poll(depth);
        reading.poll_again = driver_.poll_again_in();
    } catch (const DeviceError& e) {
        reading.error = e.what();
        reading.kind = e.kind();
    } catch (const std::exception& e) { // a defect, but no reason to stop watching a UPS
        reading.error = fmt::format("unexpected: {}", e.what());
    }
    reading.full_interval = driver_.full_poll_interval();
    reading.tolerated = driver_.tolerated_failures();
    return reading;
}

void Runtime::digest(const Reading& reading)
{
    poll_again_ = reading.poll_again;
    full_interval_ = reading.full_interval;
    if (!reading.snapshot) {
        missed_poll(reading);
        return;
    }
    if (reading.depth == Depth::full)
        last_full_ = Clock::now();
    if (lost_ || !publisher_.state().fresh())
        log::notice("Communications with UPS [{}] re-established", ups_);
    lost_ = false;
    failures_ = 0;
    reconnects_ = 0;
    backoff_.reset();
    core_["driver.state"].value = "quiet";
    if (core_.erase(std::string(kProblem)) > 0)
        publish();
    take(*reading.snapshot);
}

// The device spoke by itself: no reason to wait for the next poll.
void Runtime::take_what_was_heard()
{
    ++heard_;
    if (daemon_.tasks().cancelled())
        return;
    if (const auto trouble = driver_.trouble()) {
        set_core(kProblem, Variable{*trouble});
        return;
    }
    if (driver_.wants_poll())
        poll_now();
    if (lost_) { // something came that may be it
        next_poll_.cancel();
        return;
    }
    Reading reading;
    try {
        if (const auto snapshot = driver_.heard()) {
            reading_ = *snapshot;
            publish_reading();
        }
        return;
    } catch (const DeviceError& e) {
        reading.error = e.what();
        reading.kind = e.kind();
    }
    missed_poll(reading);
    next_poll_.cancel(); // reconnecting begins
}

void Runtime::missed_poll(const Reading& reading)
{
    ++failures_;
    const auto& ups = ups_;
    log::debug(1, "UPS [{}]: poll failed ({} in a row): {}", ups, failures_, escaped(reading.error));
    if (reading.kind == DeviceError::Kind::fatal) {
        log::error("UPS [{}]: {}", ups, escaped(reading.error));
        daemon_.stop(EXIT_FAILURE);
        return;
    }
    const bool newly_lost = reading.kind == DeviceError::Kind::lost && !lost_;
    // A device that was just opened and still says nothing is as lost as before.
    lost_ = lost_ || reading.kind == DeviceError::Kind::lost;
    if ((lost_ || failures_ > reading.tolerated) && publisher_.apply(SetFresh{false}))
        log::warning("Communications with UPS [{}] lost: {}", ups, escaped(reading.error));
    if (!publisher_.state().fresh())
        set_core(kProblem, Variable{escaped(reading.error)});
    if (!lost_)
        return;
    if (newly_lost) {
        set_state("reconnect.trying");
        if (settings_.reconnect_max_tries != 0)
            return;
    } else {
        ++reconnects_;
        if (settings_.reconnect_report_freq > 0 && reconnects_ % settings_.reconnect_report_freq == 0)
            log::notice("UPS [{}]: {} attempts to reconnect failed: {}", ups, reconnects_,
                        escaped(reading.error));
    }
    if (settings_.reconnect_max_tries >= 0 && reconnects_ >= settings_.reconnect_max_tries) {
        log::error("UPS [{}]: giving up after {} attempts to reconnect: {}", ups, reconnects_,
                   escaped(reading.error));
        daemon_.stop(EXIT_FAILURE);
    }
}

std::chrono::milliseconds Runtime::until_next_poll(Clock::time_point polled)
{
    if (lost_) {
        constexpr double kHalf = 0.5; // one device, so there is nobody to keep apart from
        return backoff_.next(kHalf);
    }
    const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - polled);
    auto wait = std::chrono::milliseconds(settings_.poll_interval) - elapsed;
    if (poll_again_)
        wait = std::min(wait, *poll_again_);
    return std::max(wait, 1ms);
}

Depth Runtime::next_depth()
{
    const bool due = Clock::now() - last_full_ > full_interval_;
    const bool wanted = std::exchange(full_wanted_, false);
    return full_interval_ == 0s || due || wanted || lost_ ? Depth::full : Depth::quick;
}

void Runtime::poll_now()
{
    poll_wanted_ = true;
    full_wanted_ = true;
    next_poll_.cancel();
}

} // namespace upright
