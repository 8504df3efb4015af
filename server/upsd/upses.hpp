// Upses: everything upsd knows, one CachedUps for each section of ups.conf. Drivers' messages change it, the
// protocol's commands read it; it knows neither sockets nor clients.
#pragma once

#include "common/config/ups_conf.hpp"
#include "common/result.hpp"
#include "common/state/state.hpp"
#include "server/upsd/feed.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

struct Client;
class Subscription;
using TimePoint = std::chrono::steady_clock::time_point;

// One UPS: the mirror of its driver's State, the answers rendered from it, and who depends on it.
class CachedUps {
public:
    std::string name;                       // as spelled in ups.conf
    std::string driver;                     // program name
    std::optional<std::string> description; // desc =
    // Hands a line to the driver; false if that is not possible. Set while there is a link.
    std::function<bool(const std::string& line)> to_driver;

    bool is_virtual() const { return driver == kVirtualDriver; }
    const State& state() const noexcept { return state_; }

    // What the driver link reports.
    void connected(TimePoint now); // ups.status is WAIT until the dump has come
    void disconnected();           // everything is forgotten
    // What is out of all bounds is left out: a driver must not fill upsd's memory, nor name what no line can
    // carry.
    void apply(const Change& change);
    void dump_done() noexcept { dumped_ = true; }
    bool has_told_all() const noexcept { return dumped_; }
    void heard(TimePoint now) noexcept { last_heard_ = now; }

    // Works out whether the data are good by now, and tells the subscribers what has changed.
    void publish(TimePoint now, std::chrono::seconds max_age);
    void publish() { feed_.publish(*this); }
    Feed& feed() noexcept { return feed_; }
    const Feed& feed() const noexcept { return feed_; }

    // FSD: from now on ups.status begins with it. Stays until upsd ends or the UPS goes; of a virtual UPS
    // until it has served.
    void set_fsd() { latch_fsd(true); }
    void release_fsd() { latch_fsd(false); }
    bool fsd() const noexcept { return fsd_; }

    // LOGIN: the clients that this UPS feeds, the newest connection first.
    void log_in(Client& client);
    void log_out(Client& client);
    const std::vector<Client*>& logins() const noexcept { return logins_; }

    // The virtual UPSes that are made of this one: it feeds their clients, too.
    std::vector<const CachedUps*> above;
    std::size_t count_logins() const;

    bool is_connected() const noexcept { return connected_; }
    TimePoint last_heard() const noexcept { return last_heard_; }

    // Errc::driver_not_connected, Errc::data_stale, or nothing if the data are good. Silence longer than
    // `max_age` and a second makes them stale, as does the driver's own word once its dump is complete.
    std::optional<Errc> unavailable(TimePoint now, std::chrono::seconds max_age) const noexcept;
    std::optional<Errc> why_not() const noexcept { return why_not_; } // as last published

    // Why there is no such variable: before the driver has told everything, nobody can say that it has none.
    Errc why_missing() const noexcept { return dumped_ ? Errc::unknown_variable : Errc::data_stale; }

    // The value as clients see it: FSD stands before ups.status while the latch is set.
    void append_value_line(std::string& out, std::string_view head, std::string_view variable,
                           const Variable& value) const;

    // `VAR <name> <variable> "<value>"` lines of all variables; rendered when something has changed.
    const std::string& var_lines();

private:
    void latch_fsd(bool on);

    State state_;
    Feed feed_;
    std::vector<Client*> logins_;
    std::string var_lines_;
    std::optional<Errc> why_not_ = Errc::driver_not_connected;
    TimePoint last_heard_{};
    bool connected_ = false;
    bool dumped_ = false;
    bool rendered_ = false;
    bool fsd_ = false;
};

class Upses {
public:
    std::chrono::seconds max_age{15};
    // Called after something has happened to a UPS; Server sees that everybody concerned hears of it.
    std::function<void(CachedUps&)> changed = [](CachedUps&) {};

    CachedUps* find(std::string_view name); // in any case
    // The UPS if its data are good, else why not.
    boost::system::result<CachedUps*, Errc> available(std::string_view name, TimePoint now);

    const std::vector<std::unique_ptr<CachedUps>>& all() const noexcept { return all_; } // ups.conf's order
    CachedUps& add(std::string name);
    void remove(const CachedUps& ups);
    void order_as(const std::vector<std::string>& names); // those not named come last

    // SUBSCRIBE ALL: `subscription` is to hear of UPSes that come later, or no longer.
    void want_new_ones(Subscription& subscription, bool wanted);

private:
    std::vector<Subscription*> want_new_ones_;
    std::vector<std::unique_ptr<CachedUps>> all_;
    std::map<std::string, CachedUps*, CaseLess> by_name_;
};

} // namespace upright::upsd
