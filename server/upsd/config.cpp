#include "server/upsd/config.hpp"

#include "common/config/paths.hpp"
#include "server/upsd/config_access.hpp"

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

std::optional<Complaint> cert_ident(Config& config, Arguments words)
{
    config.certident = CertIdent{words[0].text, words[1].text};
    return std::nullopt;
}

std::optional<Complaint> cert_request(Config& config, Arguments words)
{
    static constexpr std::array<std::string_view, 3> kWords{"NO", "REQUEST", "REQUIRE"};
    for (std::size_t i = 0; i < kWords.size(); ++i)
        if (words[0].text == std::to_string(i) || equal_ignoring_case(words[0].text, kWords[i])) {
            config.certrequest = static_cast<CertRequest>(i);
            return std::nullopt;
        }
    return Complaint{words[0], fmt::format("CERTREQUEST is 0 (NO), 1 (REQUEST) or 2 (REQUIRE), not \"{}\"{}",
                                           escaped(words[0].text), did_you_mean(words[0].text, kWords))};
}

std::optional<Complaint> disable_weak_ssl(Config& config, Arguments words)
{
    config.disable_weak_ssl = to_bool(words[0].text);
    if (!config.disable_weak_ssl)
        return Complaint{words[0], fmt::format("DISABLE_WEAK_SSL has non numeric and non boolean value ({})!",
                                               escaped(words[0].text))};
    return std::nullopt;
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
        {"DEBUG_MIN",               "DEBUG_MIN <level>",                 1, set_level("DEBUG_MIN", &Config::debug_min),                                                           "Least debug level.", true},
        {"CERTFILE",                "CERTFILE <file>",                   1, set_text(&C::certfile),                                              "Certificate, chain and key for TLS."},
        {"CERTPATH",                "CERTPATH <folder>",                 1, set_text(&C::certpath),                                              "Certificate authorities of clients."},
        {"CERTIDENT",               "CERTIDENT <name> <password>",       2, cert_ident,                                                          "Certificate's name and key password."},
        {"CERTREQUEST",             "CERTREQUEST <0|1|2>",               1, cert_request,                                                        "Whether clients must show a certificate: no, asked for, required."},
        {"DISABLE_WEAK_SSL",        "DISABLE_WEAK_SSL <yes|no>",         1, disable_weak_ssl,                                                    "TLS 1.2 or newer only."},
        {"FORCESSL",                "FORCESSL <yes|no>",                 1, set_bool<C>("FORCESSL", &C::force_tls),                              "Passwords are taken over TLS only."},
        {"ANONYMOUSREADS",          "ANONYMOUSREADS <yes|no>",           1, set_bool<C>("ANONYMOUSREADS", &C::anonymous_reads),                  "GET, LIST and SUBSCRIBE without a user."},
        {"ACL",                     "ACL <name> <network>…",             2, define_acl,                                                          "Names addresses and networks; repeatable. `all` holds every address."},
        {"ACCEPT",                  "ACCEPT <name>…",                    1, accept,                                                              "Serves clients of these networks."},
        {"REJECT",                  "REJECT <name>…",                    1, reject,                                                              "Disconnects clients of these networks."},
        {"SESSIONSPERADDRESS",      "SESSIONSPERADDRESS <connections>",  1, set_number<C>("SESSIONSPERADDRESS", &C::sessions_per_address, 1, kMostConnections), "Connections of one address at once."},
        {"SUBSCRIBERTIMEOUT",       "SUBSCRIBERTIMEOUT <seconds>",       1, set_number<C>("SUBSCRIBERTIMEOUT", &C::subscriber_timeout, 1, kMostSeconds), "A subscriber that takes none of what waits for it for so long is disconnected."},
        {"AUDITLOG",                "AUDITLOG <file>",                   1, set_text(&C::audit_log),                                             "Who changed or commanded what, one line each."},
    };
    // clang-format on
    return table;
}

Loaded<Config> parse_config(std::string file, std::string text)
{
    const auto document = parse_document(std::move(file), std::move(text));
    auto loaded = apply_directives(document, directives());
    check_access(document.value, loaded);
    return loaded;
}

void apply_environment(Config& config)
{
    take_environment("ALLOW_NO_DEVICE", config.allow_no_device);
    take_environment("ALLOW_NOT_ALL_LISTENERS", config.allow_not_all_listeners);
}

Result<Loaded<Config>> load_config()
{
    const auto path = paths::config_file("upsd.conf");
    auto text = read_file(path);
    if (!text)
        return Error{text.error().code, "Can't open " + path};
    auto loaded = parse_config(path, *std::move(text));
    apply_environment(loaded.value);
    return loaded;
}

} // namespace upright::upsd
