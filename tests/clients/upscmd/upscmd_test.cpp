// The whole program against scripted servers.
#include "tests/clients/scripted_server.hpp"

#include <fmt/format.h>

#include <pwd.h>
#include <unistd.h>

namespace upright::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string kId = "7C0E55A2-3F4B-4D19-8A6E-51B0C9D2E7F4";

// upscmd -u a -p b <more> u@<server> <command words>
Finished order(const ScriptedServer& server, std::vector<std::string> more = {},
               std::vector<std::string> command = {"load.off"})
{
    std::vector<std::string> words{"-u", "a", "-p", "b"};
    words.insert(words.end(), more.begin(), more.end());
    words.emplace_back("u@");
    words.insert(words.end(), command.begin(), command.end());
    return server.run("upscmd", words);
}

TEST(Upscmd, PrintsTheServersWordOnStderr) // Trap 61
{
    const ScriptedServer server(Script{});

    expect(order(server), {0, "", "OK\n"});
    EXPECT_THAT(server.requests(), ElementsAre("USERNAME a", "PASSWORD b", "INSTCMD u load.off"));
}

TEST(Upscmd, SaysThatAcceptedIsNotDone)
{
    const ScriptedServer server(Script{});
    const auto done = server.run("upscmd", {"-u", "a", "-p", "b", "u@", "load.off"}, "", {});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.err, testing::StartsWith("OK\nWARNING: OK only means that the server accepted this"));
}

TEST(Upscmd, SendsTheValueAsOneWord) // NUT sends it as it is, and a blank breaks it
{
    const ScriptedServer server(Script{});
    for (const auto* const value : {"20", "a b", "a\"b #", ""})
        EXPECT_EQ(order(server, {}, {"a.b", value, "ignored"}).exit_code, 0);

    std::vector<std::string> sent;
    for (const auto& request : server.requests())
        if (request.starts_with("INSTCMD"))
            sent.push_back(request);
    EXPECT_THAT(sent, ElementsAre("INSTCMD u a.b 20", "INSTCMD u a.b \"a b\"", "INSTCMD u a.b \"a\\\"b \\#\"",
                                  "INSTCMD u a.b"));
}

TEST(Upscmd, TellsWhatTheServerRefused)
{
    for (const auto& [word, text] : kRefusals) {
        SCOPED_TRACE(word);
        const ScriptedServer server(Script{{"INSTCMD", fmt::format("ERR {}\n", word)}});
        expect(order(server), {1, "", fmt::format("Unexpected response from upsd: ERR {}\n", word)});
        expect(
            order(server, {"-j"}),
            {1,
             fmt::format("{{\n  \"ups\": \"u@{}\",\n  \"command\": \"load.off\",\n  \"result\": \"ERR {}\",\n"
                         "  \"error\": \"{}\"\n}}\n",
                         server.address(), word, text),
             fmt::format("Error: {}\n", text)});
    }
}

TEST(Upscmd, TellsWhichStepFailed)
{
    const std::string untracked = "Enabling command status tracking failed";
    const std::string no_state = "Can't receive status tracking information: ";
    const Script tracked{{"INSTCMD", "OK TRACKING " + kId + "\n"}};
    struct Case {
        Script script;
        std::string err;
    };
    const std::vector<Case> cases{
        {{{"USERNAME", "ERR ACCESS-DENIED\n"}}, "Authentication failed: Access denied\n"},
        {{{"USERNAME", "HUH\n"}}, "Authentication failed: Protocol error\n"},
        {{{"USERNAME", std::nullopt}}, "Authentication failed: Server disconnected\n"},
        {{{"PASSWORD", "ERR INVALID-ARGUMENT\n"}}, "Authentication failed: Invalid argument\n"},
        {{{"PASSWORD", std::nullopt}}, "Authentication failed: Server disconnected\n"},
        {{{"SET", "ERR UNKNOWN-COMMAND\n"}}, untracked + ". upsd answered: ERR UNKNOWN-COMMAND\n"},
        {{{"SET", "HUH\n"}}, untracked + ". upsd answered: HUH\n"},
        {{{"SET", std::nullopt}}, untracked + ": Server disconnected\n"},
        {{{"INSTCMD", "HUH x\n"}}, "Unexpected response from upsd: HUH x\n"},
        {{{"INSTCMD", "\n"}}, "Unexpected response from upsd: \n"},
        {{{"INSTCMD", "ERR\n"}}, "Unexpected response from upsd: ERR\n"},
        {{{"INSTCMD", "a\x1B[2Jb\n"}}, "Unexpected response from upsd: a\\x1b[2Jb\n"},
        {{{"INSTCMD", "OK \"open\n"}}, "Instant command failed: Protocol error\n"},
        {{{"INSTCMD", std::nullopt}}, "Instant command failed: Server disconnected\n"},
        {{{"INSTCMD", std::string(100'000, 'x')}}, "Instant command failed: Protocol error\n"},
        {{{"INSTCMD", *tracked.at("INSTCMD")}, {"GET", std::nullopt}}, no_state + "Server disconnected\n"},
        {{{"INSTCMD", *tracked.at("INSTCMD")}, {"GET", "\"open\n"}}, no_state + "Protocol error\n"},
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.err);
        const ScriptedServer server(c.script);
        expect(order(server, {"-w"}), {1, "", c.err});
    }
}

TEST(Upscmd, ReadsEveryTruncationOfTheReply)
{
    const std::string whole = "OK TRACKING " + kId;
    for (std::size_t length = 0; length <= whole.size(); ++length) {
        SCOPED_TRACE(length);
        const ScriptedServer server(Script{{"INSTCMD", whole.substr(0, length) + "\r\n"}});
        const auto done = order(server);
        EXPECT_EQ(done.exit_code, length < 2 ? 1 : 0);
        EXPECT_EQ(done.err,
                  (length < 2 ? "Unexpected response from upsd: " : "") + whole.substr(0, length) + "\n");
    }
}

TEST(Upscmd, WaitsForTheResult)
{
    for (const auto* const result : {"SUCCESS", "ERR FAILED", "ERR UNKNOWN", "ERR INVALID-ARGUMENT",
                                     "ERR FEATURE-NOT-CONFIGURED", "HUH"}) {
        SCOPED_TRACE(result);
        int asked = 0;
        const RawServer server([&](const std::string& line) -> std::optional<std::string> {
            if (line.starts_with("INSTCMD"))
                return "OK TRACKING " + kId + "\n";
            if (line == "GET TRACKING " + kId)
                return ++asked < 2 ? "PENDING\n" : result + std::string("\n");
            return "OK\n";
        });
        const Scratch scratch;
        const auto done = run({program("upscmd"), "-w", "-u", "a", "-p", "b", "u@" + server.address(), "a.b"},
                              scratch.environment());

        // NUT ends with 0 whatever the result.
        expect(done, {result == std::string("SUCCESS") ? 0 : 1, "", result + std::string("\n")});
        EXPECT_EQ(asked, 2);
    }
}

TEST(Upscmd, GivesUpWaiting)
{
    const ScriptedServer server(Script{{"INSTCMD", "OK TRACKING " + kId + "\n"}, {"GET", "PENDING\n"}});

    expect(order(server, {"-w", "-t", "1"}), {1, "", "Can't receive status tracking information: timeout\n"});
    EXPECT_THAT(server.requests(), testing::Contains("GET TRACKING " + kId));
    expect(order(server, {"-w", "-t", "0"}), {1, "", "Can't receive status tracking information: timeout\n"});
    expect(order(server, {"-w", "-t", "0", "-j"}),
           {1,
            fmt::format("{{\n  \"ups\": \"u@{}\",\n  \"command\": \"load.off\",\n  \"result\": \"OK\",\n"
                        "  \"tracking\": \"{}\",\n  \"error\": \"timeout\"\n}}\n",
                        server.address(), kId),
            "Error: timeout\n"});
}

TEST(Upscmd, TakesAnyWordForAnId)
{
    const ScriptedServer server(Script{{"INSTCMD", "OK TRACKING short\n"}, {"GET", "SUCCESS\n"}});

    expect(order(server, {"-w"}), {0, "", "SUCCESS\n"});
    EXPECT_THAT(server.requests(), ElementsAre("USERNAME a", "PASSWORD b", "SET TRACKING ON",
                                               "INSTCMD u load.off", "GET TRACKING short"));
}

TEST(Upscmd, TakesOkAloneFromAServerThatDoesNotTrack) // M3
{
    const ScriptedServer server(Script{});

    expect(order(server, {"-w"}), {0, "", "OK\n"});
}

TEST(Upscmd, PrintsOneJsonDocument)
{
    const ScriptedServer server(Script{{"INSTCMD", "OK TRACKING " + kId + "\n"}, {"GET", "SUCCESS\n"}});
    const auto expected = [&](const std::string& result) {
        return fmt::format("{{\n  \"ups\": \"u@{}\",\n  \"command\": \"a.b\",\n  \"value\": \"10 s\",\n"
                           "  \"result\": \"{}\",\n  \"tracking\": \"{}\"\n}}\n",
                           server.address(), result, kId);
    };
    expect(order(server, {"-j"}, {"a.b", "10 s"}), {0, expected("OK"), ""});
    expect(order(server, {"-j", "-w"}, {"a.b", "10 s"}), {0, expected("SUCCESS"), ""});
    const auto typed = server.run("upscmd", {"-j", "u@", "a.b", "10 s"}, "me\npw\n");
    EXPECT_EQ(typed.out, expected("OK")); // the prompts are elsewhere
    EXPECT_THAT(typed.err, testing::MatchesRegex("Username \\(.*\\): Password: "));
}

TEST(Upscmd, AsksForWhatIsMissing)
{
    const passwd* const account = ::getpwuid(::getuid());
    ASSERT_NE(account, nullptr);
    const auto user_prompt = fmt::format("Username ({}): ", account->pw_name);
    const ScriptedServer server(Script{});

    expect(server.run("upscmd", {"u@", "a.b"}, "me\np w\n"), {0, user_prompt, "Password: OK\n"});
    expect(server.run("upscmd", {"u@", "a.b"}, "\npw"),
           {0, user_prompt, "Password: OK\n"}); // no last newline
    expect(server.run("upscmd", {"-u", "me", "u@", "a.b"}, "pw\n"), {0, "", "Password: OK\n"});
    EXPECT_THAT(server.requests(),
                ElementsAre("USERNAME me", "PASSWORD \"p w\"", "INSTCMD u a.b",
                            fmt::format("USERNAME {}", account->pw_name), "PASSWORD pw", "INSTCMD u a.b",
                            "USERNAME me", "PASSWORD pw", "INSTCMD u a.b"));
}

TEST(Upscmd, SendsNothingIfNobodyAnswers)
{
    const ScriptedServer server(Script{});
    const auto done = server.run("upscmd", {"-u", "me", "u@", "a.b"});

    expect(done, {1, "", "Password: Error: stdin ended before an answer\n"});
    EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(Upscmd, TakesUserAndPasswordFromTheFile)
{
    const Scratch scratch;
    const ScriptedServer server(Script{});
    const auto file = scratch.write(
        "auth", fmt::format("[one@{0}]\nPASS = first\n[two@{0}]\nPASS = \"s \\\"q\"\n", server.address()));

    expect(server.run("upscmd", {"-A", file, "-u", "two", "u@", "a.b"}), {0, "", "OK\n"});
    expect(server.run("upscmd", {"-A", file, "-u", "three", "u@", "a.b"}, "typed\n"),
           {0, "", "Password: OK\n"});
    EXPECT_THAT(server.requests(), ElementsAre("USERNAME two", "PASSWORD \"s \\\"q\"", "INSTCMD u a.b",
                                               "USERNAME three", "PASSWORD typed", "INSTCMD u a.b"));
}

TEST(Upscmd, NeverSpeaksInClearTextWhereTlsIsDemanded)
{
    const Scratch scratch;
    const ScriptedServer server(Script{});
    const auto file = scratch.write("auth", "FORCESSL = 1\n");

    for (const auto& words : {std::vector<std::string>{"-u", "a", "-p", "b", "u@", "a.b"}, {"-l", "u@"}}) {
        auto all = words;
        all.insert(all.begin(), {"-A", file});
        expect(server.run("upscmd", all), {1, "", "Error: SSL is not available\n"});
    }
    EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(Upscmd, ListsCommandsWithTheirDescriptions) // Trap 63
{
    const ScriptedServer server(
        Script{{"LIST CMD u", "BEGIN LIST CMD u\nCMD u a.b\nCMD u c.d\nEND LIST CMD u\n"},
               {"GET CMDDESC u a.b", "CMDDESC u a.b \"Text #1\"\n"},
               {"GET CMDDESC u c.d", "ERR UNKNOWN-COMMAND\n"}});

    expect(server.run("upscmd", {"-l", "u@"}),
           {0, "Instant commands supported on UPS [u]:\n\na.b - Text #1\nc.d\n", ""});
    expect(server.run("upscmd", {"-j", "-l", "u@"}),
           {0, "{\n  \"a.b\": \"Text #1\",\n  \"c.d\": \"Description unavailable\"\n}\n", ""});
}

TEST(Upscmd, TellsWhyItCantList)
{
    for (const auto& [word, text] : kRefusals) {
        SCOPED_TRACE(word);
        const ScriptedServer server(Script{{"LIST", fmt::format("ERR {}\n", word)}});
        expect(server.run("upscmd", {"-l", "u@"}), {1, "", fmt::format("Error: {}\n", text)});
        expect(server.run("upscmd", {"-l", "-j", "u@"}),
               {1, fmt::format("{{\n  \"error\": \"{}\"\n}}\n", text), fmt::format("Error: {}\n", text)});
    }
    const ScriptedServer lost(Script{{"LIST CMD u", "BEGIN LIST CMD u\nCMD u a.b\nEND LIST CMD u\n"},
                                     {"GET CMDDESC", std::nullopt}});
    expect(lost.run("upscmd", {"-l", "u@"}), {1, "", "Error: Server disconnected\n"});
}

TEST(Upscmd, RefusesBadCommandLines)
{
    const ScriptedServer server(Script{});
    expect(order(server, {}, {"old"}), {1, "", "Error: old command names are not supported\n"});
    expect(server.run("upscmd", {"-W", "soon", "u@", "a.b"}),
           {1, "", "Error: invalid network timeout: soon\n"});
    expect(server.run("upscmd", {"-u", "a", "-p", "b", "u@127.0.0.1:1", "a.b"}),
           {1, "", "Error: Connection failure: Connection refused\n"});
    expect(server.run("upscmd", {"u@[", "a.b"}),
           {1, "", "Error: invalid UPS definition.\nRequired format: upsname[@hostname[:port]]\n"});
    const auto usage = server.run("upscmd", {"-z"});
    EXPECT_EQ(usage.exit_code, 1);
    EXPECT_EQ(usage.out, "");
    EXPECT_THAT(usage.err, testing::HasSubstr("usage: upscmd"));
    EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(Upscmd, HelpAndVersionEndWell)
{
    const ScriptedServer server(Script{});
    const auto help = server.run("upscmd", {"-h"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.err, "");
    EXPECT_THAT(help.out, testing::ContainsRegex("Using NUT libupsclient library .*SSL support"));
    EXPECT_THAT(server.run("upscmd", {"-V"}).out, testing::StartsWith("Network UPS Tools upscmd 2.8"));
}

} // namespace
} // namespace upright::test
