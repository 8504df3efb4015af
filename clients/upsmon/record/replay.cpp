#include "clients/upsmon/record/replay.hpp"

#include "clients/upsmon/record/play.hpp"

#include <fmt/format.h>

namespace upright::upsmon {
namespace {

std::string seconds(Instant at) { return fmt::format("{}.{:03} s", at.count() / 1000, at.count() % 1000); }

void print(std::FILE* out, const Step& step)
{
    if (step.actions.empty())
        return;
    fmt::print(out, "{}", to_text(step.observation, step.policy));
    for (const auto& action : step.actions)
        fmt::print(out, "    {}", to_text(action, step.policy));
}

std::string state_of(const Decision& decision, std::size_t feed)
{
    const auto& verdict = decision.verdict(feed);
    if (!decision.watch(feed).known())
        return "never heard of, which counts as good";
    if (verdict.critical)
        return "critical: " + verdict.reason;
    return verdict.reason.empty() ? "good" : "not critical: " + verdict.reason;
}

void print_end(std::FILE* out, const Outcome& outcome)
{
    const auto& decision = outcome.decision;
    if (outcome.shut_down_at) {
        fmt::print(out, "\nShut down at {}: {}\n", seconds(*outcome.shut_down_at), outcome.why);
        return;
    }
    fmt::print(out, "\n{} at {}.\n",
               decision.shutting_down() ? "A shutdown had begun, and was still waiting," : "No shutdown",
               seconds(outcome.end));
    const auto& feeds = decision.policy().feeds;
    for (std::size_t feed = 0; feed < feeds.size(); ++feed)
        fmt::print(out, "    {} (power value {}): {}\n", feeds[feed].system, feeds[feed].power_value,
                   state_of(decision, feed));
}

std::string or_nothing(const std::string& line) { return line.empty() ? "(nothing)\n" : line; }

} // namespace

int replay(const std::string& path, std::FILE* out, std::FILE* err)
{
    const auto text = read_file(path);
    if (!text) {
        fmt::print(err, "{}\n", to_string(text.error()));
        return 1;
    }
    const auto recording = parse_recording(path, *text);
    for (const auto& problem : recording.problems)
        fmt::print(err, "{}\n", to_string(problem));
    if (!recording.clean())
        return 1;
    const auto outcome = play(recording.value, [out](const Step& step) { print(out, step); });
    print_end(out, outcome);
    if (!outcome.complete)
        fmt::print(err, "{}: more was due than can be played; the rest was left out\n", path);
    if (outcome.difference)
        fmt::print(err, "{}:{}: upsmon does something else now\n  recorded: {}  now:      {}", path,
                   outcome.difference->line, or_nothing(outcome.difference->recorded),
                   or_nothing(outcome.difference->now));
    return outcome.complete && !outcome.difference ? 0 : 1;
}

} // namespace upright::upsmon
