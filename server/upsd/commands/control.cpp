#include "server/upsd/commands/control.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "common/wire/driver_protocol.hpp"
#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsd {
namespace {

bool in_a_range(const std::vector<Range>& ranges, double number)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const Range& range) { return range.min <= number && number <= range.max; });
}

std::optional<std::string> new_tracking_id(Peer& peer, const CachedUps& ups)
{
    if (!peer.client.tracking)
        return std::nullopt;
    return peer.service.tracking.begin(ups, peer.now);
}

// OK, or OK TRACKING <id>: it was handed to the driver; whether it works is another matter.
void append_ok(std::string& out, const std::optional<std::string>& id)
{
    if (id)
        out += fmt::format("OK TRACKING {}\n", *id);
    else
        out += "OK\n";
}

Refused hand_over(Peer& peer, CachedUps& ups, const std::string& line, const std::optional<std::string>& id,
                  Errc failure)
{
    if (ups.to_driver && ups.to_driver(line))
        return {};
    if (id)
        peer.service.tracking.finish(ups, *id, static_cast<int>(driver_protocol::Outcome::failed));
    return failure;
}

Refused try_to_set(Peer& peer, Args args, std::optional<std::string>& id)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    const auto* const user = proven_user(peer);
    if (user == nullptr || !may(*user, Action::set, (*ups)->name, peer.service.access, peer.client.address))
        return Errc::access_denied;
    const auto* const variable = (*ups)->state().find(args[1]);
    if (variable == nullptr)
        return Errc::unknown_variable;
    if (const auto wrong = check_value(*variable, args[2]))
        return wrong;
    id = new_tracking_id(peer, **ups);
    const driver_protocol::SetVariable request{std::string(args[1]), std::string(args[2]), id};
    return hand_over(peer, **ups, to_line(request), id, Errc::set_failed);
}

Refused try_to_command(Peer& peer, Args args, std::optional<std::string>& id)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    if (!(*ups)->state().has_command(args[1]))
        return Errc::command_not_supported;
    const auto* const user = proven_user(peer);
    if (user == nullptr
        || !may_command(*user, args[1], (*ups)->name, peer.service.access, peer.client.address))
        return Errc::access_denied;
    driver_protocol::InstantCommand request{std::string(args[1]), {}, {}};
    if (args.size() > 2)
        request.parameter = args[2];
    if (args.size() > 2 && args[2].size() > kLongestDriverValue)
        return Errc::invalid_argument;
    id = request.tracking_id = new_tracking_id(peer, **ups);
    return hand_over(peer, **ups, to_line(request), id, Errc::command_failed);
}

void record(Peer& peer, Args args, std::string_view action, const Refused& refused,
            const std::optional<std::string>& id)
{
    const auto* const ups = peer.service.upses.find(args[0]);
    peer.service.audit.record(peer.client, {.action = action,
                                            .ups = ups != nullptr ? std::string_view(ups->name) : args[0],
                                            .what = args[1],
                                            .value = args.size() > 2 ? args[2] : std::string_view(),
                                            .result = refused ? wire_name(*refused) : "OK",
                                            .tracking = id ? std::string_view(*id) : std::string_view()});
}

} // namespace

// In NUT's order; but an enumerated value is compared as it is meant, not as it is written, and a range takes
// fractions and refuses what is no number.
Refused check_value(const Variable& variable, std::string_view value)
{
    if (!variable.flags.rw)
        return Errc::read_only;
    if (variable.flags.text && variable.max_length < 1)
        return Errc::set_failed;
    if (variable.flags.text && value.size() > static_cast<std::size_t>(variable.max_length))
        return Errc::too_long;
    if (value.size() > kLongestDriverValue) // the driver's socket carries no more
        return Errc::too_long;
    const auto& enums = variable.enums;
    if (!enums.empty() && std::find(enums.begin(), enums.end(), value) == enums.end())
        return Errc::invalid_value;
    if (variable.ranges.empty())
        return {};
    const auto number = to_double(value);
    if (!number || !in_a_range(variable.ranges, *number))
        return Errc::invalid_value;
    return {};
}

// SET VAR <ups> <variable> <value>  ->  OK [TRACKING <id>]
Refused set_var(Peer& peer, Args args, std::string& out)
{
    std::optional<std::string> id;
    const auto refused = try_to_set(peer, args, id);
    record(peer, args.first(3), "SET", refused, id);
    if (refused)
        return refused;
    append_ok(out, id);
    log::info("Set variable: {} set {} on {} to {} (tracking ID: {})", peer.client.who(), escaped(args[1]),
              escaped(args[0]), escaped(args[2]), id.value_or("disabled"));
    return {};
}

// SET TRACKING ON|OFF  ->  OK
Refused set_tracking(Peer& peer, Args args, std::string& out)
{
    const bool on = equal_ignoring_case(args[0], "ON");
    if (!on && !equal_ignoring_case(args[0], "OFF"))
        return Errc::invalid_argument;
    peer.client.tracking = on;
    out += "OK\n";
    return {};
}

// INSTCMD <ups> <command> [<parameter>]  ->  OK [TRACKING <id>]
Refused instcmd(Peer& peer, Args args, std::string& out)
{
    std::optional<std::string> id;
    const auto refused = try_to_command(peer, args, id);
    record(peer, args, "INSTCMD", refused, id);
    if (refused)
        return refused;
    append_ok(out, id);
    log::info("Instant command: {} did {} on {} (tracking ID: {})", peer.client.who(), escaped(args[1]),
              escaped(args[0]), id.value_or("disabled"));
    return {};
}

} // namespace upright::upsd
