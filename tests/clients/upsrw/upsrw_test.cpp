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

// upsrw -s <setting> -u a -p b <more> u@<server>
Finished set(const ScriptedServer& server, const std::string& setting, std::vector<std::string> more = {},
             std::string_view typed = "")
{
    std::vector<std::string> words{"-s", setting, "-u", "a", "-p", "b"};
    words.insert(words.end(), more.begin(), more.end());
    words.emplace_back("u@");
    return server.run("upsrw", words, typed);
}

// One variable a.b of that type.
Script one_variable(const std::string& type)
{
    return {{"LIST RW u", "BEGIN LIST RW u\nRW u a.b \"10\"\nEND LIST RW u\n"},
            {"GET DESC u a.b", "DESC u a.b \"Text\"\n"},
            {"GET TYPE u a.b", type},
            {"GET VAR u a.b", "VAR u a.b \"10\"\n"},
            {"LIST ENUM u a.b",
             "BEGIN LIST ENUM u a.b\nENUM u a.b \"10\"\nENUM u a.b \"20 x\"\nEND LIST ENUM u a.b\n"},
            {"LIST RANGE u a.b", "BEGIN LIST RANGE u a.b\nRANGE u a.b \"5\" \"15\"\nEND LIST RANGE u a.b\n"}};
}

TEST(Upsrw, PrintsTheServersWordOnStderr) // Trap 61
{
    const ScriptedServer server(Script{});

    expect(set(server, "a.b=1"), {0, "", "OK\n"});
    expect(set(server, "a.b=two \"words\" # \\"), {0, "", "OK\n"});
    expect(set(server, "a.b="), {0, "", "OK\n"});
    EXPECT_THAT(server.requests(),
                ElementsAre("USERNAME a", "PASSWORD b", "SET VAR u a.b \"1\"", "USERNAME a", "PASSWORD b",
                            "SET VAR u a.b \"two \\\"words\\\" \\# \\\\\"", "USERNAME a", "PASSWORD b",
                            "SET VAR u a.b \"\""));
}

TEST(Upsrw, SaysThatAcceptedIsNotDone)
{
    const ScriptedServer server(Script{});
    const auto done = server.run("upsrw", {"-s", "a.b=1", "-u", "a", "-p", "b", "u@"}, "", {});

    EXPECT_EQ(done.exit_code, 0);
    EXPECT_THAT(done.err, testing::StartsWith("OK\nWARNING: OK only means that the server accepted this"));
}

TEST(Upsrw, TellsWhatTheServerRefused)
{
    for (const auto& [word, text] : kRefusals) {
        SCOPED_TRACE(word);
        const ScriptedServer server(Script{{"SET", fmt::format("ERR {}\n", word)}});
        expect(set(server, "a.b=1"), {1, "", fmt::format("Unexpected response from upsd: ERR {}\n", word)});
        expect(set(server, "a.b=1", {"-j"}),
               {1,
                fmt::format("{{\n  \"ups\": \"u@{}\",\n  \"variable\": \"a.b\",\n  \"value\": \"1\",\n"
                            "  \"result\": \"ERR {}\",\n  \"error\": \"{}\"\n}}\n",
                            server.address(), word, text),
                fmt::format("Error: {}\n", text)});
    }
}

TEST(Upsrw, TellsWhichStepFailed)
{
    const std::string untracked = "Enabling set variable status tracking failed";
    const std::vector<std::pair<Script, std::string>> cases{
        {{{"USERNAME", "ERR ACCESS-DENIED\n"}}, "Authentication failed: Access denied\n"},
        {{{"PASSWORD", std::nullopt}}, "Authentication failed: Server disconnected\n"},
        {{{"SET TRACKING", "ERR UNKNOWN-COMMAND\n"}}, untracked + ". upsd answered: ERR UNKNOWN-COMMAND\n"},
        {{{"SET TRACKING", std::nullopt}}, untracked + ": Server disconnected\n"},
        {{{"SET VAR", "HUH\n"}}, "Unexpected response from upsd: HUH\n"},
        {{{"SET VAR", std::nullopt}}, "Set variable failed: Server disconnected\n"},
    };
    for (const auto& [script, err] : cases) {
        SCOPED_TRACE(err);
        const ScriptedServer server(script);
        expect(set(server, "a.b=1", {"-w"}), {1, "", err});
    }
}

TEST(Upsrw, WaitsForTheResult)
{
    for (const auto* const result : {"SUCCESS", "ERR FAILED", "ERR UNKNOWN"}) {
        SCOPED_TRACE(result);
        const ScriptedServer server(
            Script{{"SET VAR", "OK TRACKING " + kId + "\n"}, {"GET", result + std::string("\n")}});
        const bool ok = result == std::string("SUCCESS");

        expect(set(server, "a.b=1", {"-w"}), {ok ? 0 : 1, "", result + std::string("\n")});
        const auto json = set(server, "a.b=1", {"-w", "-j"});
        EXPECT_EQ(json.exit_code, ok ? 0 : 1);
        EXPECT_THAT(json.out, testing::HasSubstr(
                                  fmt::format("\"result\": \"{}\",\n  \"tracking\": \"{}\"", result, kId)));
    }
}

TEST(Upsrw, AsksForUserPasswordAndValueInThisOrder)
{
    const passwd* const account = ::getpwuid(::getuid());
    ASSERT_NE(account, nullptr);
    const ScriptedServer server(Script{});

    expect(server.run("upsrw", {"-s", "a.b", "u@"}, "me\npw\nnew value\n"),
           {0, fmt::format("Username ({}): Enter new value for a.b: ", account->pw_name), "Password: OK\n"});
    expect(set(server, "a.b", {}, "typed"), {0, "Enter new value for a.b: ", "OK\n"});
    expect(set(server, "a.b"), {1, "Enter new value for a.b: ", "Error: stdin ended before an answer\n"});
    EXPECT_THAT(server.requests(), ElementsAre("USERNAME me", "PASSWORD pw", "SET VAR u a.b \"new value\"",
                                               "USERNAME a", "PASSWORD b", "SET VAR u a.b \"typed\""));
}

TEST(Upsrw, ListsWhatCanBeWritten) // Trap 62
{
    const ScriptedServer server(one_variable("TYPE u a.b RW ENUM STRING:4\n"));
    const std::string block =
        "[a.b]\nText\nType: ENUM STRING\nMaximum length: 4\nOption: \"10\" SELECTED\nOption: \"20 x\"\n\n";

    expect(server.run("upsrw", {"u@"}), {0, block, ""});
    EXPECT_THAT(server.requests(), ElementsAre("LIST RW u", "GET DESC u a.b", "GET TYPE u a.b",
                                               "GET VAR u a.b", "LIST ENUM u a.b"));
    expect(server.run("upsrw", {"-l", "u@"}), {0, block, ""});
    expect(server.run("upsrw", {"-s", "a.b=1", "-l", "u@"}),
           {0, block, "Listing mode requested, overriding setvar specified earlier!\n"});
}

TEST(Upsrw, ListsThemAsOneJsonDocument)
{
    const ScriptedServer server(one_variable("TYPE u a.b RW RANGE NUMBER\n"));

    expect(server.run("upsrw", {"-j", "u@"}),
           {0,
            "{\n  \"a.b\": {\n    \"description\": \"Text\",\n    \"type\": \"RANGE NUMBER\",\n"
            "    \"value\": \"10\",\n    \"ranges\": [\n      {\"minimum\": \"5\", \"maximum\": \"15\"}\n"
            "    ]\n  }\n}\n",
            ""});
}

TEST(Upsrw, CopesWithOldServers) // M3
{
    const std::vector<std::pair<std::string, std::string>> types{
        {"TYPE u a.b RW ENUM\n", "Type: ENUM\nOption: \"10\" SELECTED\nOption: \"20 x\"\n"},
        {"TYPE u a.b UNKNOWN\n", "Type: UNKNOWN (unrecognized)\n"},
        {"ERR UNKNOWN-COMMAND\n", "Unknown type\n"},
    };
    for (const auto& [type, lines] : types) {
        SCOPED_TRACE(type);
        const ScriptedServer server(one_variable(type));
        expect(server.run("upsrw", {"u@"}), {0, "[a.b]\nText\n" + lines + "\n", ""});
    }
}

TEST(Upsrw, ListsWhatItCanIfAQuestionIsRefused)
{
    auto script = one_variable("TYPE u a.b RW NUMBER\n");
    script["GET DESC u a.b"] = "ERR UNKNOWN-COMMAND\n";
    script["GET VAR u a.b"] = "ERR VAR-NOT-SUPPORTED\n";
    const ScriptedServer server(script);

    expect(server.run("upsrw", {"u@"}),
           {0, "[a.b]\nDescription unavailable\nType: NUMBER\nValue: 10\n\n", ""});
}

TEST(Upsrw, TellsWhyItCantList)
{
    for (const auto& [word, text] : kRefusals) {
        SCOPED_TRACE(word);
        const ScriptedServer server(Script{{"LIST RW", fmt::format("ERR {}\n", word)}});
        expect(server.run("upsrw", {"u@"}), {1, "", fmt::format("Error: {}\n", text)});
        expect(server.run("upsrw", {"-j", "u@"}),
               {1, fmt::format("{{\n  \"error\": \"{}\"\n}}\n", text), fmt::format("Error: {}\n", text)});
    }
}

TEST(Upsrw, ListsNothingIfAStepBreaksOff)
{
    for (const auto* const step :
         {"LIST RW u", "GET DESC u a.b", "GET TYPE u a.b", "GET VAR u a.b", "LIST ENUM u a.b"}) {
        for (const bool garbled : {true, false}) {
            SCOPED_TRACE(step);
            auto script = one_variable("TYPE u a.b RW ENUM STRING:4\n");
            script[step] = garbled ? std::optional("VAR x y \"z\"\n") : std::nullopt;
            const ScriptedServer server(script);
            expect(server.run("upsrw", {"u@"}),
                   {1, "", garbled ? "Error: Protocol error\n" : "Error: Server disconnected\n"});
        }
    }
    auto script = one_variable("TYPE u a.b RW RANGE NUMBER\n");
    script["LIST RANGE u a.b"] = "ERR DATA-STALE\n";
    expect(ScriptedServer(script).run("upsrw", {"u@"}), {1, "", "Error: Data stale\n"});
}

TEST(Upsrw, RefusesBadCommandLines)
{
    const ScriptedServer server(Script{});
    expect(set(server, "old=1"), {1, "", "Error: old variable names are not supported\n"});
    expect(set(server, "=1"), {1, "", "Error: old variable names are not supported\n"});
    expect(server.run("upsrw", {"u@127.0.0.1:1"}),
           {1, "", "Error: Connection failure: Connection refused\n"});
    const auto nameless = server.run("upsrw", {"-s", "a.b=1"});
    EXPECT_EQ(nameless.exit_code, 1);
    EXPECT_THAT(nameless.err,
                testing::StartsWith("Error: a UPS name must be specified (upsname[@hostname[:port]])\n"));
    const auto usage = server.run("upsrw", {"-z"});
    EXPECT_EQ(usage.exit_code, 1);
    EXPECT_EQ(usage.out, "");
    EXPECT_THAT(usage.err, testing::HasSubstr("usage: upsrw"));
    EXPECT_THAT(server.requests(), IsEmpty());
}

TEST(Upsrw, HelpAndVersionEndWell)
{
    const ScriptedServer server(Script{});
    const auto help = server.run("upsrw", {"-h"});
    EXPECT_EQ(help.exit_code, 0);
    EXPECT_EQ(help.err, "");
    EXPECT_THAT(help.out, testing::ContainsRegex("Using NUT libupsclient library .*SSL support"));
    EXPECT_THAT(server.run("upsrw", {"-V"}).out, testing::StartsWith("Network UPS Tools upsrw 2.8"));
}

} // namespace
} // namespace upright::test
