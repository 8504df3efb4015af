#include "drivers/snmp/program.hpp"
#include "drivers/runtime/device_files.hpp"

#include "drivers/snmp/explain.hpp"
#include "drivers/snmp/snmp_driver.hpp"
#include "drivers/snmp/snmp_options.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace upright::snmp {
namespace {

Families families(const DriverOptions& options) { return Families(device_folders(options, "snmp")); }

// The family that the user named must be there, and sound.
void want_family(Families& all, const DriverOptions& options)
{
    const auto name = options.text("mibs");
    if (!name || *name == "auto")
        return;
    if (*name == "--list") // NUT's way to ask for them
        std::exit(list_families(all, stdout));
    for (const auto& head : all.heads())
        if (head.is_called(*name)) {
            all.get(head.name, {});
            return;
        }
    std::string wrong;
    for (const auto& problem : all.problems())
        if (problem.file.ends_with(fmt::format("/{}.toml", *name)))
            wrong += "\n" + to_string(problem);
    throw DeviceError(
        options.complaint("mibs", fmt::format("there is no family called {} (--list tells which there are){}",
                                              *name, wrong)),
        DeviceError::Kind::fatal);
}

std::unique_ptr<Link> connect(const SessionOptions& session, Session::Tell tell,
                              const std::atomic<bool>& stop)
{
    auto link = std::make_unique<Session>(session);
    link->on_trouble(std::move(tell));
    link->stop_when(stop);
    return link;
}

std::unique_ptr<Driver> create(const DriverOptions& options)
{
    const auto session = session_options(options);
    auto all = families(options);
    want_family(all, options);
    return std::make_unique<SnmpDriver>(
        options, std::move(all),
        [session](Session::Tell tell, const auto& stop) { return connect(session, std::move(tell), stop); },
        trap_options(options, session));
}

int print_explanation(const DriverOptions& options, std::FILE* out)
{
    auto all = families(options);
    want_family(all, options);
    Agent agent(std::make_unique<Session>(session_options(options)));
    const auto mibs = options.text("mibs");
    try {
        return explain(agent, all, mibs && *mibs != "auto" ? mibs : std::nullopt, out);
    } catch (const SnmpError& e) {
        throw DeviceError(e.what());
    }
}

} // namespace

const DriverProgram& program()
{
    using Kind = DriverOption::Kind;
    // clang-format off
    static const DriverProgram program{
        .names = {"snmp-ups"},
        .title = "Generic SNMP UPS driver",
        .version = "1.31",
        .options = {
            {"mibs",           Kind::value, "Family of the device (default auto; --list tells which there are)"},
            {"community",      Kind::value, "Community of v1 and v2c (default public)", false, true},
            {"snmp_version",   Kind::value, "v1 (default), v2c or v3"},
            {"snmp_retries",   Kind::value, "How often a question is asked again (default 5)"},
            {"snmp_timeout",   Kind::value, "Seconds to wait for each answer (default 1)"},
            {"pollfreq",       Kind::value, "Seconds between full updates (default 30)", true},
            {"semistaticfreq", Kind::value, "Full updates between two that look at everything anew (default 10)", true},
            {"ondelay",        Kind::value, "Seconds until the load is switched on again (default 30)"},
            {"offdelay",       Kind::value, "Seconds until the load is switched off (default 20)"},
            {"secLevel",       Kind::value, "v3: noAuthNoPriv (default), authNoPriv or authPriv"},
            {"secName",        Kind::value, "v3: the user"},
            {"authProtocol",   Kind::value, "v3: MD5 (default), SHA, SHA224, SHA256, SHA384 or SHA512"},
            {"authPassword",   Kind::value, "v3: password of the user, 8 characters at least", false, true},
            {"privProtocol",   Kind::value, "v3: DES (default), AES, AES192 or AES256"},
            {"privPassword",   Kind::value, "v3: password for encryption, 8 characters at least", false, true},
            {"trapport",       Kind::value, "Listen for traps of the device there, such as 1162 or 10.0.0.1:162"},
            {"trapfrom",       Kind::value, "Addresses that traps may come from, with commas (default: the device's)"},
            {"trapcommunity",  Kind::value, "Community of its traps (default: community)", false, true},
            {"notransferoids", Kind::flag,  "Older: don't read transfer limits"},
            {"symmetrathreephase", Kind::flag, "Older: transfer limits of an APC Symmetra with three phases are between phases"},
        },
        .create = create,
        .actions = {
            {.name = "explain",
             .help = "tell which family the device is of, why, and what each row of it gives",
             .run = print_explanation},
            {.name = "list",
             .help = "print the families there are",
             .needs_ups = false,
             .run = [](const DriverOptions& options, std::FILE* out) { return list_families(families(options), out); }},
        }};
    // clang-format on
    return program;
}

} // namespace upright::snmp
