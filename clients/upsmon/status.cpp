#include "clients/upsmon/status.hpp"

#include "clients/upsmon/check_programs.hpp"
#include "common/client/json.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsmon {
namespace {

// Why this UPS could not shut the host down in time; empty if it could.
std::string why_not(const Watch& ups)
{
    if (!ups.known())
        return ups.lost() ? "it has never answered: " + escaped(ups.why_lost()) : "it has not answered yet";
    if (ups.lost())
        return "it does not answer: " + escaped(ups.why_lost());
    switch (ups.login()) {
    case Watch::Login::refused: return "the server refuses our login: " + escaped(ups.why_refused());
    case Watch::Login::unknown: return "not logged in yet";
    case Watch::Login::in: return {};
    }
    return {};
}

UpsStatus status_of(const Monitor& monitor, std::size_t feed)
{
    const auto& of = monitor.config().policy.feeds[feed];
    const auto& watch = monitor.decision().watch(feed);
    UpsStatus ups{of.system, watch.status(), of.primary, of.power_value, false, {}};
    if (of.power_value == 0) {
        ups.why = "monitoring only";
        return ups;
    }
    ups.why = why_not(watch);
    ups.is_protecting = ups.why.empty();
    if (ups.is_protecting)
        ups.why = monitor.decision().verdict(feed).reason;
    return ups;
}

std::string why_host_not(const Monitor& monitor, const HostStatus& status)
{
    if (monitor.config().policy.min_supplies == 0)
        return "MINSUPPLIES is 0: nothing ever shuts this host down";
    if (!monitor.config().shutdown_command)
        return "there is no SHUTDOWNCMD";
    if (const auto wrong = what_is_wrong_with(*monitor.config().shutdown_command); !wrong.empty())
        return "SHUTDOWNCMD: " + wrong;
    if (!monitor.can_shut_down())
        return "upsmon's privileged process has gone";
    for (const auto& ups : status.upses)
        if (ups.power_value > 0 && !ups.is_protecting)
            return fmt::format("UPS {}: {}", ups.system, ups.why);
    return {};
}

const char* word(const UpsStatus& ups)
{
    if (ups.power_value == 0)
        return "watched only";
    return ups.is_protecting ? "protected" : "NOT PROTECTED";
}

} // namespace

HostStatus status_of(const Monitor& monitor)
{
    HostStatus status;
    for (std::size_t feed = 0; feed < monitor.config().policy.feeds.size(); ++feed)
        status.upses.push_back(status_of(monitor, feed));
    status.why = why_host_not(monitor, status);
    status.is_protected = status.why.empty();
    if (monitor.decision().shutting_down())
        status.why = "it is shutting down";
    return status;
}

std::string as_text(const HostStatus& status)
{
    std::string text;
    for (const auto& ups : status.upses)
        text += fmt::format("{}: {}{}{}, {}, power value {}{}\n", ups.system, word(ups),
                            ups.status.empty() ? "" : " [" + escaped(ups.status) + "]",
                            ups.is_protecting && !ups.why.empty() ? " (" + ups.why + ")" : "",
                            ups.is_primary ? "primary" : "secondary", ups.power_value,
                            !ups.is_protecting && ups.power_value > 0 ? ": " + ups.why : "");
    text += status.is_protected ? "This host is protected" : "This host is NOT PROTECTED";
    return text + (status.why.empty() ? "" : ": " + status.why) + "\n";
}

std::string as_json(const HostStatus& status)
{
    const auto boolean = [](bool value) { return value ? "true" : "false"; };
    std::vector<std::string> upses;
    for (const auto& ups : status.upses)
        upses.push_back(json_object(
            {json_pair("ups", json_string(ups.system)), json_pair("status", json_string(ups.status)),
             json_pair("type", json_string(ups.is_primary ? "primary" : "secondary")),
             json_pair("power_value", std::to_string(ups.power_value)),
             json_pair("protected", boolean(ups.is_protecting)), json_pair("why", json_string(ups.why))},
            2));
    return json_object({json_pair("protected", boolean(status.is_protected)),
                        json_pair("why", json_string(status.why)), json_pair("upses", json_array(upses, 1))})
           + "\n";
}

} // namespace upright::upsmon
