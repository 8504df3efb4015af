#include "clients/upsmon/config_notify.hpp"

namespace upright::upsmon {
namespace {

struct Flag {
    std::string_view name;
    bool NotifySetting::*member;
};

constexpr std::array<Flag, 4> kFlags{{
    {"SYSLOG", &NotifySetting::syslog},
    {"WALL", &NotifySetting::wall},
    {"EXEC", &NotifySetting::exec},
    {"IGNORE", &NotifySetting::ignore},
}};

std::string nearest_event(std::string_view word)
{
    std::vector<std::string_view> names;
    for (const auto& row : notify_names())
        names.push_back(row.name);
    return did_you_mean(word, names);
}

NotifySetting& setting(Config& config, NotifyType type)
{
    return config.notify[static_cast<std::size_t>(type)];
}

void copy_flags(NotifySetting& to, const NotifySetting& from)
{
    for (const auto& flag : kFlags)
        to.*flag.member = from.*flag.member;
}

// The part of a word that begins at `at`.
Word part_of(const Word& word, std::size_t at, std::string_view text)
{
    Word part = word;
    part.text = text;
    part.column += static_cast<int>(at) + (word.quoted ? 1 : 0);
    return part;
}

} // namespace

std::optional<Complaint> notify_command(Config& config, Arguments words)
{
    config.notify_command.clear();
    for (const auto& word : words)
        config.notify_command.push_back(word.text);
    if (words[0].text.find_first_of(" \t") == std::string::npos)
        return std::nullopt;
    return Complaint{words[0],
                     "a program of this name, blanks and all, is run without a shell: words for it stand "
                     "behind it, not in its quotes",
                     Severity::warning};
}

std::optional<Complaint> notify_message(Config& config, Arguments words)
{
    const auto type = find_notify_type(words[0].text);
    if (!type)
        return Complaint{words[0], fmt::format("'{}' is not a valid notify event name{}",
                                               escaped(words[0].text), nearest_event(words[0].text))};
    setting(config, *type).text = words[1].text;
    return std::nullopt;
}

std::optional<Complaint> notify_flags(Config& config, Arguments words)
{
    const auto type = find_notify_type(words[0].text);
    if (!type)
        return Complaint{words[0], fmt::format("Warning: invalid notify type [{}]{}", escaped(words[0].text),
                                               nearest_event(words[0].text))};
    NotifySetting wanted{.ignore = false, .syslog = false, .wall = false, .exec = false, .text = {}};
    std::optional<Complaint> complaint;
    static constexpr std::array<std::string_view, 4> kNames{"SYSLOG", "WALL", "EXEC", "IGNORE"};
    const std::string_view all = words[1].text;
    for (std::size_t at = 0; at <= all.size();) {
        const auto name = all.substr(at, all.find('+', at) - at);
        const auto* const flag =
            std::find_if(kFlags.begin(), kFlags.end(), [&](const Flag& known) { return known.name == name; });
        if (flag != kFlags.end())
            wanted.*flag->member = true;
        else if (complaint)
            complaint->text += fmt::format("; Invalid notify flag: [{}]", escaped(name));
        else
            complaint = Complaint{
                part_of(words[1], at, name),
                fmt::format("Invalid notify flag: [{}]{}", escaped(name), did_you_mean(name, kNames))};
        at += name.size() + 1;
    }
    copy_flags(setting(config, *type), wanted);
    config.flags_given[static_cast<std::size_t>(*type)] = true;
    return complaint;
}

void inherit_flags(Config& config)
{
    using T = NotifyType;
    for (const auto& [ours, nuts] :
         {std::pair{T::unprotected, T::commbad}, std::pair{T::protected_again, T::commok}})
        if (!config.flags_given[static_cast<std::size_t>(ours)])
            copy_flags(setting(config, ours), setting(config, nuts));
}

} // namespace upright::upsmon
