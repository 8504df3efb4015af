// The small interface that a driver implements, in plain blocking code with bounded waits. The runtime owns
// all else: options, the publishing socket, finding out what changed, staleness, reconnecting, default. and
// override., ignorelb, ALARM and CHRG words, tracking, signals. A driver is used by one thread at a time,
// but for on_event() and what the runtime asks after it.
#pragma once

#include "common/state/snapshot.hpp"
#include "common/wire/driver_protocol.hpp"

#include <chrono>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

using driver_protocol::Outcome;

// The device did not do what it should; `what()` is for people. The runtime turns it into a missed poll,
// staleness and, if the connection is said to be lost, reconnecting.
class DeviceError : public std::runtime_error {
public:
    enum class Kind {
        no_answer, // silence or garbage: worth another try on the same connection
        lost,      // the connection is gone: open() again, with growing delays
        fatal      // trying again can't help (an option that the device can't serve); the driver exits
    };
    explicit DeviceError(const std::string& what, Kind kind = Kind::no_answer)
        : std::runtime_error(what), kind_(kind)
    {
    }
    Kind kind() const noexcept { return kind_; }

private:
    Kind kind_;
};

// One option that the driver takes in ups.conf or by -x, beside those that every driver has.
struct DriverOption {
    enum class Kind { value, flag, either };
    std::string_view name;
    Kind kind = Kind::value;
    std::string_view description; // printed by -L
    bool reloadable = false;      // reload() accepts a new value
    bool secret = false;          // never published as driver.parameter
};

// The options in effect, after ups.conf and -x.
class DriverOptions {
public:
    // `place` is file:line:column of the value, if it came from a file.
    void set(std::string name, std::optional<std::string> value, std::string place = {});
    void erase(std::string_view name);

    bool flag(std::string_view name) const { return given_.find(name) != given_.end(); }
    std::optional<std::string> text(std::string_view name) const;
    // The number, `fallback` if not given; DeviceError (fatal) naming the option if it is none or out of
    // range.
    int number(std::string_view name, int low, int high, int fallback) const;
    // For options that NUT's drivers read carelessly: a bad number is logged, and `fallback` used.
    int number_or_fallback(std::string_view name, int low, int high, int fallback) const;

    // "<file>:<line>:<column>: error: <text>" for a mistake in that option; without the place if it came by
    // -x.
    std::string complaint(std::string_view name, std::string_view text) const;

    const std::map<std::string, std::optional<std::string>, std::less<>>& all() const noexcept
    {
        return given_;
    }

    std::string program;    // the name that it was started by: one of DriverProgram::names
    std::string ups;        // the section's name
    std::string port;       // `port =`
    std::string config_dir; // where relative files are looked for
    std::chrono::seconds poll_interval{2};
    bool lock = true; // false with nolock: take a serial port that others may have open

private:
    std::map<std::string, std::optional<std::string>, std::less<>> given_;
    std::map<std::string, std::string, std::less<>> places_; // file:line:column of the value
};

enum class Depth {
    quick, // the status and what changes with it
    full   // everything; the first poll is full
};

class Driver {
public:
    Driver() = default;
    Driver(const Driver&) = delete;
    Driver& operator=(const Driver&) = delete;
    virtual ~Driver() = default;

    // Opens the device and finds out what it is. Called again after DeviceError::lost; a second open() must
    // release whatever the first one held.
    virtual void open() = 0;

    // One complete reading, static values included: what a quick poll does not ask for is repeated from the
    // last full one.
    virtual Snapshot poll(Depth depth) = 0;

    // An instant command that the last Snapshot announced, or another: then Outcome::unknown.
    virtual Outcome command(std::string_view name, const std::optional<std::string>& parameter);
    virtual Outcome set(std::string_view variable, std::string_view value);

    // Switches the load off, so that it comes back with the mains if the device can do that (-k,
    // driver.killpower, shutdown.default). Throws DeviceError if the device gives no answer.
    virtual Outcome power_off(); // Outcome::unknown: this driver has no way to do it

    // Takes new values of reloadable options; called between polls.
    virtual void reload(const DriverOptions& options);

    // What a light and a full poll are apart, if the driver tells them apart: a full poll after so long.
    // 0: each poll is full.
    virtual std::chrono::seconds full_poll_interval() const { return std::chrono::seconds(0); }

    // True if the program shall run although the device can't be reached yet; its data are stale meanwhile.
    virtual bool starts_without_device() const { return false; }

    // How many polls may fail in a row before the data count as stale.
    virtual int tolerated_failures() const { return 0; }

    // When the driver wants to be polled again, if sooner than pollinterval (a file's TIMER, say).
    virtual std::optional<std::chrono::milliseconds> poll_again_in() const { return std::nullopt; }

    // For devices that speak by themselves: `tell` is to be called, from any thread, when one has; the
    // runtime then asks heard(). An empty one: nobody listens any more.
    virtual void on_event(std::function<void()> tell);
    // A complete reading of what is known now, without asking the device; called by another thread than the
    // one in poll(). Nothing if there is none. DeviceError (lost) if what was heard is that the device is
    // gone.
    virtual std::optional<Snapshot> heard() { return std::nullopt; }
    // True once, if what was heard means that something has changed: the runtime polls at once. By the
    // runtime's thread, as the next.
    virtual bool wants_poll() { return false; }
    // Why the device does not answer, as soon as that is known and before poll() gives up; once each time.
    virtual std::optional<std::string> trouble() { return std::nullopt; }
};

// Something a driver program can do instead of serving: `--<name>`. It prints, and returns the exit code.
struct DriverAction {
    std::string_view name;
    std::string_view help;
    bool needs_ups = true; // -a or -s must say which; else the options are empty
    std::function<int(const DriverOptions& options, std::FILE* out)> run; // throws DeviceError
};

// Everything the runtime needs to know of a driver program.
struct DriverProgram {
    std::vector<std::string_view> names; // program names; the first is the usual one
    std::string_view title;              // "Device simulation and repeater driver"
    std::string_view version;            // driver.version.internal
    std::vector<DriverOption> options;
    std::function<std::unique_ptr<Driver>(const DriverOptions&)> create; // throws DeviceError on bad options
    std::vector<DriverAction> actions{};
};

// The whole program: command line, configuration, everything. Returns the exit code.
int run_driver(int argc, char** argv, const DriverProgram& program);

} // namespace upright
