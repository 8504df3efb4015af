#include "drivers/runtime/runtime.hpp"

#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"
#include "common/text/number.hpp"
#include "common/version.hpp"
#include "drivers/runtime/power_off.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

namespace asio = boost::asio;
using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

namespace upright {
namespace {

constexpr int kMostJobs = 64; // commands that may wait for a slow device
constexpr auto kFirstReconnect = 500ms;
constexpr auto kLongestReconnect = 4s;

constexpr std::array<std::string_view, 6> kCoreCommands{"driver.killpower",         "driver.reload",
                                                        "driver.reload-or-error",   "driver.reload-or-exit",
                                                        "driver.reload-or-restart", "shutdown.default"};

Variable core_number(int value)
{
    return {.value = std::to_string(value), .flags = {.rw = true, .number = true}};
}

// 0 or 1, or nothing: a number, true/yes/on, or a word that begins with "enable".
std::optional<int> killpower_value(std::string_view text)
{
    if (starts_ignoring_case(text, "enable"))
        return 1;
    const auto value = to_bool(text);
    return value ? std::optional(*value ? 1 : 0) : std::nullopt;
}

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
    core_["driver.flag.allow_killpower"] = core_number(settings_.allow_killpower);
    core_["driver.debug"] = core_number(log::debug_depth());
    core_["driver.state"].value = "init.starting";
}

Runtime::~Runtime()
{
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
    reading_ = snapshot;
    device_variables_ =
        publishable(reading_, {settings_.ignorelb, settings_.defaults, settings_.overrides}, memory_);
    publish();
    publisher_.apply(SetFresh{true});
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
asio::awaitable<Result<void>> Runtime::watch_socket()
{
    auto pause = std::chrono::milliseconds(250); // soon after the start, then with the polls
    while (!daemon_.tasks().cancelled()) {
        next_look_.expires_after(pause);
        co_await next_look_.async_wait(asio::as_tuple(asio::use_awaitable));
        if (daemon_.tasks().cancelled())
            break;
        pause = settings_.poll_interval;
        if (publisher_.name() == Publisher::Name::taken) {
            log::error("UPS [{}]: another instance of this driver has taken the socket over: exiting", ups_);
            daemon_.stop(EXIT_FAILURE);
        } else if (publisher_.name() == Publisher::Name::missing && !socket_path_.empty()) {
            log::warning("UPS [{}]: the socket {} was removed: making it anew", ups_, socket_path_);
            if (const auto again = publisher_.listen(socket_path_, settings_.group); !again)
                log::error("{}", to_string(again.error()));
        }
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
        reading_done_.expires_at(Clock::time_point::max());
        asio::post(device_, [this, &reading, depth = next_depth()] {
            auto result = read_device(depth);
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
    }
}

// On the device thread.
Runtime::Reading Runtime::read_device(Depth depth)
{
    Reading reading;
    reading.depth = depth;
    try {
        if (lost_)
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
    take(*reading.snapshot);
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

// ---- commands and settings ---------------------------------------------------------------------------

// Runs `job` on the device thread, `then` in the loop.
void Runtime::on_device(std::string what, std::function<Outcome(Driver&)> job,
                        std::function<void(Outcome)> then)
{
    if (jobs_ >= kMostJobs) {
        log::warning("UPS [{}]: too many commands are waiting; {} refused", ups_, escaped(what));
        then(Outcome::failed);
        return;
    }
    ++jobs_;
    asio::post(device_, [this, what = std::move(what), job = std::move(job), then = std::move(then)] {
        auto outcome = Outcome::failed;
        try {
            outcome = job(driver_);
        } catch (const std::exception& e) {
            log::error("UPS [{}]: {} failed: {}", ups_, escaped(what), escaped(e.what()));
        }
        asio::post(daemon_.io(), [this, outcome, then] {
            --jobs_;
            then(outcome);
        });
    });
}

void Runtime::command(const driver_protocol::InstantCommand& request, const Publisher::Reply& reply)
{
    log::info("UPS [{}]: instant command {}", ups_, escaped(request.command));
    if (core_command(request.command, reply))
        return;
    on_device(
        request.command,
        [request](Driver& driver) { return driver.command(request.command, request.parameter); },
        [this, reply](Outcome outcome) {
            reply(outcome);
            if (outcome == Outcome::handled)
                poll_now();
        });
}

bool Runtime::core_command(const std::string& name, const Publisher::Reply& reply)
{
    const auto is = [&](std::string_view core) { return equal_ignoring_case(name, core); };
    if (is("driver.exit")) {
        reply(Outcome::handled);
        // Later, so that the answer is on its way before the socket closes.
        asio::post(daemon_.io(), [this] { daemon_.stop(EXIT_SUCCESS); });
    } else if (is("driver.reload") || is("driver.reload-or-restart")) {
        apply_reload();
        reply(Outcome::handled);
    } else if (is("driver.reload-or-error")) {
        reply(apply_reload());
    } else if (is("driver.reload-or-exit")) {
        reply(Outcome::handled);
        reload_or_exit();
    } else if (is("driver.killpower")) {
        kill_power(reply);
    } else if (is("shutdown.default")) {
        on_device(
            name,
            [ups = ups_](Driver& driver) {
                const std::array<std::string, 1> own{"shutdown.default"};
                return power_off(driver, own, ups);
            },
            reply);
    } else {
        return false;
    }
    return true;
}

void Runtime::kill_power(const Publisher::Reply& reply)
{
    if (core_["driver.flag.allow_killpower"].value != "1") {
        log::error("UPS [{}]: driver.killpower refused: driver.flag.allow_killpower is not 1", ups_);
        reply(Outcome::invalid);
        return;
    }
    set_state("fsd.killpower");
    on_device(
        "driver.killpower",
        [commands = settings_.sdcommands, ups = ups_](Driver& driver) {
            return power_off(driver, commands, ups);
        },
        [this, reply](Outcome outcome) {
            reply(outcome);
            asio::post(daemon_.io(), [this, outcome] {
                daemon_.stop(outcome == Outcome::handled ? EXIT_SUCCESS : EXIT_FAILURE);
            });
        });
}

void Runtime::set(const driver_protocol::SetVariable& request, const Publisher::Reply& reply)
{
    log::info("UPS [{}]: set {} = {}", ups_, escaped(request.variable), escaped(request.value));
    if (core_set(request, reply))
        return;
    if (settings_.overrides.contains(request.variable)) {
        log::warning("UPS [{}]: {} is fixed by override.{} in ups.conf", ups_, escaped(request.variable),
                     escaped(request.variable));
        reply(Outcome::invalid);
        return;
    }
    on_device(
        request.variable, [request](Driver& driver) { return driver.set(request.variable, request.value); },
        [this, reply](Outcome outcome) {
            reply(outcome);
            if (outcome == Outcome::handled)
                poll_now();
        });
}

bool Runtime::core_set(const driver_protocol::SetVariable& request, const Publisher::Reply& reply)
{
    if (equal_ignoring_case(request.variable, "driver.debug")) {
        const auto level = to_int(request.value);
        if (level) {
            protocol_debug_ = *level < 0 ? std::nullopt : level;
            set_debug_from_settings();
        }
        reply(level ? Outcome::handled : Outcome::conversion_failed);
        return true;
    }
    if (equal_ignoring_case(request.variable, "driver.flag.allow_killpower")) {
        const auto value = killpower_value(request.value);
        if (value)
            set_core("driver.flag.allow_killpower", core_number(*value));
        reply(value ? Outcome::handled : Outcome::conversion_failed);
        return true;
    }
    return false;
}

void Runtime::set_debug_from_settings()
{
    log::set_debug(protocol_debug_.value_or(std::max(command_line_debug_, settings_.debug_min)));
    set_core("driver.debug", core_number(log::debug_depth()));
}

// ---- reloading -----------------------------------------------------------------------------------------

void Runtime::reload() { apply_reload(); }

void Runtime::reload_or_exit()
{
    if (apply_reload() == Outcome::invalid) {
        log::notice(
            "UPS [{}]: a setting that can't change while running has changed: exiting to be restarted", ups_);
        asio::post(daemon_.io(), [this] { daemon_.stop(128 + SIGUSR1); });
    }
}

// handled: all is as ups.conf says now; invalid: something needs a restart; failed: ups.conf can't be used.
Outcome Runtime::apply_reload()
{
    const auto& ups = ups_;
    log::notice("Handling requested live reload of NUT driver configuration for [{}]", ups);
    notify::reloading();
    auto wanted = reload_();
    auto outcome = Outcome::handled;
    if (!wanted) {
        log::error("UPS [{}]: the configuration stays as it was: {}", ups, to_string(wanted.error()));
        outcome = Outcome::failed;
    } else {
        for (const auto& problem : wanted->problems)
            log::warning("{}", to_string(problem));
        const auto difference = compare(settings_, wanted->value, program_);
        for (const auto& name : difference.fixed)
            log::warning("UPS [{}]: '{}' is non-reloadable: restart the driver to change it", ups, name);
        if (!difference.fixed.empty())
            outcome = Outcome::invalid;
        adopt(std::move(wanted->value), difference);
    }
    notify::ready();
    log::notice("Completed requested live reload of NUT driver configuration for [{}]: {}", ups,
                static_cast<int>(outcome));
    return outcome;
}

void Runtime::adopt(DriverSettings wanted, const SettingsDifference& difference)
{
    auto options = settings_.options;
    for (const auto& name : difference.reloadable) {
        if (wanted.options.flag(name))
            options.set(name, wanted.options.text(name));
        else
            options.erase(name);
    }
    options.poll_interval = wanted.poll_interval;
    if (settings_.allow_killpower != wanted.allow_killpower)
        core_["driver.flag.allow_killpower"] = core_number(wanted.allow_killpower);
    const bool changed = !difference.reloadable.empty();
    settings_.published = published_after_reload(settings_, wanted, difference);
    settings_.options = options;
    settings_.poll_interval = wanted.poll_interval;
    settings_.debug_min = wanted.debug_min;
    settings_.allow_killpower = wanted.allow_killpower;
    settings_.reconnect_max_tries = wanted.reconnect_max_tries;
    settings_.reconnect_report_freq = wanted.reconnect_report_freq;
    settings_.sdcommands = std::move(wanted.sdcommands);
    settings_.defaults = std::move(wanted.defaults);
    settings_.overrides = std::move(wanted.overrides);
    set_debug_from_settings();
    if (!changed)
        return;
    on_device(
        "reload",
        [options](Driver& driver) {
            driver.reload(options);
            return Outcome::handled;
        },
        [this](Outcome) { poll_now(); });
}

} // namespace upright
