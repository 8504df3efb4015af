#include "drivers/snmp/snmp_options.hpp"

#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::snmp {
namespace {

struct Choice {
    std::string_view said;
    int meant;
};

[[noreturn]] void refuse(const DriverOptions& options, std::string_view name, const std::string& why)
{
    throw DeviceError(options.complaint(name, why), DeviceError::Kind::fatal);
}

template <std::size_t N>
int choose(const DriverOptions& options, std::string_view name, const std::array<Choice, N>& choices,
           int usual)
{
    const auto said = options.text(name);
    if (!said)
        return usual;
    std::string known;
    for (const auto& choice : choices) {
        if (equal_ignoring_case(*said, choice.said))
            return choice.meant;
        known += fmt::format("{}{}", known.empty() ? "" : ", ", choice.said);
    }
    refuse(options, name, fmt::format("{} wants one of {}, not {}", name, known, escaped(*said)));
}

// SHA256 and SHA-256 alike, as the library spells it.
template <std::size_t N>
std::string spelt(const DriverOptions& options, std::string_view name,
                  const std::array<std::pair<std::string_view, std::string_view>, N>& spellings,
                  std::string usual)
{
    const auto said = options.text(name);
    if (!said)
        return usual;
    for (const auto& [one, library] : spellings)
        if (equal_ignoring_case(*said, one) || equal_ignoring_case(*said, library))
            return std::string(library);
    refuse(options, name, fmt::format("{} {} is not known", name, escaped(*said)));
}

std::chrono::milliseconds timeout_of(const DriverOptions& options)
{
    constexpr double kLongest = 60;
    const auto said = options.text("snmp_timeout");
    const auto seconds = said ? to_double(*said) : std::optional(1.0);
    if (!seconds || !(*seconds >= 0.01) || *seconds > kLongest)
        refuse(options, "snmp_timeout", "snmp_timeout wants 0.01 to 60 s");
    return std::chrono::milliseconds(static_cast<int>(*seconds * 1000));
}

} // namespace

SessionOptions session_options(const DriverOptions& options)
{
    constexpr std::array kVersions{Choice{"v1", 0}, Choice{"v2c", 1}, Choice{"v3", 2}};
    constexpr std::array kLevels{Choice{"noAuthNoPriv", 0}, Choice{"authNoPriv", 1}, Choice{"authPriv", 2}};
    using Pair = std::pair<std::string_view, std::string_view>;
    constexpr std::array kAuth{Pair{"MD5", "MD5"},        Pair{"SHA", "SHA"},
                               Pair{"SHA1", "SHA"},       Pair{"SHA224", "SHA-224"},
                               Pair{"SHA256", "SHA-256"}, Pair{"SHA384", "SHA-384"},
                               Pair{"SHA512", "SHA-512"}};
    constexpr std::array kPriv{Pair{"DES", "DES"}, Pair{"AES", "AES"}, Pair{"AES128", "AES"},
                               Pair{"AES192", "AES-192"}, Pair{"AES256", "AES-256"}};
    SessionOptions session;
    session.peer = options.port;
    session.version = static_cast<Version>(choose(options, "snmp_version", kVersions, 0));
    session.community = options.text("community").value_or("public");
    session.level = static_cast<Level>(choose(options, "secLevel", kLevels, 0));
    session.user = options.text("secName").value_or("");
    session.auth_protocol = spelt(options, "authProtocol", kAuth, "MD5");
    session.auth_password = options.text("authPassword").value_or("");
    session.priv_protocol = spelt(options, "privProtocol", kPriv, "DES");
    session.priv_password = options.text("privPassword").value_or("");
    constexpr int kMostRetries = 100;
    session.retries = options.number("snmp_retries", 0, kMostRetries, 5);
    session.timeout = timeout_of(options);
    if (const auto problem = Session::problem(session))
        refuse(options, problem->substr(0, problem->find(' ')), *problem);
    return session;
}

std::optional<TrapOptions> trap_options(const DriverOptions& options, const SessionOptions& session)
{
    const auto listen = options.text("trapport");
    if (!listen) {
        for (const auto* const idle : {"trapfrom", "trapcommunity"})
            if (options.flag(idle))
                refuse(options, idle, fmt::format("{} wants trapport, too", idle));
        return std::nullopt;
    }
    if (*listen == "0" || listen->ends_with(":0"))
        refuse(options, "trapport", "trapport can't be 0: nobody would know where to send");
    TrapOptions traps{*listen, {}, session};
    std::string source;
    for (const auto c : options.text("trapfrom").value_or("") + ",")
        if (c != ',' && c != ' ')
            source += c;
        else if (!source.empty())
            traps.sources.push_back(std::exchange(source, {}));
    if (const auto community = options.text("trapcommunity")) {
        traps.session.version = Version::v2c;
        traps.session.community = *community;
    }
    return traps;
}

} // namespace upright::snmp
