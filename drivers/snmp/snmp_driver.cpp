// Finding a device out and reading it. What it is told to do is in snmp_control.cpp.
#include "drivers/snmp/snmp_driver.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/snmp/discovery.hpp"

#include <fmt/format.h>

#include <utility>

namespace upright::snmp {
namespace {

using Kind = DeviceError::Kind;

constexpr int kLongestInterval = 86400;  // s
constexpr std::size_t kMostAlarms = 100; // rows of one list
constexpr std::string_view kShutdownDelay = "ups.delay.shutdown";
constexpr std::string_view kStartDelay = "ups.delay.start";

} // namespace

SnmpDriver::SnmpDriver(const DriverOptions& options, Families families, MakeLink make_link,
                       std::optional<TrapOptions> traps, Now now)
    : options_(options), families_(std::move(families)), make_link_(std::move(make_link)),
      now_(std::move(now))
{
    full_poll_interval_ = std::chrono::seconds(options.number("pollfreq", 1, kLongestInterval, 30));
    seldom_ = options.number("semistaticfreq", 1, kLongestInterval, 10);
    if (const auto mibs = options.text("mibs"); mibs && *mibs != "auto")
        only_ = mibs;
    delays_.emplace(kStartDelay, std::to_string(options.number("ondelay", -1, kLongestInterval, 30)));
    delays_.emplace(kShutdownDelay, std::to_string(options.number("offdelay", 0, kLongestInterval, 20)));
    if (!traps)
        return;
    try {
        traps_ = std::make_unique<TrapListener>(*traps);
    } catch (const SnmpError& e) {
        throw DeviceError(options.complaint("trapport", e.what()), Kind::fatal);
    }
}

void SnmpDriver::reload(const DriverOptions& options)
{
    full_poll_interval_ = std::chrono::seconds(options.number("pollfreq", 1, kLongestInterval, 30));
    seldom_ = options.number("semistaticfreq", 1, kLongestInterval, 10);
}

// ---- events --------------------------------------------------------------------------------------------

void SnmpDriver::on_event(std::function<void()> tell)
{
    {
        const std::lock_guard held(tell_mutex_);
        tell_ = std::move(tell);
        stopping_ = !tell_; // nobody listens any more: the program ends
    }
    if (traps_)
        traps_->start([this] {
            const std::lock_guard held(tell_mutex_);
            trap_came_ = true;
            if (tell_)
                tell_();
        });
}

std::optional<Snapshot> SnmpDriver::heard()
{
    const std::lock_guard held(tell_mutex_);
    return std::exchange(heard_, std::nullopt);
}

bool SnmpDriver::wants_poll()
{
    const std::lock_guard held(tell_mutex_);
    return std::exchange(trap_came_, false);
}

std::optional<std::string> SnmpDriver::trouble()
{
    const std::lock_guard held(tell_mutex_);
    return std::exchange(trouble_, std::nullopt);
}

void SnmpDriver::note_trouble(const SnmpError& error)
{
    const auto text = escaped(error.what());
    if (std::exchange(last_trouble_, text) != text)
        log::warning("UPS [{}]: {}", options_.ups, text);
    const std::lock_guard held(tell_mutex_);
    trouble_ = text;
    if (tell_)
        tell_();
}

// ---- opening -------------------------------------------------------------------------------------------

void SnmpDriver::open()
{
    try {
        connect();
    } catch (const SnmpError& e) {
        agent_.reset();
        throw DeviceError(e.what(), Kind::lost);
    }
}

void SnmpDriver::connect()
{
    agent_ = std::make_unique<Agent>(
        make_link_([this](const SnmpError& error) { note_trouble(error); }, stopping_));
    if (still_there())
        return;
    recognise();
    auto layout = discover(*agent_, chosen_);
    if (layout.objects() == 0)
        throw DeviceError(fmt::format("the device answers nothing of family {}", chosen_.front()->name),
                          Kind::lost);
    layout_ = std::move(layout);
    lists_.clear();
    agent_->between([this] { look_between(); });
    fresh_ = true;
    polls_ = 0;
    const auto& type = chosen_.front()->constants;
    const auto is_ups = type.find("device.type") == type.end() || type.at("device.type") == "ups";
    if (is_ups && !tells_source(status_of(layout_, {})))
        log::warning(
            "UPS [{}]: the device does not tell whether it is on line or on battery: who relies on it is not "
            "protected",
            options_.ups);
    log::info("{}: family {} ({}), {} objects", options_.port, chosen_.front()->name, detection_.reason,
              layout_.objects());
}

// A card that starts again answers before it has everything. What was found out about it holds until it does,
// or for ten minutes.
bool SnmpDriver::may_do_without(const std::string& what)
{
    constexpr auto kPatience = std::chrono::minutes(10);
    if (!incomplete_since_) {
        log::warning("UPS [{}]: the device is without {}: waiting for it", options_.ups, what);
        incomplete_since_ = now_();
    }
    if (now_() - *incomplete_since_ < kPatience)
        return false;
    log::warning("UPS [{}]: the device has been without {} for ten minutes: looking at it anew", options_.ups,
                 what);
    incomplete_since_.reset();
    return true;
}

// Somebody put another device there.
bool SnmpDriver::is_another()
{
    const auto now = object_id_of(*agent_);
    if (now.empty() || detection_.object_id.empty() || now == detection_.object_id)
        return false;
    log::notice("UPS [{}]: sysObjectID is {} now: looking at it anew", options_.ups, to_string(now));
    return true;
}

bool SnmpDriver::still_there()
{
    if (layout_.points.empty() || is_another())
        return false;
    read(Depth::full);
    if (const auto missing = missing_in(layout_, false); !missing.empty()) {
        if (may_do_without(missing))
            return false;
        throw DeviceError(fmt::format("the device has not all it had: {}", missing), Kind::lost);
    }
    polls_ = seldom_; // look at all of it soon
    agent_->between([this] { look_between(); });
    fresh_ = true;
    return true;
}

void SnmpDriver::recognise()
{
    for (const auto& problem : families_.problems())
        log::warning("{}", to_string(problem));
    detection_ = detect(*agent_, families_.heads(), only_);
    if (detection_.family == nullptr)
        throw DeviceError(
            only_ ? fmt::format("the device is not of family {}: {}", escaped(*only_), detection_.reason)
                  : detection_.reason,
            Kind::lost);
    chosen_ = {&families_.get(detection_.family->name, detection_.object_id)};
    for (const auto* const head : detection_.supplements) {
        try {
            chosen_.push_back(&families_.get(head->name, detection_.object_id));
        } catch (const DeviceError& e) { // the device's own family will do
            log::warning("{}", e.what());
        }
    }
}

// ---- reading -------------------------------------------------------------------------------------------

void SnmpDriver::read(Depth depth, Rare rare)
{
    looked_ = now_();
    const auto look = ++looks_;
    std::vector<Oid> oids;
    std::vector<PointNumber> which;
    for (PointNumber i = 0; i < layout_.points.size(); ++i) {
        const auto poll = layout_.points[i].poll;
        if (poll == Poll::quick || (depth == Depth::full && poll == Poll::full)
            || (rare == Rare::too && poll == Poll::seldom)) {
            oids.push_back(layout_.points[i].oid);
            which.push_back(i);
        }
    }
    auto values = agent_->get(oids);
    for (std::size_t i = 0; i < which.size(); ++i) {
        auto& point = layout_.points[which[i]];
        if (look == looks_ || point.poll != Poll::quick) // else what was read in between is newer
            point.value = std::move(values[i]);
    }
    read_lists();
}

// Reading everything of a slow card takes longer than pollinterval; failing mains do not wait for its end.
void SnmpDriver::look_between()
{
    if (now_() - looked_ < options_.poll_interval || layout_.points.empty())
        return;
    read(Depth::quick);
    if (status_of(layout_, lists_) == status_ || !missing_in(layout_, true).empty())
        return;
    auto snapshot = complete();
    status_ = snapshot.status;
    const std::lock_guard held(tell_mutex_);
    heard_ = std::move(snapshot);
    if (tell_)
        tell_();
}

// Alarms come and go; a list that can't be read tells none.
void SnmpDriver::read_lists()
{
    lists_.clear();
    for (const auto& family : layout_.families)
        for (const auto& bound : family.lists) {
            auto& rows = lists_.emplace_back();
            if (bound.count && as_number(layout_.points[*bound.count].value).value_or(0) == 0)
                continue;
            rows = agent_->walk(std::span(&bound.list->column, 1), kMostAlarms).front();
        }
}

// Rows of tables may be new or gone, and what is read seldom is due. A device that has lost what it had is
// not taken at its word.
void SnmpDriver::discover_again()
{
    if (is_another())
        throw DeviceError("another device is there now", Kind::lost); // it is opened as such
    const auto look = looks_;
    auto layout = discover(*agent_, chosen_);
    std::set<std::string_view> told;
    for (const auto& bound : layout.values)
        told.insert(bound.variable);
    for (const auto& bound : layout_.values)
        if (bound.required && !told.contains(bound.variable) && !may_do_without(bound.variable))
            throw DeviceError(fmt::format("the device no longer has {} ({})", bound.variable,
                                          to_string(layout_.points[bound.point].oid)));
    layout_ = std::move(layout);
    polls_ = 0;
    if (look != looks_) // what was read in between is newer
        read(Depth::quick);
    else
        read_lists();
}

void SnmpDriver::want_complete()
{
    auto missing = missing_in(layout_, false);
    const auto status = status_of(layout_, lists_);
    if (missing.empty() && source_told_ && !tells_source(status) && source_makes_no_sense(layout_))
        missing = "ups.status";
    if (missing.empty()) {
        incomplete_since_.reset();
        source_told_ = source_told_ || tells_source(status);
        return;
    }
    if (!may_do_without(missing))
        throw DeviceError(fmt::format("the device gives no sensible answer for {}", missing));
    layout_ = discover(*agent_, chosen_);
    source_told_ = false;
    read_lists();
}

Snapshot SnmpDriver::poll(Depth depth)
{
    if (!agent_)
        throw DeviceError("not connected", Kind::lost);
    try {
        const bool just_read = std::exchange(fresh_, false);
        if (just_read) {
            read_lists();
        } else if (depth == Depth::full || again_) {
            if (++polls_ > seldom_)
                discover_again();
            else
                read(Depth::full, again_ ? Rare::too : Rare::not_now);
            again_ = false;
        } else {
            read(Depth::quick);
            if (const auto now = status_of(layout_, lists_); now != status_)
                read(Depth::full); // whatever happened, it shows in more than the status
        }
        want_complete();
    } catch (const SnmpError& e) {
        agent_.reset();
        throw DeviceError(e.what(), Kind::lost);
    }
    last_trouble_.clear();
    auto snapshot = complete();
    status_ = snapshot.status;
    return snapshot;
}

Snapshot SnmpDriver::complete() const
{
    auto snapshot = snapshot_of(layout_, lists_);
    const auto& family = *chosen_.front();
    snapshot.set("driver.version.data", family.version);
    apply_transfer_options(snapshot);
    add_settings(snapshot);
    return snapshot;
}

// Some old APC cards tell limits that make no sense, or that are between phases.
void SnmpDriver::apply_transfer_options(Snapshot& snapshot) const
{
    constexpr double kPhaseToNeutral = 0.707;
    for (const auto* const name : {"input.transfer.low", "input.transfer.high"}) {
        const auto it = snapshot.variables.find(name);
        if (it == snapshot.variables.end())
            continue;
        if (options_.flag("notransferoids"))
            snapshot.variables.erase(it);
        else if (const auto volts = to_double(it->second.value); volts && options_.flag("symmetrathreephase"))
            it->second.value = printed(*volts * kPhaseToNeutral, 2);
    }
}

// Kept in the driver, where the device has no such setting of its own but commands that want it.
void SnmpDriver::add_settings(Snapshot& snapshot) const
{
    const auto wants = [this](Step::From from) {
        for (const auto& command : layout_.commands)
            for (const auto& step : command.steps)
                if (step.step->from == from)
                    return true;
        return false;
    };
    for (const auto& [name, from] :
         {std::pair(kShutdownDelay, Step::From::off_delay), std::pair(kStartDelay, Step::From::on_delay)})
        if (!snapshot.variables.contains(std::string(name)) && wants(from)) {
            Variable variable{.value = delays_.find(name)->second, .flags = {.rw = true, .number = true}};
            snapshot.variables.insert_or_assign(std::string(name), std::move(variable));
        }
}

} // namespace upright::snmp
