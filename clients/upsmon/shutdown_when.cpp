#include "clients/upsmon/shutdown_when.hpp"

#include "clients/upsmon/config_values.hpp"

namespace upright::upsmon {
namespace {

struct Condition {
    std::string_view name;
    Limit::Of of;
    std::string_view unit;
    double most;
};

constexpr std::array<Condition, 4> kConditions{{
    {"onbattery", Limit::Of::on_battery, "seconds", kMostSeconds},
    {"charge", Limit::Of::charge, "percent", 100},
    {"runtime", Limit::Of::runtime, "seconds", kMostSeconds},
    {"lowbattery", Limit::Of::low_battery, "seconds", kMostSeconds},
}};

std::optional<Complaint> take_condition(const Word& name, const Word* number, ShutdownWhen& line)
{
    static constexpr std::array<std::string_view, 4> kNames{"onbattery", "charge", "runtime", "lowbattery"};
    const auto* const known = std::find_if(kConditions.begin(), kConditions.end(),
                                           [&](const Condition& row) { return row.name == name.text; });
    if (known == kConditions.end())
        return Complaint{name, fmt::format("\"{}\" is no condition{}", escaped(name.text),
                                           did_you_mean(name.text, kNames))};
    if (number == nullptr)
        return Complaint{name, fmt::format("{} needs a number of {}", known->name, known->unit)};
    const auto value = to_double(number->text);
    if (!value || !(*value >= 0 && *value <= known->most))
        return Complaint{*number, fmt::format("\"{}\" is no number of {}{}", escaped(number->text),
                                              known->unit, known->most == 100 ? " from 0 to 100" : "")};
    line.rule.limits.push_back({known->of, *value});
    line.conditions.push_back(name);
    return std::nullopt;
}

bool same_ups(const Designation& a, const Designation& b)
{
    return equal_ignoring_case(a.ups, b.ups) && equal_ignoring_case(a.server.host, b.server.host)
           && a.server.port == b.server.port;
}

} // namespace

std::optional<Complaint> shutdown_when(Config& config, Arguments words)
{
    ShutdownWhen line{words[0], {}, {}};
    std::size_t at = 1;
    if (words[at].text == "any" || words[at].text == "all")
        line.rule.all = words[at++].text == "all";
    for (; at < words.size(); at += 2) {
        const auto* const number = at + 1 < words.size() ? &words[at + 1] : nullptr;
        if (auto complaint = take_condition(words[at], number, line))
            return complaint;
    }
    config.shutdown_when.push_back(std::move(line));
    return std::nullopt;
}

bool is_for(const ShutdownWhen& line, const Config& config, std::size_t feed)
{
    if (line.system.text == "*" || line.system.text == config.policy.feeds[feed].system)
        return true;
    const auto where = parse_designation(line.system.text);
    return where && same_ups(*where, config.accounts[feed].where);
}

void put_rules_to_feeds(const Document& document, Loaded<Config>& loaded)
{
    auto& config = loaded.value;
    auto& feeds = config.policy.feeds;
    std::vector<std::string_view> names;
    for (const auto& feed : feeds)
        names.push_back(feed.system);
    for (const auto& line : config.shutdown_when) {
        bool used = false;
        for (std::size_t i = 0; i < feeds.size(); ++i)
            if (is_for(line, config, i)) {
                feeds[i].rules.push_back(line.rule);
                used = true;
            }
        if (!used)
            loaded.problems.push_back(
                problem_at(document, line.system,
                           line.system.text == "*"
                               ? "there is no MONITOR line that this could be for"
                               : fmt::format("no MONITOR line has \"{}\"{}", escaped(line.system.text),
                                             did_you_mean(line.system.text, names))));
    }
}

} // namespace upright::upsmon
