#include "server/upsd/commands/list.hpp"

#include "common/wire/quote.hpp"

#include <fmt/format.h>

namespace upright::upsd {
namespace {

// BEGIN LIST <kind>[ <ups>[ <variable>]] ... END LIST the same, with names as the client spelled them.
template <class Rows>
void append_list(std::string& out, std::string_view kind, Args args, Rows rows)
{
    std::string about(kind);
    for (const auto word : args)
        about.append(" ").append(word);
    out.append("BEGIN LIST ").append(about).append("\n");
    rows();
    out.append("END LIST ").append(about).append("\n");
}

template <class Rows>
Refused list_of_variable(Peer& peer, Args args, std::string& out, std::string_view kind, Rows rows)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    const auto* const variable = (*ups)->state().find(args[1]);
    if (variable == nullptr)
        return (*ups)->why_missing();
    append_list(out, kind, args.first(2), [&] { rows(*variable); });
    return {};
}

} // namespace

// LIST UPS  ->  UPS <name> "<desc>", in ups.conf's order
Refused list_ups(Peer& peer, Args, std::string& out)
{
    append_list(out, "UPS", {}, [&] {
        for (const auto& ups : peer.service.upses.all())
            append_value_line(out, "UPS " + ups->name, ups->description.value_or("Description unavailable"));
    });
    return {};
}

// LIST VAR <ups>  ->  VAR <ups> <variable> "<value>", by name
Refused list_var(Peer& peer, Args args, std::string& out)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    append_list(out, "VAR", args.first(1), [&] {
        if (args[0] == (*ups)->name) {
            out += (*ups)->var_lines(); // rendered already
            return;
        }
        for (const auto& [name, variable] : (*ups)->state().variables())
            (*ups)->append_value_line(out, fmt::format("VAR {} {}", args[0], name), name, variable);
    });
    return {};
}

// LIST RW <ups>  ->  RW <ups> <variable> "<value>" of writable variables; without the FSD latch's word
Refused list_rw(Peer& peer, Args args, std::string& out)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    append_list(out, "RW", args.first(1), [&] {
        for (const auto& [name, variable] : (*ups)->state().variables())
            if (variable.flags.rw)
                append_value_line(out, fmt::format("RW {} {}", args[0], name), variable.value);
    });
    return {};
}

// LIST CMD <ups>  ->  CMD <ups> <command>, by name
Refused list_cmd(Peer& peer, Args args, std::string& out)
{
    const auto ups = peer.service.upses.available(args[0], peer.now);
    if (!ups)
        return ups.error();
    append_list(out, "CMD", args.first(1), [&] {
        for (const auto& command : (*ups)->state().commands())
            out += fmt::format("CMD {} {}\n", args[0], command);
    });
    return {};
}

// LIST ENUM <ups> <variable>  ->  ENUM <ups> <variable> "<value>", as the driver announced them
Refused list_enum(Peer& peer, Args args, std::string& out)
{
    return list_of_variable(peer, args, out, "ENUM", [&](const Variable& variable) {
        for (const auto& value : variable.enums)
            append_value_line(out, fmt::format("ENUM {} {}", args[0], args[1]), value);
    });
}

// LIST RANGE <ups> <variable>  ->  RANGE <ups> <variable> "<min>" "<max>"
Refused list_range(Peer& peer, Args args, std::string& out)
{
    return list_of_variable(peer, args, out, "RANGE", [&](const Variable& variable) {
        for (const auto& range : variable.ranges)
            out += fmt::format("RANGE {} {} \"{}\" \"{}\"\n", args[0], args[1], range.min, range.max);
    });
}

// LIST CLIENT <ups>  ->  CLIENT <ups> <address> for each connection that logged in, the newest first. The
// rows name the UPS as it is configured.
Refused list_client(Peer& peer, Args args, std::string& out)
{
    const auto* const ups = peer.service.upses.find(args[0]);
    if (ups == nullptr)
        return Errc::unknown_ups;
    append_list(out, "CLIENT", args.first(1), [&] {
        for (const auto* const client : ups->logins())
            out += fmt::format("CLIENT {} {}\n", ups->name, client->address.to_string());
    });
    return {};
}

} // namespace upright::upsd
