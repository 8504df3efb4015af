// The network protocol by its words (RFC 9271): every answer whole, every error in its order.
#include "common/version.hpp"
#include "tests/server/upsd/desk.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::upsd::test {
namespace {

struct Row {
    std::string request;
    std::string answer;
};

void expect(Desk& desk, const std::vector<Row>& rows)
{
    for (const auto& row : rows) {
        SCOPED_TRACE(row.request);
        EXPECT_EQ(desk.ask(row.request), row.answer);
    }
}

TEST(Commands, AnswerGetWithTheClientsSpelling) // Trap 2
{
    Desk desk;

    expect(desk, {{"GET VAR desk ups.status", "VAR desk ups.status \"OL CHRG\"\n"},
                  {"get var DESK Ups.Status", "VAR DESK Ups.Status \"OL CHRG\"\n"},
                  {"GET TYPE Desk BATTERY.charge", "TYPE Desk BATTERY.charge NUMBER\n"},
                  {"GET DESC Desk BATTERY.charge", "DESC Desk BATTERY.charge \"Charge \\# in percent\"\n"},
                  {"GET CMDDESC Desk LOAD.off", "CMDDESC Desk LOAD.off \"Turn \\\"off\\\"\"\n"},
                  {"GET UPSDESC DESK", "UPSDESC DESK \"Rack \\\"A\\\" \\# 1\"\n"},
                  {"GET NUMLOGINS DESK", "NUMLOGINS DESK 0\n"},
                  {"GET NUMATTACH DESK", "NUMATTACH DESK 0\n"},
                  {"GET TRACKING", "OFF\n"},
                  {"GET VAR desk ups.status and more", "VAR desk ups.status \"OL CHRG\"\n"}});
}

TEST(Commands, EscapeValues) // Trap 34
{
    Desk desk;

    expect(desk, {{"GET VAR desk device.model", "VAR desk device.model \"a \\\"b\\\" \\\\ \\#c\"\n"}});
}

TEST(Commands, TellTheTypeAsNutsLibraryReadsIt) // Trap 21
{
    Desk desk;

    expect(desk, {{"GET TYPE desk input.sensitivity", "TYPE desk input.sensitivity RW ENUM STRING:10\n"},
                  {"GET TYPE desk ups.delay.shutdown", "TYPE desk ups.delay.shutdown RW RANGE NUMBER\n"},
                  {"GET TYPE desk ups.status", "TYPE desk ups.status NUMBER\n"}});
}

TEST(Commands, ServeServerVariablesForAnyUps) // Trap 9
{
    Desk desk;
    const std::string version(kVersion);
    const auto info = fmt::format("Network UPS Tools upsd {} - https://www.networkupstools.org/", version);

    expect(desk, {{"GET VAR nosuch server.version", "VAR nosuch server.version \"" + version + "\"\n"},
                  {"GET VAR Quiet SERVER.Info", "VAR Quiet server.info \"" + info + "\"\n"},
                  {"GET VAR desk server.other", "ERR VAR-NOT-SUPPORTED\n"},
                  {"VER", info + "\n"}});
}

TEST(Commands, ListsAreInOrderAndFramed) // Traps 3, 4, 5, 6, 7
{
    Desk desk;

    expect(
        desk,
        {{"LIST UPS",
          "BEGIN LIST UPS\nUPS desk \"Rack \\\"A\\\" \\# 1\"\nUPS Quiet \"Description unavailable\"\n"
          "UPS old \"Description unavailable\"\nEND LIST UPS\n"},
         {"list var desk", "BEGIN LIST VAR desk\nVAR desk battery.charge \"90\"\n"
                           "VAR desk Device.Model \"a \\\"b\\\" \\\\ \\#c\"\n"
                           "VAR desk input.sensitivity \"medium\"\nVAR desk ups.delay.shutdown \"20\"\n"
                           "VAR desk ups.status \"OL CHRG\"\nEND LIST VAR desk\n"},
         {"LIST RW Desk", "BEGIN LIST RW Desk\nRW Desk input.sensitivity \"medium\"\n"
                          "RW Desk ups.delay.shutdown \"20\"\nEND LIST RW Desk\n"},
         {"LIST CMD DESK", "BEGIN LIST CMD DESK\nCMD DESK Beeper.On\nCMD DESK load.off\nEND LIST CMD DESK\n"},
         {"LIST ENUM desk Input.Sensitivity",
          "BEGIN LIST ENUM desk Input.Sensitivity\nENUM desk Input.Sensitivity \"low\"\n"
          "ENUM desk Input.Sensitivity \"medium\"\nEND LIST ENUM desk Input.Sensitivity\n"},
         {"LIST RANGE desk ups.delay.shutdown",
          "BEGIN LIST RANGE desk ups.delay.shutdown\nRANGE desk ups.delay.shutdown \"0\" \"600\"\n"
          "RANGE desk ups.delay.shutdown \"700\" \"800\"\nEND LIST RANGE desk ups.delay.shutdown\n"},
         {"LIST RANGE desk ups.status", "BEGIN LIST RANGE desk ups.status\nEND LIST RANGE desk ups.status\n"},
         {"LIST CLIENT dEsK", "BEGIN LIST CLIENT dEsK\nEND LIST CLIENT dEsK\n"}});
}

TEST(Commands, ListVarIsTheSameInAnySpelling)
{
    Desk desk;
    auto plain = desk.ask("LIST VAR desk");
    auto shouted = desk.ask("LIST VAR DESK");

    for (std::size_t at = 0; (at = shouted.find("DESK", at)) != shouted.npos;)
        shouted.replace(at, 4, "desk");
    EXPECT_EQ(shouted, plain);
}

TEST(Commands, SayWhatIsMissingInTheWordsScriptsKnow) // Traps 7, 8
{
    Desk desk;

    expect(desk, {{"GET UPSDESC Quiet", "UPSDESC Quiet \"Unavailable\"\n"},
                  {"GET DESC desk no.such", "DESC desk no.such \"Description unavailable\"\n"},
                  {"GET CMDDESC desk no.such", "CMDDESC desk no.such \"Description unavailable\"\n"}});
}

TEST(Commands, CheckTheUpsThenTheDriverThenTheDataThenTheVariable) // Traps 10, 12
{
    Desk desk;
    for (const std::string request :
         {"GET VAR %", "GET TYPE %", "LIST ENUM %", "LIST RANGE %", "GET DESC %", "GET CMDDESC %",
          "GET NUMLOGINS %", "GET NUMATTACH %", "LIST VAR %", "LIST RW %", "LIST CMD %"}) {
        const auto of = [&](const std::string& ups) {
            return desk.ask(request.substr(0, request.find('%')) + ups + " no.such");
        };
        SCOPED_TRACE(request);
        EXPECT_EQ(of("nosuch"), "ERR UNKNOWN-UPS\n");
        EXPECT_EQ(of("quiet"), "ERR DRIVER-NOT-CONNECTED\n");
        EXPECT_EQ(of("OLD"), "ERR DATA-STALE\n");
    }
    for (const auto* const request : {"GET VAR desk no.such", "GET TYPE desk no.such",
                                      "LIST ENUM desk no.such", "LIST RANGE desk no.such"})
        EXPECT_EQ(desk.ask(request), "ERR VAR-NOT-SUPPORTED\n") << request;
}

TEST(Commands, AnswerSomeWithoutTheDriver) // Trap 11
{
    Desk desk;

    expect(desk, {{"GET UPSDESC old", "UPSDESC old \"Unavailable\"\n"},
                  {"GET UPSDESC nosuch", "ERR UNKNOWN-UPS\n"},
                  {"LIST CLIENT Quiet", "BEGIN LIST CLIENT Quiet\nEND LIST CLIENT Quiet\n"},
                  {"LIST CLIENT old", "BEGIN LIST CLIENT old\nEND LIST CLIENT old\n"},
                  {"LIST CLIENT nosuch", "ERR UNKNOWN-UPS\n"}});
}

TEST(Commands, ServeTheSession) // Traps 16, 17, 18, 19
{
    Desk desk;

    expect(desk,
           {{"PROTVER", "1.3\n"},
            {"NETVER", "1.3\n"},
            {"VER now", "ERR INVALID-ARGUMENT\n"},
            {"PROTVER now", "ERR INVALID-ARGUMENT\n"},
            {"HELP",
             "Commands: GET LIST SET INSTCMD USERNAME PASSWORD LOGIN ATTACH PRIMARY MASTER FSD SUBSCRIBE "
             "UNSUBSCRIBE STARTTLS VER NETVER PROTVER HELP LOGOUT DETACH\n"},
            {"HELP me", "ERR INVALID-ARGUMENT\n"},
            {"STARTTLS", "ERR FEATURE-NOT-CONFIGURED\n"},
            {"STARTTLS now", "ERR FEATURE-NOT-CONFIGURED\n"},
            {"GET TRACKING 7C0E55A2", "ERR FEATURE-NOT-CONFIGURED\n"},
            {"BOGUS", "ERR UNKNOWN-COMMAND\n"},
            {"", "ERR UNKNOWN-COMMAND\n"},
            {"# only a comment", "ERR UNKNOWN-COMMAND\n"},
            {"\"\"", "ERR UNKNOWN-COMMAND\n"}});
    EXPECT_EQ(desk.after, After::keep);
    EXPECT_EQ(desk.ask("LOGOUT now"), "ERR INVALID-ARGUMENT\n");
    EXPECT_EQ(desk.after, After::keep);
    EXPECT_EQ(desk.ask("LOGOUT"), "OK Goodbye\n");
    EXPECT_EQ(desk.after, After::close);
    EXPECT_EQ(desk.ask("DETACH"), "OK Goodbye\n");
    EXPECT_EQ(desk.after, After::close);
}

TEST(Commands, AreRefusedWithTooFewArgumentsAndAnsweredOnceWithAny)
{
    for (const auto& command : commands()) {
        if (command.word == "GET" && command.subcommand == "TRACKING")
            continue; // says that there is no tracking, whatever stands behind it: see below
        std::string words(command.word);
        if (!command.subcommand.empty())
            words.append(" ").append(command.subcommand);
        for (std::size_t count = 0; count <= command.least_args + 2; ++count) {
            SCOPED_TRACE(words);
            Desk desk;
            if (command.needs != Needs::nothing)
                desk.ask("USERNAME admin\nPASSWORD secret");
            auto answer = desk.ask(words);
            if (desk.after == After::produce)
                desk.client.subscription->produce(answer, std::string::npos);
            const bool fits = count >= command.least_args && count <= command.most_args;
            // "SET TRACKING desk" has as many words as it should, but not the right ones.
            if (!fits || command.subcommand == "TRACKING")
                EXPECT_EQ(answer, "ERR INVALID-ARGUMENT\n");
            else
                EXPECT_NE(answer, "ERR INVALID-ARGUMENT\n");
            EXPECT_TRUE(is_one_complete_answer(answer)) << answer;
            words += " desk";
        }
    }
    Desk desk;
    expect(desk, {{"GET TRACKING", "OFF\n"},
                  {"GET TRACKING desk", "ERR FEATURE-NOT-CONFIGURED\n"},
                  {"GET TRACKING desk desk", "ERR FEATURE-NOT-CONFIGURED\n"},
                  {"GET", "ERR INVALID-ARGUMENT\n"},
                  {"LIST", "ERR INVALID-ARGUMENT\n"},
                  {"GET BOGUS desk x", "ERR INVALID-ARGUMENT\n"},
                  {"LIST CLIENTS desk", "ERR INVALID-ARGUMENT\n"},
                  {"LIST \"\"", "ERR INVALID-ARGUMENT\n"}});
}

TEST(Commands, AnswerABrokenLineOnceAndReadTheNext) // D11
{
    Desk desk;

    expect(desk, {{"GET VAR desk \"a#b\" c\nPROTVER", "ERR INVALID-ARGUMENT\n1.3\n"},
                  {"GET VAR desk ups.status # a comment\nPROTVER", "VAR desk ups.status \"OL CHRG\"\n1.3\n"},
                  {"PROTVER\r\nPROTVER\r", "1.3\n1.3\n"},
                  {"GET VAR \"de\\\nsk\" \"ups.\nstatus\"", "VAR desk ups.status \"OL CHRG\"\n"}});
}

TEST(Commands, NeverAnswerALineThatANutClientCanNotRead) // Trap 31, D10
{
    Desk desk;
    auto& ups = desk.ups("long");
    ups.apply(SetValue{"long.value", std::string(5000, '"')});
    ups.apply(SetValue{std::string(255, 'n'), std::string(400, 'v')});
    const std::string longest(511, 'x');

    for (const auto& request : {std::string("GET VAR long long.value"), std::string("LIST VAR long"),
                                "GET VAR long " + std::string(255, 'n'), "GET DESC desk " + longest,
                                "GET VAR " + longest + " server.info",
                                "GET DESC desk \"" + std::string(511, '#').replace(0, 511, longest) + "\"",
                                "LIST VAR " + longest, "GET CMDDESC desk \\\"" + longest,
                                "GET VAR \\\"" + std::string(300, 'a') + "\\\\ server.version"}) {
        const auto answer = desk.ask(request);
        EXPECT_TRUE(is_one_complete_answer(answer)) << answer;
    }
    EXPECT_EQ(desk.ask("GET VAR long long.value").size(), 512U - 1) << "an escape is never cut in two";
    EXPECT_TRUE(desk.ask("GET VAR long long.value").ends_with("\\\"\"\n"));
}

TEST(Commands, EchoOddWordsSoThatTheyAreReadAsTheyWereSent)
{
    Desk desk;

    expect(desk, {{"GET DESC desk \"a b\"", "DESC desk \"a b\" \"Description unavailable\"\n"},
                  {"GET DESC desk \"\"", "DESC desk \"\" \"Description unavailable\"\n"},
                  {"GET CMDDESC desk \\\"x", "CMDDESC desk \"\\\"x\" \"Description unavailable\"\n"},
                  {"GET VAR \"a \\\" b\" server.version",
                   fmt::format("VAR \"a \\\" b\" server.version \"{}\"\n", kVersion)}});
}

} // namespace
} // namespace upright::upsd::test
