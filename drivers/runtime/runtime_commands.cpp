// What clients ask of a running driver: instant commands, settings, reloading.
#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"
#include "common/text/number.hpp"
#include "drivers/runtime/power_off.hpp"
#include "drivers/runtime/runtime.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <array>
#include <csignal>
#include <cstdlib>

namespace asio = boost::asio;

namespace upright {
namespace {

constexpr int kMostJobs = 64; // commands that may wait for a slow device

// 0 or 1, or nothing: a number, true/yes/on, or a word that begins with "enable".
std::optional<int> killpower_value(std::string_view text)
{
    if (starts_ignoring_case(text, "enable"))
        return 1;
    const auto value = to_bool(text);
    return value ? std::optional(*value ? 1 : 0) : std::nullopt;
}

} // namespace

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
            set_core("driver.flag.allow_killpower", writable_number(*value));
        reply(value ? Outcome::handled : Outcome::conversion_failed);
        return true;
    }
    return false;
}

void Runtime::set_debug_from_settings()
{
    log::set_debug(protocol_debug_.value_or(std::max(command_line_debug_, settings_.debug_min)));
    set_core("driver.debug", writable_number(log::debug_depth()));
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
        core_["driver.flag.allow_killpower"] = writable_number(wanted.allow_killpower);
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
    if (!device_variables_.empty())
        publish_reading(); // with other defaults and overrides
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
