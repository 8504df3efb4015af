#include "drivers/upsim/options.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include "drivers/upsim/control.hpp"
#include "drivers/upsim/dialects/qx_device.hpp"
#include "drivers/upsim/snmp/profiles.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <cctype>
#include <map>

namespace upright::upsim {
namespace {

// It becomes part of the name of a file, and a word of ups.conf.
std::string is_plain_name(const std::string& name)
{
    const bool plain = !name.empty() && std::all_of(name.begin(), name.end(), [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '-' || c == '_';
    });
    return plain ? "" : "want letters, digits, - and _";
}

std::string is_dialect(const std::string& name)
{
    const auto all = dialects();
    if (std::find(all.begin(), all.end(), name) != all.end())
        return {};
    std::string names;
    for (const auto one : all)
        names += (names.empty() ? "" : ", ") + std::string(one);
    return "no dialect is called \"" + escaped(name, 40) + '"' + did_you_mean(name, all) + ": want one of "
           + names;
}

void add_sockets(CLI::App& run, CLI::Option& sockets, RunOptions& options)
{
    run.add_option("--driver", options.driver, "Name of the driver that the sockets are of")
        ->check(CLI::Validator(is_plain_name, "NAME"))
        ->capture_default_str()
        ->needs(&sockets);
    run.add_option("--changes", options.changes, "Values that change in a second, over all UPSes")
        ->check(CLI::Range(0.0, 100000.0))
        ->capture_default_str()
        ->needs(&sockets);
    run.add_flag("--stamp", options.stamp, "upsim.stamp tells when a change was written, in ns")
        ->needs(&sockets);
    run.add_option("--ups-conf", options.ups_conf, "Writes an ups.conf for these UPSes")->needs(&sockets);
}

std::string is_snmp_profile(const std::string& name)
{
    std::string names;
    for (const auto& profile : snmp::profiles()) {
        if (profile.name == name)
            return {};
        names += (names.empty() ? "" : ", ") + std::string(profile.name);
    }
    return "no SNMP profile is called \"" + escaped(name, 40) + "\": want one of " + names;
}

void add_agent(CLI::App& command, CLI::Option* kind, RunOptions& options)
{
    auto& snmp = options.snmp;
    const auto add = [&](const char* name, auto& value, const char* help) -> CLI::Option& {
        auto& option = *command.add_option(name, value, help);
        if (kind != nullptr)
            option.needs(kind);
        return option;
    };
    add("--listen", snmp.listen, "Address of the agent, as udp:127.0.0.1:1161; port 0: a free one")
        .capture_default_str();
    add("--community", snmp.access.community, "Community that may read");
    add("--write-community", snmp.access.write_community, "Community that may write, too");
    add("--user", snmp.user_lines,
        "SNMPv3: name:secLevel:authProtocol:authPassword:privProtocol:privPassword");
    add("--users", snmp.users_file, "A file of such lines, so that nobody sees passwords in ps");
}

void add_traps(CLI::App& run, CLI::Option& agent, snmp::TrapOptions& traps)
{
    using enum snmp::TrapVersion;
    static const std::map<std::string, snmp::TrapVersion> kVersions{
        {"1", v1}, {"2c", v2c}, {"3", v3}, {"inform2c", inform2c}, {"inform3", inform3}};
    auto* const to =
        run.add_option("--trap-to", traps.to, "Address that hears of changes, as udp:127.0.0.1:162")
            ->needs(&agent);
    run.add_option("--trap-version", traps.version, "1, 2c, 3, inform2c or inform3; 3 as the first user")
        ->transform(CLI::CheckedTransformer(kVersions))
        ->needs(to);
    run.add_option("--trap-community", traps.community, "Community of traps")->needs(to);
}

void add_rating(CLI::App& run, RunOptions& options)
{
    auto& rating = options.rating;
    run.add_option("--watts", rating.watts, "Rated power")
        ->check(CLI::Range(1.0, 1e6))
        ->capture_default_str();
    run.add_option("--load", options.load_watts, "Watts drawn at the start")
        ->check(CLI::Range(0.0, 2e6))
        ->capture_default_str();
    run.add_option("--volts", rating.volts, "Nominal mains")
        ->check(CLI::Range(50.0, 500.0))
        ->capture_default_str();
    run.add_option("--battery-volts", rating.battery_volts, "Nominal battery voltage")
        ->check(CLI::Range(6.0, 480.0))
        ->capture_default_str();
    run.add_option("--capacity-wh", rating.capacity_wh, "Battery, when new, at the 20-hour rate")
        ->check(CLI::Range(1.0, 1e7))
        ->capture_default_str();
    run.add_option("--peukert", rating.peukert, "Exponent: 1 is a battery that doesn't mind the rate")
        ->check(CLI::Range(1.0, 2.0))
        ->capture_default_str();
    run.add_option("--health", rating.health, "Share of the capacity that is left")
        ->check(CLI::Range(0.01, 1.0))
        ->capture_default_str();
    run.add_option("--charger-watts", rating.charger_watts, "Charger")
        ->check(CLI::Range(0.0, 1e6))
        ->capture_default_str();
    run.add_option("--charge", options.charge, "Battery charge at the start, %")
        ->check(CLI::Range(0.0, 100.0))
        ->capture_default_str();
}

} // namespace

void add_run(CLI::App& app, RunOptions& options)
{
    auto& run = *app.add_subcommand("run", "Serves simulated UPSes until SIGTERM");
    auto& place = *run.add_option_group("Place")->require_option(1);
    auto* const dir =
        place.add_option("--dir", options.dir, "Folder for links ups1, ups2, ... to pseudo terminals");
    auto* const sockets =
        place.add_option("--sockets", options.sockets, "Folder for sockets that speak the driver protocol");
    place.add_option("--usb", options.usb,
                     "A profile, as apc: one UPS in this machine's own USB, by the kernel module vhci_hcd");
    auto* const agent =
        place.add_option("--snmp", options.snmp.profile, "A profile, as ietf: one UPS with an SNMP agent")
            ->check(CLI::Validator(is_snmp_profile, "NAME"));
    add_agent(run, agent, options);
    add_traps(run, *agent, options.snmp.traps);
    run.add_option("--outlets", options.snmp.device.outlets, "Outlets of a PDU with an SNMP agent")
        ->check(CLI::Range(1, 96))
        ->capture_default_str()
        ->needs(agent);
    run.add_option("--units", options.snmp.device.units, "PDUs in a chain: epdu")
        ->check(CLI::Range(1, 8))
        ->capture_default_str()
        ->needs(agent);
    run.add_option("--dialect", options.dialect, "What they speak on their terminals")
        ->check(CLI::Validator(is_dialect, "NAME"))
        ->capture_default_str()
        ->needs(dir);
    run.add_option("--count", options.count, "How many")->check(CLI::Range(1, 20000))->capture_default_str();
    run.add_option("--seed", options.seed, "Same seed, same jitter")->capture_default_str();
    run.add_option("--time-scale", options.time_scale,
                   "Simulated seconds in a real one; answers stay as fast")
        ->check(CLI::Range(0.001, 100000.0))
        ->capture_default_str();
    run.add_option("--control", options.control, "Control socket (default: upsim.ctl in the folder)");
    add_sockets(run, *sockets, options);
    add_rating(run, options);
}

void add_replay(CLI::App& app, RunOptions& options)
{
    auto& replay = *app.add_subcommand("replay", "Answers SNMP as a recorded device did, until SIGTERM");
    replay.add_option("file", options.snmp.file, "The recording: lines OID|type|value")->required();
    replay.add_option("--control", options.control, "Control socket (default: upsim.ctl here)");
    add_agent(replay, nullptr, options);
}

void add_ctl(CLI::App& app, CtlOptions& options)
{
    auto& ctl = *app.add_subcommand("ctl", "Changes or shows running simulated UPSes");
    ctl.add_option("--control", options.control, "Control socket of `upsim run`")->capture_default_str();
    ctl.add_option("request", options.words, "<ups>|all <action>, or quit")->required()->expected(1, 8);
    ctl.footer("Actions:\n" + control_usage());
}

} // namespace upright::upsim
