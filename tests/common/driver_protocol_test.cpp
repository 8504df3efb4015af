#include "common/wire/driver_protocol.hpp"
#include "common/wire/quote.hpp"
#include "tests/common/random_text.hpp"

#include <gmock/gmock.h>

namespace upright::driver_protocol {
namespace {

const std::vector<Change> kEveryChange{
    SetValue{"input.voltage", "230.1"},
    SetValue{"ups.serial", R"(a "q" \ # = b)"}, // D5
    RemoveVariable{"input.voltage"},
    AddEnum{"input.sensitivity", "low \"er\""},
    RemoveEnum{"input.sensitivity", ""},
    AddRange{"input.transfer.low", {-5, 103}},
    RemoveRange{"input.transfer.low", {0, 0}},
    SetMaxLength{"ups.id", 32},
    SetFlags{"ups.id", {.rw = true, .text = true}},
    SetFlags{"ups.id", {.number = true}},
    SetFlags{"ups.id", {}},
    AddCommand{"load.off"},
    RemoveCommand{"load.off"},
    SetFresh{true},
    SetFresh{false},
};

template <class T, class Parse>
std::vector<std::optional<T>> parse_all(std::string_view text, Parse parse)
{
    std::vector<std::optional<T>> all;
    WordStream stream(kLimits);
    stream.feed(text, [&](Words words, const char* error) {
        all.push_back(error == nullptr ? parse(words) : std::nullopt);
        return true;
    });
    return all;
}

auto messages(std::string_view text) { return parse_all<Message>(text, parse_message); }
auto requests(std::string_view text) { return parse_all<Request>(text, parse_request); }

std::string line_of(const Change& change)
{
    std::string line;
    append(line, change);
    return line;
}

TEST(DriverMessages, EveryChangeIsReadBack)
{
    for (const auto& change : kEveryChange) {
        const auto line = line_of(change);
        SCOPED_TRACE(line);
        const auto back = messages(line);
        ASSERT_EQ(back.size(), 1U);
        ASSERT_TRUE(back[0]);
        EXPECT_EQ(std::get<Change>(*back[0]), change);
    }
}

TEST(DriverMessages, AreSpelledAsNutsToolsExpect) // Trap 48a
{
    EXPECT_EQ(line_of(SetValue{"ups.status", "OL"}), "SETINFO ups.status \"OL\"\n");
    EXPECT_EQ(line_of(SetFlags{"a.b", {.rw = true, .text = true}}), "SETFLAGS a.b RW STRING\n"); // Trap 37
    EXPECT_EQ(line_of(AddRange{"a.b", {1, 9}}), "ADDRANGE a.b 1 9\n");
    std::string line;
    append(line, Tracking{"0A-1", 3}); // Trap 42
    EXPECT_EQ(line, "TRACKING 0A-1 3\n");
}

TEST(DriverMessages, FitNutsBufferWhateverTheValue) // D10, trap 31
{
    for (std::size_t length = 0; length < 1200; length += 7) {
        for (const auto& change : std::vector<Change>{
                 SetValue{"a.b", std::string(length, '"')}, AddEnum{"a.b", std::string(length, 'x')},
                 RemoveVariable{std::string(length + 1, 'n')}, SetValue{std::string(length + 1, 'n'), "v"}}) {
            const auto line = line_of(change);
            ASSERT_LE(line.size(), kLongestLine);
            ASSERT_TRUE(line.empty() || messages(line).size() == 1U) << line;
        }
    }
}

TEST(DriverMessages, NamesThatAreNotOneWordAreNeverSent) // D5: a peer's text must not start a message
{
    for (const std::string name :
         {"", "a b", "a\nDELINFO ups.status", "a\"b", "a#b", "a\\b", "a=b", "\xc3\xa4"}) {
        SCOPED_TRACE(name);
        EXPECT_EQ(line_of(SetValue{name, "1"}), "");
        EXPECT_EQ(line_of(RemoveVariable{name}), "");
        EXPECT_EQ(line_of(AddCommand{name}), "");
    }
}

TEST(DriverMessages, CommandWordsComeInAnyCase)
{
    EXPECT_EQ(std::get<Change>(*messages("setinfo a.b c\n")[0]), Change(SetValue{"a.b", "c"}));
    EXPECT_TRUE(std::holds_alternative<Pong>(*messages("Pong\r\n")[0]));
    EXPECT_TRUE(std::holds_alternative<DumpDone>(*messages("DUMPDONE\n")[0]));
    EXPECT_TRUE(std::holds_alternative<Goodbye>(*messages("OK Goodbye\n")[0])); // Trap 43
    EXPECT_EQ(std::get<Pid>(*messages("PID 42\n")[0]).id, "42");
    EXPECT_EQ(std::get<Tracking>(*messages("TRACKING id -1\n")[0]).outcome, -1);
}

TEST(DriverMessages, UnknownFlagsDoNotHideTheOthers) // M1
{
    EXPECT_EQ(std::get<Change>(*messages("SETFLAGS a.b FUTURE rw\n")[0]),
              Change(SetFlags{"a.b", {.rw = true}}));
}

TEST(DriverMessages, WhatMakesNoSenseIsNothing) // Trap 39
{
    for (const auto* const line :
         {"\n", "NONSENSE\n", "SETINFO a\n", "SETINFO\n", "ADDRANGE a 1\n", "ADDRANGE a x 2\n",
          "ADDRANGE a 9 1\n", "SETAUX a -1\n", "SETAUX a 99999999999\n", "SETAUX a 1x\n", "TRACKING id\n",
          "TRACKING id x\n", "OK\n", "OK done\n", "PID\n", "SETINFO a \"b#c\"\n"}) {
        SCOPED_TRACE(line);
        const auto all = messages(line);
        ASSERT_EQ(all.size(), 1U);
        EXPECT_FALSE(all[0]);
    }
}

TEST(DriverMessages, ABrokenLineCostsOnlyItself) // M1: unescaped values of NUT's drivers
{
    const auto all = messages("SETINFO a \"b#c\"\nSETINFO d \"e\"f\"\nPONG\n");

    ASSERT_EQ(all.size(), 3U);
    EXPECT_FALSE(all[0]);
    EXPECT_EQ(std::get<Change>(*all[1]), Change(SetValue{"d", "e"}));
    EXPECT_TRUE(all[2]);
}

TEST(DriverMessages, LongMergedLinesAreRead) // M1: up to 64 KiB
{
    const std::string value(60'000, 'x');

    EXPECT_EQ(std::get<Change>(*messages("SETINFO a \"" + value + "\"\n")[0]), Change(SetValue{"a", value}));
}

TEST(DriverRequests, InstantCommandsAreToldApartByTheirWords) // Trap 41
{
    const auto read = [](const std::string& line) { return std::get<InstantCommand>(*requests(line)[0]); };

    EXPECT_EQ(read("INSTCMD c\n").parameter, std::nullopt);
    EXPECT_EQ(read("INSTCMD c 5\n").parameter, "5");
    EXPECT_EQ(read("INSTCMD c TRACKING id\n").tracking_id, "id");
    EXPECT_EQ(read("INSTCMD c TRACKING id\n").parameter, std::nullopt);
    EXPECT_EQ(read("INSTCMD c 5 tracking id\n").tracking_id, "id");
    EXPECT_EQ(read("INSTCMD c 5 tracking id\n").parameter, "5");
    for (const auto* const bad :
         {"INSTCMD\n", "INSTCMD c 5 6\n", "INSTCMD c 5 6 7\n", "INSTCMD c 5 TRACKING i x\n"})
        EXPECT_FALSE(requests(bad)[0]) << bad;
}

TEST(DriverRequests, SettingsAreToldApartByTheirWords)
{
    const auto read = [](const std::string& line) { return std::get<SetVariable>(*requests(line)[0]); };

    EXPECT_EQ(read("SET v \"a b\"\n").value, "a b");
    EXPECT_EQ(read("SET v x y\n").value, "x"); // a fourth word is ignored
    EXPECT_EQ(read("SET v x TRACKING id\n").tracking_id, "id");
    for (const auto* const bad : {"SET\n", "SET v\n", "SET v x y id\n", "SET v x TRACKING id more\n"})
        EXPECT_FALSE(requests(bad)[0]) << bad;
}

TEST(DriverRequests, EveryOtherRequestIsRead)
{
    EXPECT_TRUE(std::holds_alternative<DumpAll>(*requests("dumpall\n")[0]));
    EXPECT_EQ(std::get<DumpValue>(*requests("DUMPVALUE a.b\n")[0]).variable, "a.b");
    EXPECT_EQ(std::get<DumpValue>(*requests("DUMPSTATUS\n")[0]).variable, "ups.status");
    EXPECT_TRUE(std::holds_alternative<Ping>(*requests("PING\n")[0]));
    EXPECT_TRUE(std::holds_alternative<GetPid>(*requests("GETPID\n")[0]));
    EXPECT_TRUE(std::holds_alternative<Logout>(*requests("LOGOUT\n")[0]));
    EXPECT_FALSE(std::get<Broadcast>(*requests("NOBROADCAST\n")[0]).on);
    EXPECT_TRUE(std::get<Broadcast>(*requests("BROADCAST\n")[0]).on);
    EXPECT_FALSE(std::get<Broadcast>(*requests("BROADCAST 0\n")[0]).on);
    EXPECT_TRUE(std::get<Broadcast>(*requests("BROADCAST 1\n")[0]).on);
    for (const auto* const none : {"LISTEN\n", "PROBE\n", "EXIT\n", "VER\n", "DUMPVALUE\n"})
        EXPECT_FALSE(requests(none)[0]) << none;
}

TEST(DriverRequests, WhatWeSendIsReadBack) // D9: parameters are quoted
{
    test::RandomText random(6);
    for (int i = 0; i < 20'000; ++i) {
        const InstantCommand command{"c.d", random.printable(40), "id-1"};
        const SetVariable setting{"v.w", random.printable(40), "id-2"};
        const auto all = requests(to_line(command) + to_line(setting));
        ASSERT_EQ(all.size(), 2U);
        ASSERT_EQ(std::get<InstantCommand>(*all[0]).parameter, command.parameter);
        ASSERT_EQ(std::get<InstantCommand>(*all[0]).tracking_id, command.tracking_id);
        ASSERT_EQ(std::get<SetVariable>(*all[1]).value, setting.value);
    }
}

// Whatever comes, each line gives one answer, and what is understood can be said again.
TEST(DriverMessages, SurviveMutatedLines)
{
    test::RandomText random(7);
    for (int i = 0; i < 200'000; ++i) {
        const auto line = random.mutated(line_of(kEveryChange[random.below(kEveryChange.size())]));
        for (const auto& message : messages(line)) {
            const auto* const change = message ? std::get_if<Change>(&*message) : nullptr;
            if (change == nullptr)
                continue;
            const auto again = line_of(*change);
            ASSERT_LE(again.size(), kLongestLine);
            ASSERT_TRUE(again.empty() || messages(again).size() == 1U) << testing::PrintToString(line);
        }
    }
}

TEST(DriverRequests, SurviveMutatedLines)
{
    const std::vector<std::string> seeds{
        "DUMPALL\n",     "DUMPVALUE a.b\n",          "PING\n",
        "BROADCAST 1\n", "INSTCMD c 5 TRACKING i\n", "SET v \"a b\" TRACKING i\n"};
    test::RandomText random(8);
    for (int i = 0; i < 200'000; ++i) {
        const auto line = random.mutated(seeds[random.below(seeds.size())]);
        const auto newlines = static_cast<std::size_t>(std::count(line.begin(), line.end(), '\n'));
        ASSERT_LE(requests(line).size(), newlines);
    }
}

} // namespace
} // namespace upright::driver_protocol
