// Upses: everything upsd knows, one CachedUps for each section of ups.conf. Drivers' messages change it, the
// protocol's commands read it; it knows neither sockets nor clients.
#pragma once

#include "common/result.hpp"
#include "common/state/state.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

using TimePoint = std::chrono::steady_clock::time_point;

// One UPS: the mirror of its driver's State, and the answers rendered from it.
class CachedUps {
public:
    std::string name;                       // as spelled in ups.conf
    std::string driver;                     // program name
    std::optional<std::string> description; // desc =

    const State& state() const noexcept { return state_; }

    // What the driver link reports.
    void connected(TimePoint now); // ups.status is WAIT until the dump has come
    void disconnected();           // everything is forgotten
    // What is out of all bounds is left out: a driver must not fill upsd's memory, nor name what no line can
    // carry.
    void apply(const Change& change);
    void dump_done() noexcept { dumped_ = true; }
    void heard(TimePoint now) noexcept { last_heard_ = now; }

    bool is_connected() const noexcept { return connected_; }
    TimePoint last_heard() const noexcept { return last_heard_; }

    // Errc::driver_not_connected, Errc::data_stale, or nothing if the data are good. Silence longer than
    // `max_age` and a second makes them stale, as does the driver's own word once its dump is complete.
    std::optional<Errc> unavailable(TimePoint now, std::chrono::seconds max_age) const noexcept;

    // The value as clients see it: FSD stands before ups.status while the latch is set.
    void append_value_line(std::string& out, std::string_view head, std::string_view variable,
                           const Variable& value) const;

    // `VAR <name> <variable> "<value>"` lines of all variables; rendered when something has changed.
    const std::string& var_lines();

private:
    State state_;
    std::string var_lines_;
    TimePoint last_heard_{};
    bool connected_ = false;
    bool dumped_ = false;
    bool rendered_ = false;
    bool fsd_ = false;
};

class Upses {
public:
    std::chrono::seconds max_age{15};

    CachedUps* find(std::string_view name); // in any case
    // The UPS if its data are good, else why not.
    boost::system::result<CachedUps*, Errc> available(std::string_view name, TimePoint now);

    const std::vector<std::unique_ptr<CachedUps>>& all() const noexcept { return all_; } // ups.conf's order
    CachedUps& add(std::string name);
    void remove(const CachedUps& ups);
    void order_as(const std::vector<std::string>& names); // those not named come last

private:
    std::vector<std::unique_ptr<CachedUps>> all_;
    std::map<std::string, CachedUps*, CaseLess> by_name_;
};

} // namespace upright::upsd
