// SET, INSTCMD and what became of them: what the driver is handed, and every word that refuses.
#include "tests/server/upsd/desk.hpp"

#include <gmock/gmock.h>

namespace upright::upsd::test {
namespace {

class Control : public testing::Test {
protected:
    Control()
    {
        auto& ups = *desk.upses.find("desk");
        for (const auto& change : std::vector<Change>{
                 SetValue{"ups.id", "x"}, SetMaxLength{"ups.id", 8},
                 SetFlags{"ups.id", {.rw = true, .text = true}}, SetValue{"ups.odd", "x"},
                 SetFlags{"ups.odd", {.rw = true, .text = true}}, SetValue{"ups.free", "x"},
                 SetFlags{"ups.free", {.rw = true}}, SetValue{"mode", "a#b"}, AddEnum{"mode", "a#b"},
                 AddEnum{"mode", "c \"d\""}, SetFlags{"mode", {.rw = true}}})
            ups.apply(change);
        be("admin", "secret");
    }

    void be(const std::string& user, const std::string& password)
    {
        desk.reconnect();
        desk.ask("USERNAME " + user + "\nPASSWORD " + password);
    }

    std::string handed() { return std::exchange(desk.to_driver, {}); }

    Desk desk;
};

TEST_F(Control, HandsSettingsToTheDriver)
{
    struct Row {
        std::string words, line;
    };
    for (const auto& row : {Row{"desk ups.id new", "SET ups.id \"new\"\n"},
                            Row{"DESK UPS.ID \"a \\\"b\\\\\"", "SET UPS.ID \"a \\\"b\\\\\"\n"},
                            Row{"desk ups.id \"\"", "SET ups.id \"\"\n"},
                            Row{"desk ups.id 12345678", "SET ups.id \"12345678\"\n"},
                            Row{"desk input.sensitivity low", "SET input.sensitivity \"low\"\n"},
                            Row{"desk ups.delay.shutdown 600", "SET ups.delay.shutdown \"600\"\n"},
                            Row{"desk ups.delay.shutdown 0.5 ignored", "SET ups.delay.shutdown \"0.5\"\n"},
                            Row{"desk mode a\\#b", "SET mode \"a\\#b\"\n"},                 // D8
                            Row{"desk mode \"c \\\"d\\\"\"", "SET mode \"c \\\"d\\\"\"\n"}, // D8
                            Row{"desk ups.free anything", "SET ups.free \"anything\"\n"}}) {
        SCOPED_TRACE(row.words);
        EXPECT_EQ(desk.ask("SET VAR " + row.words), "OK\n");
        EXPECT_EQ(handed(), row.line);
    }
}

TEST_F(Control, RefusesSettingsInOrder) // Trap 10
{
    struct Row {
        std::string words, answer;
    };
    for (const auto& row :
         {Row{"nosuch ups.id x", "UNKNOWN-UPS"}, Row{"quiet ups.id x", "DRIVER-NOT-CONNECTED"},
          Row{"old ups.id x", "DATA-STALE"}, Row{"desk ups.id", "INVALID-ARGUMENT"},
          Row{"desk no.such x", "VAR-NOT-SUPPORTED"}, Row{"desk ups.status x", "READONLY"},
          Row{"desk ups.odd x", "SET-FAILED"}, Row{"desk ups.id 123456789", "TOO-LONG"},
          Row{"desk ups.free " + std::string(256, 'x'), "TOO-LONG"}, Row{"desk mode other", "INVALID-VALUE"},
          Row{"desk input.sensitivity LOW", "INVALID-VALUE"},
          Row{"desk ups.delay.shutdown 601", "INVALID-VALUE"},
          Row{"desk ups.delay.shutdown 600.5", "INVALID-VALUE"},
          Row{"desk ups.delay.shutdown soon", "INVALID-VALUE"},
          Row{"desk ups.delay.shutdown 5s", "INVALID-VALUE"},
          Row{"desk ups.delay.shutdown nan", "INVALID-VALUE"},
          Row{"desk ups.delay.shutdown \"\"", "INVALID-VALUE"}}) {
        SCOPED_TRACE(row.words);
        EXPECT_EQ(desk.ask("SET VAR " + row.words), "ERR " + row.answer + "\n");
        EXPECT_EQ(handed(), "");
    }
    be("mon", "pw");
    EXPECT_EQ(desk.ask("SET VAR desk no.such x"), "ERR ACCESS-DENIED\n");
    EXPECT_EQ(desk.ask("SET VAR quiet ups.id x"), "ERR DRIVER-NOT-CONNECTED\n");
}

TEST_F(Control, HandsCommandsToTheDriver) // D9
{
    EXPECT_EQ(desk.ask("INSTCMD desk LOAD.off"), "OK\n");
    EXPECT_EQ(handed(), "INSTCMD LOAD.off\n");
    EXPECT_EQ(desk.ask("INSTCMD Desk load.off \"a \\\"b\\\" c\""), "OK\n");
    EXPECT_EQ(handed(), "INSTCMD load.off \"a \\\"b\\\" c\"\n");
    EXPECT_EQ(desk.ask("INSTCMD desk load.off 10 20"), "ERR INVALID-ARGUMENT\n");
    EXPECT_EQ(handed(), "");
}

TEST_F(Control, RefusesCommandsInOrder) // Trap 10
{
    EXPECT_EQ(desk.ask("INSTCMD nosuch load.off"), "ERR UNKNOWN-UPS\n");
    EXPECT_EQ(desk.ask("INSTCMD quiet load.off"), "ERR DRIVER-NOT-CONNECTED\n");
    EXPECT_EQ(desk.ask("INSTCMD old load.off"), "ERR DATA-STALE\n");
    EXPECT_EQ(desk.ask("INSTCMD desk driver.exit"), "ERR CMD-NOT-SUPPORTED\n");
    EXPECT_EQ(desk.ask("INSTCMD desk load.off " + std::string(256, 'x')), "ERR INVALID-ARGUMENT\n");
    be("mon", "pw");
    EXPECT_EQ(desk.ask("INSTCMD desk no.such"), "ERR CMD-NOT-SUPPORTED\n");
    EXPECT_EQ(desk.ask("INSTCMD desk load.off"), "ERR ACCESS-DENIED\n");
    EXPECT_EQ(handed(), "");
}

TEST_F(Control, SaysWhenTheDriverCanNotBeReached)
{
    desk.driver_takes = false;

    EXPECT_EQ(desk.ask("SET VAR desk ups.id x"), "ERR SET-FAILED\n");
    EXPECT_EQ(desk.ask("INSTCMD desk load.off"), "ERR INSTCMD-FAILED\n");
}

TEST_F(Control, FollowsWhatBecameOfIt) // Trap 20
{
    EXPECT_EQ(desk.ask("GET TRACKING some"), "ERR FEATURE-NOT-CONFIGURED\n");
    EXPECT_EQ(desk.ask("SET TRACKING maybe"), "ERR INVALID-ARGUMENT\n");
    EXPECT_EQ(desk.ask("SET TRACKING on"), "OK\n");
    EXPECT_EQ(desk.ask("GET TRACKING"), "ON\n");
    EXPECT_EQ(desk.ask("GET TRACKING some"), "ERR UNKNOWN\n");
    const std::vector<std::string> outcomes{"SUCCESS",    "ERR UNKNOWN",          "ERR INVALID-ARGUMENT",
                                            "ERR FAILED", "ERR INVALID-ARGUMENT", "ERR UNKNOWN"};

    for (std::size_t code = 0; code < outcomes.size(); ++code) {
        const bool set = code % 2 == 0;
        const auto answer = desk.ask(set ? "SET VAR desk ups.id x" : "INSTCMD desk load.off 5");
        ASSERT_TRUE(answer.starts_with("OK TRACKING ")) << answer;
        const auto id = answer.substr(12, answer.size() - 13);
        EXPECT_THAT(
            id, testing::MatchesRegex("[0-9A-F]{8}-[0-9A-F]{4}-4[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}"));
        EXPECT_EQ(handed(),
                  (set ? "SET ups.id \"x\" TRACKING " : "INSTCMD load.off 5 TRACKING ") + id + "\n");
        EXPECT_EQ(desk.ask("GET TRACKING " + id), "PENDING\n");

        desk.service.tracking.finish(*desk.upses.find("desk"), id, static_cast<int>(code));
        EXPECT_EQ(desk.ask("GET TRACKING " + id), outcomes[code] + "\n");
    }
    EXPECT_EQ(desk.ask("SET TRACKING OFF"), "OK\n");
    EXPECT_EQ(desk.ask("SET VAR desk ups.id x"), "OK\n");
}

TEST_F(Control, NeedsOnlyAUserToFollow)
{
    be("ghost", "wrong");

    EXPECT_EQ(desk.ask("SET TRACKING ON"), "OK\n");
    EXPECT_EQ(desk.ask("GET TRACKING"), "ON\n");
    EXPECT_EQ(desk.ask("SET VAR desk ups.id x"), "ERR ACCESS-DENIED\n");
}

} // namespace
} // namespace upright::upsd::test
