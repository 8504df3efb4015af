#include "drivers/upsdrvctl/host_settings.hpp"

#include "common/config/document.hpp"
#include "common/config/paths.hpp"
#include "common/text/number.hpp"

namespace upright::upsdrvctl {
namespace {

// What a shell makes of one word of a value: quotes off, what is behind a blank is another word.
std::string unquoted(std::string_view text)
{
    if (!text.empty() && (text.front() == '"' || text.front() == '\''))
        return std::string(text.substr(1, text.find(text.front(), 1) - 1));
    return std::string(text.substr(0, text.find_first_of(" \t;")));
}

} // namespace

Result<HostSettings> read_upsmon_conf()
{
    const auto path = paths::config_file("upsmon.conf");
    const auto text = read_file(path);
    if (!text)
        return text.error();
    HostSettings settings;
    for (const auto& statement : parse_document(path, *text).value.statements) {
        if (statement.words.size() < 2)
            continue;
        const auto& name = statement.words[0].text;
        if (name == "POWERDOWNFLAG")
            settings.power_flag = statement.words[1].text;
        else if (name == "SHUTDOWNCMD")
            settings.shutdown_command = statement.words[1].text;
    }
    return settings;
}

NutConf parse_nut_conf(std::string_view text)
{
    constexpr std::string_view kExport = "export ";
    NutConf conf;
    while (!text.empty()) {
        auto line = trimmed(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
        if (line.starts_with(kExport))
            line = trimmed(line.substr(kExport.size()));
        const auto equals = line.find('=');
        if (line.starts_with('#') || equals == line.npos)
            continue;
        conf[std::string(line.substr(0, equals))] = unquoted(line.substr(equals + 1));
    }
    return conf;
}

NutConf read_nut_conf()
{
    const auto text = read_file(paths::config_file("nut.conf"));
    return text ? parse_nut_conf(*text) : NutConf{};
}

std::optional<double> sleep_seconds(std::string_view text)
{
    double unit = 1;
    if (!text.empty())
        switch (text.back()) {
        case 'd': unit = 86400; break;
        case 'h': unit = 3600; break;
        case 'm': unit = 60; break;
        case 's': break;
        default: unit = 0; break;
        }
    const auto number = to_double(unit == 0 ? text : text.substr(0, text.size() - (text.empty() ? 0 : 1)));
    if (!number || *number < 0)
        return std::nullopt;
    return *number * (unit == 0 ? 1 : unit);
}

} // namespace upright::upsdrvctl
