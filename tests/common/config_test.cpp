#include "common/config/ups_conf.hpp"
#include "tests/common/random_text.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace upright {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Texts = std::vector<std::string>;

Texts texts_of(const std::vector<Diagnostic>& problems)
{
    Texts texts;
    for (const auto& problem : problems)
        texts.push_back(to_string(problem));
    return texts;
}

Loaded<UpsConf> parse(std::string text) { return parse_ups_conf("ups.conf", std::move(text)); }

TEST(Diagnostic, ShowsNoPassword)
{
    const auto line = [](std::string_view source) {
        const auto text = with_caret({"f", 1, 1, "x"}, source);
        return text.substr(text.find('\n') + 1, source.size());
    };

    EXPECT_EQ(line("    password = my secret"), "    password = ** ******");
    EXPECT_EQ(line("pasword=x\"#y"), "pasword=****");
    EXPECT_EQ(line("Password_Hash = \"$y$\""), "Password_Hash = *****");
    EXPECT_EQ(line("MONITOR ups@host 1 user secret primery"), "MONITOR ups@host 1 user ****** *******");
    EXPECT_EQ(line("MONITR ups 1 u #x"), "MONITR ups 1 * **");
    EXPECT_EQ(line("CERTIDENT name key"), "CERTIDENT name ***");
    EXPECT_EQ(line("authPassword = key"), "authPassword = ***");
    EXPECT_EQ(line("community = key"), "community = ***");
    EXPECT_EQ(line("override.input.bypass.voltage = 1"), "override.input.bypass.voltage = 1");
    EXPECT_EQ(line("upsmon = primery"), "upsmon = primery");
}

TEST(Diagnostic, IsReadBackAsItWasWritten)
{
    for (const auto& d : {Diagnostic{"a:b", 3, 4, "x: error: y"},
                          Diagnostic{"a:b", 3, 4, "", Severity::warning}, Diagnostic{"a:b", 0, 0, "whole"}}) {
        const auto read = parse_diagnostic(to_string(d), "a:b");
        ASSERT_TRUE(read) << to_string(d);
        EXPECT_EQ(to_string(*read), to_string(d));
    }
    for (const auto* const text :
         {"", "a", "a:b", "a:b:", "a:b:1", "a:b:1:2", "a:b:1:2:", "a:b:1: error: x", "a:b:0:0: error: x",
          "a:b:-1:1: error: x", "a:b:1:2: note: x", "c: error: x"})
        EXPECT_FALSE(parse_diagnostic(text, "a:b")) << text;
}

TEST(Diagnostic, OfEachFileIsPrintedOnceAndInOrder)
{
    const upright::test::Scratch scratch;
    auto* const out = std::fopen(scratch.file("out").c_str(), "w");

    const int errors = print_problems({{"a\nb\n",
                                        {{"f", 2, 1, "late"},
                                         {"f", 1, 1, "early", Severity::warning},
                                         {"f", 2, 1, "late"},
                                         {"f", 0, 0, "whole"}}},
                                       {"", {}},
                                       {"c\n", {{"g", 1, 1, "other"}}}},
                                      out);
    std::fclose(out);

    EXPECT_EQ(errors, 3);
    EXPECT_EQ(scratch.read("out"), "f: error: whole\nf:1:1: warning: early\na\n^\nf:2:1: error: late\nb\n^\n"
                                   "g:1:1: error: other\nc\n^\n");
}

TEST(UpsConf, ReadsGlobalsSectionsAndFlags)
{
    const auto conf = parse("maxretry = 3\n"
                            "[myups]\n"
                            "    driver = usbhid-ups\n"
                            "    port = \"auto\"\n"
                            "    desc=\"Rack A\"\n"
                            "    ignorelb\n"
                            "[Other]\n"
                            "driver = x\n");

    EXPECT_THAT(conf.problems, IsEmpty());
    EXPECT_EQ(conf.value.globals.value("maxretry"), "3");
    ASSERT_EQ(conf.value.sections.size(), 2U);
    const auto& ups = conf.value.sections[0];
    EXPECT_EQ(ups.name, "myups");
    EXPECT_EQ(ups.settings.value("desc"), "Rack A");
    EXPECT_TRUE(ups.settings.flag("ignorelb"));
    EXPECT_EQ(ups.settings.value("ignorelb"), std::nullopt);
    EXPECT_EQ(conf.value.find("other"), nullptr);
    EXPECT_NE(conf.value.find("Other"), nullptr);
}

TEST(UpsConf, OnlyTheFirstValueWordCounts) // Trap 73
{
    for (const auto* const line :
         {"desc=a\n", "desc = a\n", "desc = \"a\"\n", "desc=\"a\"\n", "desc = a b c\n"})
        EXPECT_EQ(parse(std::string("[u]\n") + line).value.sections[0].settings.value("desc"), "a") << line;
    EXPECT_THAT(
        texts_of(parse("[u]\ndesc = Rack A\n").problems),
        ElementsAre("ups.conf:2:13: warning: only the first word counts as the value of desc: put it in "
                    "quotes"));
}

TEST(UpsConf, ARepeatedSectionGoesOnAndLaterKeysWin)
{
    const auto conf = parse("[a]\nport = 1\n[b]\n[a]\nport = 2\n");

    ASSERT_EQ(conf.value.sections.size(), 2U);
    EXPECT_EQ(conf.value.sections[0].settings.value("port"), "2");
}

TEST(UpsConf, StatepathComesInAnyCase)
{
    EXPECT_EQ(parse("StatePath = /x\n").value.state_path(), "/x");
    EXPECT_EQ(parse("[a]\n").value.state_path(), std::nullopt);
}

TEST(UpsConf, PointsAtEveryMistake)
{
    EXPECT_THAT(
        texts_of(parse("maxretries = 3\n"
                       "polinterval = 2\n"
                       "[my ups]\n"
                       "[a/b]\n"
                       "  port =\n"
                       "  driver usbhid-ups\n"
                       "  desc = \"x#y\"\n")
                     .problems),
        ElementsAre(
            "ups.conf:7:12: error: Unbalanced word due to unescaped # in quotes",
            "ups.conf:1:1: error: unknown global setting \"maxretries\" (did you mean \"maxretry\"?)",
            "ups.conf:2:1: error: unknown global setting \"polinterval\" (did you mean "
            "\"pollinterval\"?)",
            "ups.conf:3:1: error: a section begins with [name], without blanks: what follows is left out",
            "ups.conf:4:1: warning: \"a/b\" is no name for a UPS: use letters, digits, - _ and .",
            "ups.conf:5:8: warning: no value behind \"port =\"",
            "ups.conf:6:10: warning: expected \"=\" behind \"driver\""));
}

TEST(UpsConf, ReadsUtf8Descriptions) // D13
{
    EXPECT_EQ(parse("[u]\ndesc = \"K\xc3\xbc"
                    "che\"\n")
                  .value.sections[0]
                  .settings.value("desc"),
              "K\xc3\xbc"
              "che");
}

TEST(UpsConf, ReadsWindowsLineEnds)
{
    const auto conf = parse("[u]\r\ndriver = x\r\n");

    EXPECT_THAT(conf.problems, IsEmpty());
    EXPECT_EQ(conf.value.sections[0].settings.value("driver"), "x");
}

TEST(UpsConf, SurvivesAnything)
{
    test::RandomText random(9);
    for (int i = 0; i < 20'000; ++i) {
        std::string text = "[u]\n";
        for (auto lines = random.below(6); lines > 0; --lines)
            text += random.mutated("key = \"value\"\n") + random.line();
        const auto conf = parse(text);
        const auto lines = 1 + std::count(text.begin(), text.end(), '\n');
        for (const auto& problem : conf.problems) {
            ASSERT_GE(problem.line, 1);
            ASSERT_LE(problem.line, lines);
            ASSERT_GE(problem.column, 1);
        }
    }
}

TEST(NumberSetting, PointsAtTheValue)
{
    const auto conf = parse("[u]\nport = x\nsdorder = many\n");
    std::vector<Diagnostic> problems;

    EXPECT_EQ(number_setting(conf.value, conf.value.sections[0].settings.find("sdorder"), -1, 9, 4, problems),
              4);
    EXPECT_EQ(number_setting(conf.value, nullptr, 0, 9, 7, problems), 7);
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].line, 3);
    EXPECT_EQ(problems[0].column, 11);
}

TEST(Diagnostic, CaretStandsUnderTheColumn)
{
    const Diagnostic problem{"upsd.conf", 2, 9, "0 is too small"};

    EXPECT_EQ(with_caret(problem, "# first\nMAXAGE  0\nlast\n"),
              "upsd.conf:2:9: error: 0 is too small\nMAXAGE  0\n        ^");
    EXPECT_EQ(with_caret({"f", 1, 3, "x"}, "\ta b"), "f:1:3: error: x\n\ta b\n\t ^");
}

TEST(Diagnostic, WithoutAPlaceThereIsNoCaret)
{
    EXPECT_EQ(with_caret({"f", 0, 0, "missing", Severity::warning}, "text\n"), "f: warning: missing");
    EXPECT_EQ(with_caret({"f", 1, 5, "x"}, "\xC3\xBC\x1B[ y"), "f:1:5: error: x\n\xC3\xBC?[ y\n   ^");
    EXPECT_EQ(with_caret({"f", 9, 1, "behind the end"}, "text\n"), "f:9:1: error: behind the end");
}

TEST(ReadFile, SaysWhyItFailed)
{
    const test::Scratch scratch;

    EXPECT_EQ(*read_file(scratch.write("a", "text")), "text");
    EXPECT_EQ(to_string(read_file(scratch.file("none")).error()),
              scratch.file("none") + ": No such file or directory");
    EXPECT_FALSE(read_file(scratch.path())) << "a folder is no file";
}

TEST(ReadFile, StopsAtSixteenMebibytes)
{
    const test::Scratch scratch;
    const auto path = scratch.write("large", std::string((std::size_t{16} << 20U) + 1, '#'));

    EXPECT_TRUE(read_file(path).error().is(Errc::bad_config));
}

TEST(ReadFile, NeverWaitsForAPipeOrReadsADevice)
{
    const test::Scratch scratch;
    ASSERT_EQ(::mkfifo(scratch.file("pipe").c_str(), 0600), 0);

    EXPECT_FALSE(read_file(scratch.file("pipe")));
    EXPECT_FALSE(read_file("/dev/zero"));
}

TEST(UpsConf, PointsAtAMisspeltDriverOrPort)
{
    EXPECT_THAT(texts_of(parse("[a]\ndrivr = dummy-ups\nprt = x\n[b]\ndesc = y\n").problems),
                ElementsAre("ups.conf:2:1: error: unknown setting \"drivr\" (did you mean \"driver\"?)",
                            "ups.conf:3:1: error: unknown setting \"prt\" (did you mean \"port\"?)"));
}

TEST(UpsConf, GivesTheKeysOfABrokenSectionToNobody) // D26
{
    const auto conf = parse_ups_conf("ups.conf", "[a]\ndriver = d\nport = 1\n[b\ndriver = other\nport = 2\n"
                                                 "[c]\ndriver = d\nport = 3\n");

    ASSERT_EQ(conf.value.sections.size(), 2U);
    EXPECT_EQ(conf.value.find("a")->settings.value("port"), "1");
    EXPECT_EQ(conf.value.find("c")->settings.value("port"), "3");
    EXPECT_FALSE(parse_ups_conf("ups.conf", "[b\nuser = root\n").value.globals.value("user"));
}

} // namespace
} // namespace upright
