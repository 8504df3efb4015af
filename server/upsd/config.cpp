#include "server/upsd/config.hpp"

#include "common/config/paths.hpp"

#include <array>

namespace upright::upsd {
namespace {

constexpr int kMostSeconds = 1000000;
constexpr int kMostConnections = 1000000;

std::optional<Complaint> listen(Config& config, Arguments words)
{
    const auto port = words.size() > 1 ? words[1].text : "3493";
    const auto number = to_int(port);
    if (port.empty() || (number && (*number < 1 || *number > 65535)))
        return Complaint{words.size() > 1 ? words[1] : words[0],
                         fmt::format("\"{}\" is no port", escaped(port))};
    config.listen.push_back({words[0].text, port});
    return std::nullopt;
}

std::optional<Complaint> max_connections(Config& config, Arguments words)
{
    const auto number = to_int(words[0].text);
    if (!number || *number < 1 || *number > kMostConnections)
        return Complaint{words[0],
                         fmt::format("MAXCONN has non numeric value ({})!", escaped(words[0].text))};
    config.max_connections = number;
    return std::nullopt;
}

std::optional<Complaint> debug_min(Config& config, Arguments words)
{
    const auto number = to_int(words[0].text);
    if (!number || *number < 0)
        return Complaint{words[0],
                         fmt::format("DEBUG_MIN has non numeric value ({})!", escaped(words[0].text))};
    config.debug_min = number;
    return std::nullopt;
}

std::optional<Complaint> certfile(Config& config, Arguments words)
{
    config.certfile = words[0].text;
    return Complaint{words[0], "TLS is not available in this build: CERTFILE has no effect",
                     Severity::warning};
}

std::optional<Complaint> tls_setting(Config&, Arguments) { return std::nullopt; }

template <int Directive> // its place in "ACL ACCEPT REJECT"
std::optional<Complaint> obsolete(Config&, Arguments words)
{
    constexpr std::array<std::string_view, 3> kNames{"ACL", "ACCEPT", "REJECT"};
    return Complaint{
        words[0], fmt::format("{} in upsd.conf is no longer supported - switch to LISTEN", kNames[Directive]),
        Severity::warning};
}

void take_environment(const char* variable, bool& setting)
{
    const auto given = paths::environment(variable);
    if (!given)
        return;
    for (const auto* const word : {"TRUE", "YES", "ON", "1"})
        if (starts_ignoring_case(*given, word))
            setting = true;
    for (const auto* const word : {"FALSE", "NO", "OFF", "0"})
        if (starts_ignoring_case(*given, word))
            setting = false;
}

} // namespace

const Directives<Config>& directives()
{
    using C = Config;
    // clang-format off
    static const Directives<Config> table{
        // name                      usage                               arguments, effect                                                       manual
        {"LISTEN",                  "LISTEN <address> [<port>]",         1, listen,                                                              "Where to accept clients; repeatable. Not changed by a reload."},
        {"MAXAGE",                  "MAXAGE <seconds>",                  1, set_number<C>("MAXAGE", &C::max_age, 1, kMostSeconds),               "A driver's silence that makes its data stale."},
        {"TRACKINGDELAY",           "TRACKINGDELAY <seconds>",           1, set_number<C>("TRACKINGDELAY", &C::tracking_delay, 0, kMostSeconds), "How long results of commands are kept."},
        {"MAXCONN",                 "MAXCONN <connections>",             1, max_connections,                                                     "Connections served at once."},
        {"STATEPATH",               "STATEPATH <folder>",                1, set_text(&C::state_path),                                            "Where the drivers' sockets are."},
        {"DATAPATH",                "DATAPATH <folder>",                 1, set_text(&C::data_path),                                             "Where cmdvartab is."},
        {"ALLOW_NO_DEVICE",         "ALLOW_NO_DEVICE <yes|no>",          1, set_bool<C>("ALLOW_NO_DEVICE", &C::allow_no_device),                 "Start without any UPS in ups.conf."},
        {"ALLOW_NOT_ALL_LISTENERS", "ALLOW_NOT_ALL_LISTENERS <yes|no>",  1, set_bool<C>("ALLOW_NOT_ALL_LISTENERS", &C::allow_not_all_listeners), "Start although some LISTEN fails."},
        {"DEBUG_MIN",               "DEBUG_MIN <level>",                 1, debug_min,                                                           "Least debug level.", true},
        {"CERTFILE",                "CERTFILE <file>",                   1, certfile,                                                            "Certificate, chain and key for TLS."},
        {"CERTPATH",                "CERTPATH <folder>",                 1, tls_setting,                                                         "Certificate authorities of clients."},
        {"CERTIDENT",               "CERTIDENT <name> <password>",       2, tls_setting,                                                         "Certificate's name and key password."},
        {"CERTREQUEST",             "CERTREQUEST <0|1|2>",               1, tls_setting,                                                         "Whether clients must show a certificate."},
        {"DISABLE_WEAK_SSL",        "DISABLE_WEAK_SSL <yes|no>",         1, tls_setting,                                                         "TLS 1.2 or newer only."},
        {"ACL",                     "ACL <name> <network>",              1, obsolete<0>,                                                         "Obsolete."},
        {"ACCEPT",                  "ACCEPT <name>",                     1, obsolete<1>,                                                         "Obsolete."},
        {"REJECT",                  "REJECT <name>",                     1, obsolete<2>,                                                         "Obsolete."},
    };
    // clang-format on
    return table;
}

Result<Loaded<Config>> load_config()
{
    const auto path = paths::config_file("upsd.conf");
    auto text = read_file(path);
    if (!text)
        return Error{text.error().code, "Can't open " + path};
    auto loaded = apply_directives(parse_document(path, *std::move(text)), directives());
    take_environment("ALLOW_NO_DEVICE", loaded.value.allow_no_device);
    take_environment("ALLOW_NOT_ALL_LISTENERS", loaded.value.allow_not_all_listeners);
    return loaded;
}

} // namespace upright::upsd
