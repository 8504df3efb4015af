// What may be done to an SNMP UPS, beside what may be done to any.
#include "drivers/upsim/snmp/snmp_ups.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsim::snmp {
namespace {

constexpr std::size_t kMostForcedAlarms = 4;

Error wrong(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

Result<std::string> done() { return std::string{}; }

Result<double> number(std::string_view word, double low, double high)
{
    const auto value = to_double(word);
    if (!value || *value < low || *value > high)
        return wrong(fmt::format("\"{}\" is no number in {}..{}", escaped(word, 40), low, high));
    return *value;
}

Result<Oid> object(std::string_view word)
{
    auto oid = to_oid(word);
    if (!oid)
        return wrong(fmt::format("\"{}\" is no object identifier", escaped(word, 60)));
    return *oid;
}

} // namespace

std::optional<Result<std::string>> SnmpUps::own_action(std::string_view action)
{
    struct Word {
        std::string_view words;
        bool more; // something follows
        Act act;
    };
    static constexpr std::array kRows{
        Word{"truth", false, &SnmpUps::truth},
        Word{"writes", false, &SnmpUps::writes},
        Word{"forget writes", false, &SnmpUps::forget},
        Word{"counters", false, &SnmpUps::counters},
        Word{"counters reset", false, &SnmpUps::counters},
        Word{"engine", false, &SnmpUps::engine},
        Word{"alarm", true, &SnmpUps::alarm},
        Word{"delay", true, &SnmpUps::delay},
        Word{"fault delay", true, &SnmpUps::delay},
        Word{"fault slow", true, &SnmpUps::delay},
        Word{"fault mute", false, &SnmpUps::mute},
        Word{"fault mute", true, &SnmpUps::mute},
        Word{"fault toobig", true, &SnmpUps::too_big},
        Word{"fault missing", true, &SnmpUps::missing},
        Word{"fault wrongtype", true, &SnmpUps::wrong_type},
        Word{"fault frozen", false, &SnmpUps::freeze},
        Word{"fault readonly", false, &SnmpUps::read_only},
        Word{"fault none", false, &SnmpUps::no_fault},
    };
    for (const auto& row : kRows) {
        if (!row.more && action == row.words)
            return (this->*row.act)(action == "counters reset" ? "reset" : "");
        if (row.more && action.starts_with(row.words) && action.substr(row.words.size()).starts_with(' '))
            return (this->*row.act)(trimmed(action.substr(row.words.size())));
    }
    return std::nullopt;
}

Result<std::string> SnmpUps::truth(std::string_view)
{
    if (profile_ == nullptr)
        return wrong("nobody knows the truth of a recording");
    look();
    std::string lines;
    for (const auto& [variable, value] : truth_of(*profile_, rows_, state()))
        lines += fmt::format("{}={}\n", variable, value);
    return lines;
}

Result<std::string> SnmpUps::writes(std::string_view)
{
    std::string lines;
    for (const auto& line : writes_)
        lines += line;
    return lines;
}

Result<std::string> SnmpUps::forget(std::string_view)
{
    writes_.clear();
    return done();
}

Result<std::string> SnmpUps::counters(std::string_view rest)
{
    auto lines = fmt::format("requests: {}\nvariables: {}\nanswers: {}\n", counters_.requests,
                             counters_.variables, counters_.answers);
    if (rest == "reset")
        counters_ = {};
    return lines;
}

Result<std::string> SnmpUps::engine(std::string_view) { return Sessions::engine(); }

Result<std::string> SnmpUps::alarm(std::string_view rest)
{
    if (profile_ == nullptr || profile_->alarm_table.empty())
        return wrong("it has no table of alarms");
    if (rest == "none") {
        settings_.forced_alarms.clear();
    } else {
        auto what = object(rest);
        if (!what)
            return what.error();
        if (settings_.forced_alarms.size() >= kMostForcedAlarms)
            return wrong(fmt::format("there are {} already", kMostForcedAlarms));
        settings_.forced_alarms.push_back(std::move(*what));
    }
    changed();
    return done();
}

Result<std::string> SnmpUps::delay(std::string_view rest)
{
    const auto milliseconds = number(rest, 0, 60000);
    if (!milliseconds)
        return milliseconds.error();
    faults_.delay = std::chrono::milliseconds(static_cast<long>(*milliseconds));
    return done();
}

Result<std::string> SnmpUps::mute(std::string_view rest)
{
    faults_.mute_until.reset();
    if (!rest.empty()) {
        const auto seconds = number(rest.ends_with('s') ? rest.substr(0, rest.size() - 1) : "", 0, 86400);
        if (!seconds)
            return seconds.error();
        faults_.mute_until =
            Faults::Clock::now() + std::chrono::milliseconds(static_cast<long>(*seconds * 1000));
    }
    faults_.mute = true;
    return done();
}

Result<std::string> SnmpUps::too_big(std::string_view rest)
{
    const auto most = number(rest, 1, 100000);
    if (!most)
        return most.error();
    faults_.most_variables = static_cast<std::size_t>(*most);
    return done();
}

Result<std::string> SnmpUps::missing(std::string_view rest)
{
    auto what = object(rest);
    if (!what)
        return what.error();
    faults_.missing.push_back(std::move(*what));
    return done();
}

Result<std::string> SnmpUps::wrong_type(std::string_view rest)
{
    auto what = object(rest);
    if (!what)
        return what.error();
    faults_.wrong_type.push_back(std::move(*what));
    return done();
}

Result<std::string> SnmpUps::freeze(std::string_view)
{
    look();
    std::map<Oid, Value> all;
    for (auto at = tree_.next({}); at; at = tree_.next(at->oid))
        all.emplace(at->oid, at->value);
    faults_.frozen = std::move(all);
    return done();
}

Result<std::string> SnmpUps::read_only(std::string_view)
{
    faults_.read_only = true;
    return done();
}

Result<std::string> SnmpUps::no_fault(std::string_view)
{
    faults_ = {};
    return done();
}

Result<void> SnmpUps::set_fault(Fault)
{
    return wrong(
        "want mute, slow <ms>, toobig <n>, missing <OID>, wrongtype <OID>, frozen, readonly or none");
}

Result<void> SnmpUps::drop() { return wrong("there is no cable to pull"); }

} // namespace upright::upsim::snmp
