// A plan as people and programs read it.
#include "clients/upsmon/plan/plan.hpp"
#include "common/client/json.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>

namespace upright::upsmon {
namespace {

constexpr std::array<const char*, 4> kWords{"in time", "too late", "never", "unknown"};
constexpr std::array<const char*, 4> kSentences{
    "This host would shut down in time", "This host would NOT be off before its power goes",
    "Nothing would shut this host down", "Whether this host would be off in time can't be told"};

const char* one_of(const std::array<const char*, 4>& texts, PlanResult result)
{
    return texts[static_cast<std::size_t>(result)];
}

std::string number(const std::optional<double>& value)
{
    return value ? fmt::format("{:.0f}", *value) : "null";
}

} // namespace

std::string as_text(const Plan& plan)
{
    std::string text = "If the mains failed now:\n";
    for (const auto& step : plan.steps)
        text += fmt::format("{:8.0f} s  {}\n", step.at, step.what);
    text += fmt::format("{}.\n", one_of(kSentences, plan.result));
    if (plan.margin && plan.off_at)
        text += fmt::format("Margin: {:.0f} s on the battery.\n", *plan.margin);
    else if (plan.margin)
        text += fmt::format("For shutting down there would be {:.0f} s.\n", *plan.margin);
    if (!plan.limiting.empty())
        text += fmt::format("UPS {} limits.\n", plan.limiting);
    for (const auto& why : plan.why)
        text += fmt::format("- {}.\n", why);
    return text;
}

std::string as_json(const Plan& plan)
{
    std::vector<std::string> steps;
    for (const auto& step : plan.steps)
        steps.push_back(json_object(
            {json_pair("at", fmt::format("{:.0f}", step.at)), json_pair("what", json_string(step.what))}, 2));
    std::vector<std::string> why;
    for (const auto& one : plan.why)
        why.push_back(json_string(one));
    return json_object(
               {json_pair("result", json_string(one_of(kWords, plan.result))),
                json_pair("command_at", number(plan.command_at)),
                json_pair("or_earlier", plan.or_earlier ? "true" : "false"),
                json_pair("off_at", number(plan.off_at)), json_pair("empty_at", number(plan.empty_at)),
                json_pair("margin", number(plan.margin)), json_pair("limiting", json_string(plan.limiting)),
                json_pair("steps", json_array(steps, 1)), json_pair("why", json_array(why, 1))})
           + "\n";
}

} // namespace upright::upsmon
