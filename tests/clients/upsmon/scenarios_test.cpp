// Every file of tests/data/scenarios is a recording (docs/upsmon-recordings.md) written by hand: what is
// observed, and behind it, in lines with >, all that upsmon must do then, and nothing else. One test each.
// UPRIGHT_WRITE_SCENARIOS=1 writes what is done now into the files, to be read and judged.
#include "clients/upsmon/record/play.hpp"

#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace upright::upsmon {
namespace {

namespace fs = std::filesystem;

const fs::path kFolder = fs::path(test::source_dir()) / "tests/data/scenarios";

std::vector<std::string> names()
{
    std::vector<std::string> names;
    for (const auto& file : fs::directory_iterator(kFolder))
        if (file.path().extension() == ".txt")
            names.push_back(file.path().stem());
    std::sort(names.begin(), names.end());
    return names;
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        lines.push_back(line);
    return lines;
}

bool is_action(const std::string& line) { return line.find_first_not_of(" \t") == line.find('>'); }

// Without the expectations, and without the ticks that stand there only for these.
std::string without_expectations(const std::string& text)
{
    const auto lines = lines_of(text);
    std::string out;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        const bool expected_tick = lines[i].ends_with(" - tick") && i + 1 < lines.size()
                                   && is_action(lines[i + 1])
                                   && std::any_of(lines.begin() + static_cast<long>(i) + 1, lines.end(),
                                                  [](const auto& line) { return !is_action(line); });
        if (!is_action(lines[i]) && !expected_tick)
            out += lines[i] + '\n';
    }
    return out;
}

void write_expectations(const fs::path& path, const std::string& text)
{
    const auto bare = without_expectations(text);
    const auto recording = parse_recording(path, bare);
    ASSERT_TRUE(recording.clean());
    std::map<int, std::string> behind; // line, what is to stand behind it
    std::string ticks;                 // before the next line
    play(recording.value, [&](const Step& step) {
        std::string actions;
        for (const auto& action : step.actions)
            actions += "    " + to_text(action, step.policy);
        if (step.entry == nullptr) {
            ticks += actions.empty() ? actions : to_text(step.observation, step.policy) + actions;
        } else {
            behind[step.entry->line - 1] += std::exchange(ticks, {});
            behind[step.entry->line] += actions;
        }
    });
    const auto lines = lines_of(bare);
    std::ofstream out(path);
    for (std::size_t i = 0; i < lines.size(); ++i)
        out << lines[i] << '\n' << behind[static_cast<int>(i) + 1];
}

class Scenario : public testing::TestWithParam<std::string> {};

TEST_P(Scenario, GoesAsItIsWritten)
{
    const auto path = kFolder / (GetParam() + ".txt");
    const auto text = read_file(path);
    ASSERT_TRUE(text) << to_string(text.error());
    if (std::getenv("UPRIGHT_WRITE_SCENARIOS") != nullptr)
        return write_expectations(path, *text);

    const auto recording = parse_recording(path, *text);
    for (const auto& problem : recording.problems)
        ADD_FAILURE() << to_string(problem);
    ASSERT_TRUE(recording.clean());
    const auto outcome = play(recording.value, [](const Step&) {});

    EXPECT_TRUE(recording.value.has_actions) << "expects nothing, and so proves nothing";
    EXPECT_TRUE(outcome.complete);
    const auto or_nothing = [](const std::string& line) { return line.empty() ? "(nothing)\n" : line; };
    if (outcome.difference)
        ADD_FAILURE() << path.string() << ':' << outcome.difference->line
                      << ":\n  expected: " << or_nothing(outcome.difference->recorded)
                      << "  done:     " << or_nothing(outcome.difference->now);
}

std::string test_name(const testing::TestParamInfo<std::string>& name)
{
    auto text = name.param;
    std::replace(text.begin(), text.end(), '-', '_');
    return text;
}

INSTANTIATE_TEST_SUITE_P(Upsmon, Scenario, testing::ValuesIn(names()), test_name);

TEST(Scenarios, HaveEveryEvent)
{
    std::set<NotifyType> events;
    for (const auto& name : names())
        for (const auto& part : parse_recording(name, *read_file(kFolder / (name + ".txt"))).value.parts)
            if (const auto* const entry = std::get_if<Entry>(&part))
                for (const auto& [action, line] : entry->actions)
                    if (const auto* const notify = std::get_if<Notify>(&action))
                        events.insert(notify->type);
    for (const auto& row : notify_names())
        EXPECT_TRUE(events.contains(row.type)) << row.name;
}

} // namespace
} // namespace upright::upsmon
