// Every mix of our programs and Debian's when clients control: upsrw, upscmd and upslog print the same.
#include "tests/interop/one_ups.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <future>
#include <regex>
#include <sstream>

namespace upright::test {
namespace {

// What must give the same: everything but what a driver offers and does is the server's and the client's; and
// but for what ours refuses in words of its own (D33, passwords in quotes, prompts that nobody answers).
enum class Same { everywhere, with_the_same_driver, by_debian_only };

struct Step {
    std::string program;
    std::vector<std::string> arguments;
    std::string input = {};
    Same same = Same::everywhere;
};

Step set(std::vector<std::string> words, const std::string& password = "pw")
{
    words.insert(words.begin(), {"-u", "admin", "-p", password});
    return {"upsrw", words};
}

Step command(const std::vector<std::string>& words, Same same = Same::everywhere)
{
    return {"upscmd", as_admin(words), {}, same};
}

Step with(Same same, Step step)
{
    step.same = same;
    return step;
}

// In this order: a setting is looked at by one of those behind it. Where the outcome is waited for (-w), what
// was set before can be seen.
std::vector<Step> steps()
{
    const std::string too_long(33, 'x');
    const auto by_driver = Same::with_the_same_driver;
    return {
        set({"-s", "ups.id=first", "u@$"}),
        set({"-s", "ups.status=OL", "-w", "u@$"}),
        {"upsrw", {"u@$"}, {}, by_driver},
        {"upsrw", {"-l", "U@$"}, {}, by_driver},
        {"upscmd", {"-l", "u@$"}, {}, by_driver},

        set({"-s", "ups.id=second", "-w", "u@$"}),
        {"upsc", {"u@$", "ups.id"}},
        set({"-s", "ups.id=a \"b\" \\c # d=e", "-w", "u@$"}),
        {"upsc", {"u@$", "ups.id"}, {}, by_driver}, // Debian's loses a part (D5)
        set({"-w", "-s", "UPS.Status=OB LB", "U@$"}),
        {"upsc", {"u@$", "ups.status"}},
        set({"-w", "-t", "9", "-s", "battery.charge=17", "u@$"}),
        {"upsc", {"u@$", "battery.charge"}},
        {"upsrw", {"-s", "ups.id", "-u", "admin", "u@$"}, "prompted for\npw\n", Same::by_debian_only},
        {"upsrw", {"-s", "ups.id=prompted", "u@$"}, "admin\npw\n"},
        set({"-s", "ups.status=OL", "-w", "u@$"}),
        {"upsc", {"u@$", "ups.id"}},

        set({"-s", "no.such=1", "u@$"}),
        set({"-s", "no.such=1", "-w", "u@$"}),
        set({"-s", "driver.name=1", "u@$"}),
        set({"-s", "ups.id=" + too_long, "u@$"}),
        set({"-s", "status=1", "u@$"}),
        set({"-s", "ups.id=1", "nosuch@$"}),
        set({"-s", "ups.id=1", "gone@$"}),
        set({"-s", "ups.id=1", "u@$"}, "wrong"),
        set({"-w", "-s", "ups.id=1", "u@$"}, "wrong"),
        with(Same::by_debian_only, set({"-s", "ups.id=1", "u@$"}, "with \"quotes\" \\ and # more")),
        with(Same::by_debian_only, set({"-s", "ups.id=1"})),
        {"upsrw", {"-s", "ups.id=1", "-u", "nobody", "-p", "pw", "u@$"}},
        {"upsrw", {"-s", "ups.id=1", "-u", "reader", "-p", "pw", "u@$"}},
        {"upsrw", {"nosuch@$"}},
        {"upsrw", {"gone@$"}},

        command({"u@$", "load.off"}),
        command({"-w", "u@$", "load.off"}, by_driver),
        command({"-w", "U@$", "Load.Off", "10"}, by_driver),
        command({"-w", "-t", "9", "u@$", "load.off", "10", "11"}, by_driver),
        command({"u@$", "test.battery.start"}),
        command({"-w", "u@$", "test.battery.start"}),
        command({"u@$", "loadoff"}),
        command({"nosuch@$", "load.off"}),
        command({"gone@$", "load.off"}),
        {"upscmd", {"-u", "admin", "-p", "wrong", "u@$", "load.off"}},
        {"upscmd", {"-u", "reader", "-p", "pw", "u@$", "load.off"}},
        {"upscmd", {"-u", "reader", "-p", "pw", "u@$", "test.battery.start"}},
        {"upscmd", {"u@$", "load.off"}, "admin\npw\n"},
        {"upscmd", {"u@$", "load.off"}, {}, Same::by_debian_only}, // nobody answers
        {"upscmd", {"-l", "nosuch@$"}},
        {"upscmd", {"-l", "gone@$"}},
    };
}

// What a client showed in a mix, question by question.
struct Shown {
    std::string mix;
    By drivers;
    By client;
    std::vector<Finished> answers;
};

using Questions = std::vector<Finished> (*)(const Mix& mix, By client);

Shown show(By drivers, By server, By client, Questions ask)
{
    const Mix mix(drivers, server, one_ups());
    return {fmt::format("{}driver, {}server, {}client", whose(drivers), whose(server), whose(client)),
            drivers, client, ask(mix, client)};
}

// Debian's throughout first. Side by side, because they mostly wait.
std::vector<Shown> show_everywhere(Questions ask)
{
    std::vector<std::future<Shown>> running;
    for (const auto drivers : {By::debian, By::us})
        for (const auto server : {By::debian, By::us})
            for (const auto client : kClients)
                running.push_back(std::async(std::launch::async, show, drivers, server, client, ask));
    std::vector<Shown> all;
    for (auto& mix : running)
        all.push_back(mix.get());
    return all;
}

TEST(ControlMixes, AllShowTheSame)
{
    const auto all = show_everywhere([](const Mix& mix, By client) {
        std::vector<Finished> answers;
        for (const auto& step : steps())
            answers.push_back(mix.client(client, step.program, step.arguments, step.input));
        return answers;
    });

    const auto todo = steps();
    for (const auto& shown : all) {
        const auto same_driver = std::find_if(
            all.begin(), all.end(), [&](const auto& other) { return other.drivers == shown.drivers; });
        for (std::size_t i = 0; i < todo.size(); ++i) {
            SCOPED_TRACE(shown.mix + ": " + todo[i].program + " "
                         + testing::PrintToString(todo[i].arguments));
            if (todo[i].same == Same::by_debian_only && shown.client == By::us) {
                EXPECT_EQ(shown.answers[i].exit_code, 1) << shown.answers[i].err;
                continue;
            }
            const bool by_driver = todo[i].same == Same::with_the_same_driver;
            const auto& expected = by_driver ? same_driver->answers[i] : all.front().answers[i];
            expect_equal(shown.answers[i], shown.client == By::us ? as_ours(expected) : expected);
        }
    }
}

const std::vector<std::vector<std::string>> kLogs{
    {"-s", "u@$", "-l", "-"},
    {"-s", "U@$", "-f",
     "%VAR ups.id% %var UPS.STATUS% %UPSHOST% %% %HOST% %TIME @Z @@ x%|%VAR no.such% %VAR% %VAR load% %FOO% "
     "%VAR ups.id",
     "-l", "-"},
    {"-s", "nosuch@$", "-l", "-"},
    {"-s", "gone@$", "-l", "-"},
    {"-s", "u@127.0.0.1:1", "-l", "-"},
    {"-s", "u@$", "-l", "~/log"},
};

// What upslog writes first, and how it ends; all of kLogs at once, each until it has written two lines.
std::vector<Finished> log_all(const Mix& mix, By client)
{
    std::vector<std::unique_ptr<Process>> running;
    for (auto words : kLogs) {
        words.insert(words.begin(), {"-u", "root", "-F", "-i", "1"});
        running.push_back(mix.start_client(client, "upslog", words));
    }
    std::vector<Finished> all;
    for (std::size_t i = 0; i < running.size(); ++i) {
        const bool to_file = kLogs[i].back() == "~/log";
        const auto written = [&] {
            return mix.common_form(running[i]->out() + (to_file ? mix.scratch.read("log") : ""));
        };
        const bool twice = eventually([&] {
            const auto text = written();
            return std::count(text.begin(), text.end(), '\n') >= 3; // the first says what it logs
        });
        running[i]->signal(SIGTERM);
        const auto done = running[i]->wait();
        std::istringstream lines(written());
        std::string start;
        std::string line;
        std::getline(lines, start);
        std::getline(lines, line);
        line = std::regex_replace(line, std::regex("^\\d{8} \\d{6} "), "TIME ");
        all.push_back({twice ? done.exit_code : -1, start + "\n" + line, mix.common_form(done.err)});
    }
    return all;
}

TEST(ControlMixes, AllLogTheSame)
{
    const auto all = show_everywhere(log_all);
    EXPECT_EQ(all.front().answers[0].out,
              "logging status of u@$ to - (1s intervals)\nTIME 90 NA NA [OL] NA NA");
    for (const auto& shown : all) {
        for (std::size_t i = 0; i < kLogs.size(); ++i) {
            SCOPED_TRACE(shown.mix + ": upslog " + testing::PrintToString(kLogs[i]));
            auto expected = all.front().answers[i];
            if (shown.client == By::us) // as the manual of both has it
                expected.out = replaced(expected.out, " to - (", " to stdout (");
            expect_equal(shown.answers[i], expected);
        }
    }
}

} // namespace
} // namespace upright::test
