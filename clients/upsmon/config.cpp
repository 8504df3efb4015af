#include "clients/upsmon/config.hpp"

#include "clients/upsmon/config_notify.hpp"
#include "clients/upsmon/config_values.hpp"
#include "clients/upsmon/shutdown_when.hpp"
#include "common/config/paths.hpp"

#include <algorithm>
#include <numeric>

namespace upright::upsmon {
namespace {

// Neither user names nor passwords with other bytes pass the network: servers and clients drop them.
std::string ascii(std::string text)
{
    std::erase_if(text, [](char c) { return static_cast<unsigned char>(c) > 0x7F; });
    return text;
}

// MONITOR <system> <power value> <user> <password> <type>
std::optional<Complaint> monitor(Config& config, Arguments words)
{
    constexpr std::size_t kWords = 5;
    static constexpr std::array<std::string_view, 4> kTypes{"primary", "secondary", "master", "slave"};
    if (words.size() < kWords) {
        config.unusable = true;
        return Complaint{words[0], "Unable to use old-style MONITOR line without a username"};
    }
    const auto system = ascii(words[0].text);
    auto where = parse_designation(system);
    if (!where) {
        config.unusable = true;
        return Complaint{words[0], fmt::format("\"{}\" is no UPS: expected <ups>[@<host>[:<port>]]",
                                               escaped(words[0].text))};
    }
    const auto& feeds = config.policy.feeds;
    if (std::any_of(feeds.begin(), feeds.end(), [&](const Feed& feed) { return feed.system == system; }))
        return Complaint{words[0], fmt::format("Warning: ignoring duplicate UPS [{}]", escaped(system)),
                         Severity::warning};
    int power_value = 0;
    auto complaint = take_number("MONITOR", words[1], 0, power_value);
    if (complaint && power_value < 0)
        return complaint;
    const auto is = [&](std::string_view type) { return equal_ignoring_case(words[4].text, type); };
    config.policy.feeds.push_back({system, power_value, is("primary") || is("master"), {}});
    config.accounts.push_back({*std::move(where), ascii(words[2].text), ascii(words[3].text)});
    if (!complaint && std::none_of(kTypes.begin(), kTypes.end(), is))
        complaint = Complaint{words[4],
                              fmt::format("\"{}\" is taken as secondary{}", escaped(words[4].text),
                                          did_you_mean(words[4].text, kTypes)),
                              Severity::warning};
    return complaint;
}

std::string single_quoted(std::string_view word)
{
    std::string out = "'";
    for (const char c : word)
        if (c == '\'')
            out += "'\\''";
        else
            out += c;
    return out + "'";
}

// The first word may be a whole command line; those behind it are words for it.
std::optional<Complaint> shutdown_command(Config& config, Arguments words)
{
    std::string command = words[0].text;
    for (const auto& word : words.subspan(1))
        command += " " + single_quoted(word.text);
    config.shutdown_command = std::move(command);
    return std::nullopt;
}

// SHUTDOWNEXIT yes|no|<seconds>
std::optional<Complaint> shutdown_exit(Config& config, Arguments words)
{
    auto& stay = config.policy.shutdown_exit;
    const auto seconds = to_int(words[0].text);
    if (equal_ignoring_case(words[0].text, "no") || (seconds && *seconds < 0)) {
        stay = std::nullopt;
        return std::nullopt;
    }
    stay = std::chrono::seconds(seconds.value_or(0));
    if (seconds || equal_ignoring_case(words[0].text, "yes"))
        return std::nullopt;
    return Complaint{
        words[0],
        fmt::format("SHUTDOWNEXIT is yes, no or seconds: \"{}\" is taken as yes", escaped(words[0].text)),
        Severity::warning};
}

std::optional<Complaint> alarm_critical(Config& config, Arguments words)
{
    std::optional<bool> value;
    auto complaint = take_switch("ALARMCRITICAL", words[0], value);
    config.policy.alarm_critical = value.value_or(config.policy.alarm_critical);
    return complaint;
}

std::optional<Complaint> oblb_duration(Config& config, Arguments words)
{
    int seconds = 0;
    auto complaint = take_number("OBLBDURATION", words[0], std::nullopt, seconds);
    config.policy.oblb_duration = std::chrono::seconds(std::max(0, seconds));
    return complaint;
}

std::optional<Complaint> debug_min(Config& config, Arguments words)
{
    int level = 0;
    auto complaint = take_number("DEBUG_MIN", words[0], 0, level);
    if (level >= 0)
        config.debug_min = level;
    return complaint;
}

std::optional<Complaint> shutdown_duration(Config& config, Arguments words)
{
    const auto seconds = to_double(words[0].text);
    if (!seconds || !(*seconds >= 0 && *seconds <= kMostSeconds))
        return Complaint{words[0], fmt::format("\"{}\" is no number of seconds", escaped(words[0].text))};
    config.shutdown_duration = seconds;
    return std::nullopt;
}

std::optional<Complaint> cert_ident(Config& config, Arguments words)
{
    config.cert_ident = CertIdent{words[0].text, words[1].text};
    return std::nullopt;
}

// CERTHOST <host> <name> <verify> <force>
std::optional<Complaint> cert_host(Config& config, Arguments words)
{
    CertHost host{words[0].text, words[1].text, {}, {}};
    if (auto complaint = take_switch("CERTHOST", words[2], host.verify))
        return complaint;
    if (auto complaint = take_switch("CERTHOST", words[3], host.force))
        return complaint;
    config.cert_hosts.push_back(std::move(host));
    return std::nullopt;
}

} // namespace

Config::Config()
{
    for (const auto& row : notify_names())
        notify[static_cast<std::size_t>(row.type)].text = row.text;
}

int Config::power_value() const
{
    long long sum = 0;
    for (const auto& feed : policy.feeds)
        sum += feed.power_value;
    return static_cast<int>(std::min<long long>(sum, std::numeric_limits<int>::max()));
}

const Directives<Config>& directives()
{
    using C = Config;
    using P = Policy;
    // clang-format off
    static const Directives<Config> table{
        // name                      usage                                    arguments, effect                                             manual
        {"MONITOR",        "MONITOR <system> <power value> <user> <password> <primary|secondary>", 4, monitor,                              "A UPS that feeds this host, or that it only watches (power value 0); repeatable."},
        {"MINSUPPLIES",    "MINSUPPLIES <power value>",                  1, set_count("MINSUPPLIES", &P::min_supplies, 0),                 "What all healthy UPSes together must come to, or this host shuts down."},
        {"SHUTDOWNCMD",    "SHUTDOWNCMD <command> [<word>…]",            1, shutdown_command,                                              "Run by /bin/sh; further words come behind it in quotes."},
        {"SHUTDOWNEXIT",   "SHUTDOWNEXIT <yes|no|seconds>",              1, shutdown_exit,                                                 "End once SHUTDOWNCMD has been run: at once, never, or so much later."},
        {"SHUTDOWNWHEN",   "SHUTDOWNWHEN <system|*> [any|all] <condition>…", 3, shutdown_when,                                             "When a UPS on battery counts as critical, besides LB; repeatable."},
        {"SHUTDOWNDURATION", "SHUTDOWNDURATION <seconds>",               1, shutdown_duration,                                             "How long this host takes to shut down."},
        {"NOTIFYCMD",      "NOTIFYCMD <program> [<word>…]",              1, notify_command,                                                "Run, without a shell, for events with the flag EXEC; the text comes as last word."},
        {"NOTIFYMSG",      "NOTIFYMSG <event> <text>",                   2, notify_message,                                                "Another text for an event; repeatable."},
        {"NOTIFYFLAG",     "NOTIFYFLAG <event> <flag>[+<flag>]…",        2, notify_flags,                                                  "Who hears of an event; repeatable."},
        {"POWERDOWNFLAG",  "POWERDOWNFLAG <file>",                       1, set_text(&C::power_down_flag),                                 "Made just before SHUTDOWNCMD, for `upsmon -K` at the end of the shutdown."},
        {"POLLFREQ",       "POLLFREQ <seconds>",                         1, set_seconds("POLLFREQ", &P::poll),                             "How often a UPS is asked."},
        {"POLLFREQALERT",  "POLLFREQALERT <seconds>",                    1, set_seconds("POLLFREQALERT", &P::poll_alert),                  "How often while something is wrong."},
        {"POLLFAIL_LOG_THROTTLE_MAX", "POLLFAIL_LOG_THROTTLE_MAX <n>",   1, set_count("POLLFAIL_LOG_THROTTLE_MAX", &P::poll_fail_log_throttle, -1), "Which failures in a row are logged: -1 each, 0 the first, n each n-th."},
        {"HOSTSYNC",       "HOSTSYNC <seconds>",                         1, set_seconds("HOSTSYNC", &P::host_sync),                        "How long a primary waits for secondaries to log out, and a secondary for its primary."},
        {"DEADTIME",       "DEADTIME <seconds>",                         1, set_seconds("DEADTIME", &P::dead_time),                        "A UPS on battery that is silent for so long counts as low."},
        {"OFFDURATION",    "OFFDURATION <seconds>",                      1, set_patience("OFFDURATION", &P::off_duration),                 "A UPS that is OFF for longer is critical; negative: never."},
        {"OVERDURATION",   "OVERDURATION <seconds>",                     1, set_patience("OVERDURATION", &P::over_duration),               "A UPS that was OVER for so long and is lost then is critical; negative: never."},
        {"OBLBDURATION",   "OBLBDURATION <seconds>",                     1, oblb_duration,                                                 "How long OB and LB must last together."},
        {"RBWARNTIME",     "RBWARNTIME <seconds>",                       1, set_seconds("RBWARNTIME", &P::rb_warn_time),                   "How often REPLBATT is repeated."},
        {"NOCOMMWARNTIME", "NOCOMMWARNTIME <seconds>",                   1, set_seconds("NOCOMMWARNTIME", &P::no_comm_warn_time),          "How often NOCOMM is repeated."},
        {"FINALDELAY",     "FINALDELAY <seconds>",                       1, set_seconds("FINALDELAY", &P::final_delay),                    "From the event SHUTDOWN to SHUTDOWNCMD."},
        {"ALARMCRITICAL",  "ALARMCRITICAL <0|1>",                        1, alarm_critical,                                                "Whether a UPS that is lost during an ALARM is critical."},
        {"RUN_AS_USER",    "RUN_AS_USER <name>",                         1, set_text(&C::run_as_user),                                     "Account of the process that talks to servers."},
        {"CERTPATH",       "CERTPATH <file or folder>",                  1, set_text(&C::cert_path),                                       "Authorities of servers."},
        {"CERTFILE",       "CERTFILE <file>",                            1, set_text(&C::cert_file),                                       "This client's certificate and key, for servers that want one."},
        {"CERTIDENT",      "CERTIDENT <name> <password>",                2, cert_ident,                                                    "That certificate's name and its key's password."},
        {"CERTHOST",       "CERTHOST <host> <name> <verify> <force>",    4, cert_host,                                                     "The certificate's name of one server, and the next two for it: 0, 1, or -1 for as usual; repeatable."},
        {"CERTVERIFY",     "CERTVERIFY <0|1>",                           1, set_switch("CERTVERIFY", &C::cert_verify),                     "1: a server that can't be verified is told nothing."},
        {"FORCESSL",       "FORCESSL <0|1>",                             1, set_switch("FORCESSL", &C::force_ssl),                         "1: never speak in clear text."},
        {"DEBUG_MIN",      "DEBUG_MIN <level>",                          1, debug_min,                                                     "Least debug level.", true},
    };
    // clang-format on
    return table;
}

Loaded<Config> parse_config(std::string file, std::string text)
{
    const auto document = parse_document(std::move(file), std::move(text));
    auto loaded = apply_directives(document, directives());
    put_rules_to_feeds(document.value, loaded);
    inherit_flags(loaded.value);
    return loaded;
}

Result<Loaded<Config>> load_config(const std::optional<std::string>& path)
{
    const auto file = path.value_or(paths::config_file("upsmon.conf"));
    auto text = read_file(file);
    if (!text)
        return Error{text.error().code, "Can't open " + file};
    return parse_config(file, *std::move(text));
}

} // namespace upright::upsmon
