// Who may do what: the order of checks, and every word that refuses.
#include "common/password/password.hpp"
#include "tests/server/upsd/desk.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::upsd::test {
namespace {

void identify(Desk& desk, const std::string& user, const std::string& password)
{
    desk.reconnect();
    EXPECT_EQ(desk.ask("USERNAME " + user), "OK\n");
    EXPECT_EQ(desk.ask("PASSWORD " + password), "OK\n");
}

TEST(Login, AcceptsAnyNameAndPasswordOnce) // Traps 13, 14
{
    Desk desk;

    EXPECT_EQ(desk.ask("PASSWORD wrong"), "OK\n");
    EXPECT_EQ(desk.ask("PASSWORD secret"), "ERR ALREADY-SET-PASSWORD\n");
    EXPECT_EQ(desk.ask("USERNAME ghost"), "OK\n");
    EXPECT_EQ(desk.ask("USERNAME admin"), "ERR ALREADY-SET-USERNAME\n");
    EXPECT_EQ(desk.ask("LOGIN desk"), "ERR ACCESS-DENIED\n");
}

TEST(Login, AsksForTheUserThenThePasswordThenLooksAtTheWords) // Trap 15
{
    for (const std::string request :
         {"LOGIN", "LOGIN nosuch", "ATTACH", "PRIMARY desk", "MASTER", "FSD nosuch", "SET VAR desk", "SET",
          "SET BOGUS", "SET TRACKING", "INSTCMD", "INSTCMD desk load.off"}) {
        SCOPED_TRACE(request);
        Desk desk;
        EXPECT_EQ(desk.ask(request), "ERR USERNAME-REQUIRED\n");
        desk.ask("USERNAME ghost");
        EXPECT_EQ(desk.ask(request), "ERR PASSWORD-REQUIRED\n");
        desk.ask("PASSWORD wrong");
        EXPECT_THAT(desk.ask(request),
                    testing::AnyOf("ERR INVALID-ARGUMENT\n", "ERR UNKNOWN-UPS\n", "ERR ACCESS-DENIED\n"));
    }
}

TEST(Login, CountsAndListsWhoIsLoggedIn) // Traps 3, 11, 23
{
    Desk desk;
    identify(desk, "mon", "pw");

    EXPECT_EQ(desk.ask("LOGIN nosuch"), "ERR UNKNOWN-UPS\n");
    EXPECT_EQ(desk.ask("LOGIN DESK"), "OK\n");
    EXPECT_EQ(desk.ask("LOGIN desk"), "ERR ALREADY-LOGGED-IN\n");
    EXPECT_EQ(desk.ask("LOGIN nosuch"), "ERR ALREADY-LOGGED-IN\n");
    EXPECT_EQ(desk.ask("ATTACH desk"), "ERR ALREADY-ATTACHED\n");
    EXPECT_EQ(desk.ask("GET NUMLOGINS desk"), "NUMLOGINS desk 1\n");
    EXPECT_EQ(desk.ask("GET NUMATTACH Desk"), "NUMATTACH Desk 1\n");
    EXPECT_EQ(desk.ask("LIST CLIENT DESK"),
              "BEGIN LIST CLIENT DESK\nCLIENT desk 192.0.2.7\nEND LIST CLIENT DESK\n");

    desk.reconnect();
    EXPECT_EQ(desk.ask("GET NUMLOGINS desk"), "NUMLOGINS desk 0\n");
}

TEST(Login, WorksWhileTheDriverIsDownOrItsDataAreStale) // Trap 11
{
    Desk desk;
    for (const std::string ups : {"Quiet", "old"}) {
        identify(desk, "mon", "pw");
        EXPECT_EQ(desk.ask("LOGIN " + ups), "OK\n");
        EXPECT_EQ(desk.ask("PRIMARY " + ups), "OK PRIMARY-GRANTED\n");
        EXPECT_EQ(desk.ask("FSD " + ups), "OK FSD-SET\n");
        EXPECT_NE(desk.ask("GET NUMLOGINS " + ups), "NUMLOGINS " + ups + " 1\n");
    }
}

TEST(Login, ListsTheNewestConnectionFirst)
{
    Desk desk;
    Client first;
    Client second;
    first.id = 1;
    first.address = boost::asio::ip::make_address("192.0.2.1");
    second.id = 2;
    second.address = boost::asio::ip::make_address("2001:db8::2");
    auto& ups = *desk.upses.find("desk");
    ups.log_in(second);
    ups.log_in(first); // an older connection that logs in later

    EXPECT_EQ(desk.ask("LIST CLIENT desk"), "BEGIN LIST CLIENT desk\nCLIENT desk 2001:db8::2\n"
                                            "CLIENT desk 192.0.2.1\nEND LIST CLIENT desk\n");
}

TEST(Login, GivesEachRoleItsRights) // Trap 33
{
    struct Row {
        std::string user, password, login, primary, fsd;
    };
    Desk desk;
    for (const auto& row :
         {Row{"mon", "pw", "OK", "OK PRIMARY-GRANTED", "OK FSD-SET"},
          Row{"second", "pw", "OK", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED"},
          Row{"admin", "secret", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED", "OK FSD-SET"},
          Row{"nobody", "pw", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED"},
          Row{"mon", "PW", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED"},
          Row{"Mon", "pw", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED", "ERR ACCESS-DENIED"}}) {
        SCOPED_TRACE(row.user + " " + row.password);
        desk.service.failed_logins = {};
        identify(desk, row.user, row.password);
        EXPECT_EQ(desk.ask("LOGIN desk"), row.login + "\n");
        EXPECT_EQ(desk.ask("PRIMARY desk"), row.primary + "\n");
        EXPECT_EQ(desk.ask("MASTER desk"),
                  row.primary == "OK PRIMARY-GRANTED" ? "OK MASTER-GRANTED\n" : row.primary + "\n");
        EXPECT_EQ(desk.ask("FSD desk"), row.fsd + "\n");
        EXPECT_EQ(desk.ask("PRIMARY nosuch"), "ERR UNKNOWN-UPS\n");
    }
}

TEST(Login, SetsFsdForGood) // Trap 24
{
    Desk desk;
    auto& ups = *desk.upses.find("desk");
    ups.apply(SetFlags{"ups.status", {.rw = true}});
    identify(desk, "mon", "pw");

    EXPECT_EQ(desk.ask("FSD desk"), "OK FSD-SET\n");
    EXPECT_EQ(desk.ask("GET VAR desk ups.status"), "VAR desk ups.status \"FSD OL CHRG\"\n");
    EXPECT_THAT(desk.ask("LIST VAR desk"), testing::HasSubstr("VAR desk ups.status \"FSD OL CHRG\"\n"));
    EXPECT_THAT(desk.ask("LIST RW desk"), testing::HasSubstr("RW desk ups.status \"OL CHRG\"\n"));
    ups.disconnected();
    ups.connected(desk.now);
    EXPECT_EQ(desk.ask("GET VAR desk ups.status"), "VAR desk ups.status \"FSD WAIT\"\n");
}

TEST(Login, IsLookedAtAnewWhenTheUsersChange)
{
    Desk desk;
    identify(desk, "mon", "pw");
    EXPECT_EQ(desk.ask("PRIMARY desk"), "OK PRIMARY-GRANTED\n");

    desk.service.users = parse_users("upsd.users", "[mon]\npassword = other\nupsmon primary\n", {}).value;
    ++desk.service.generation;
    EXPECT_EQ(desk.ask("PRIMARY desk"), "ERR ACCESS-DENIED\n");
}

TEST(Login, WaitsForTheHashAndForWhoeverGuessedTooOften)
{
    Desk desk;
    identify(desk, "mon", "pw");
    for (int i = 0; i < 5; ++i)
        desk.service.failed_logins.failed(desk.client.address, desk.now);
    EXPECT_EQ(desk.ask("LOGIN desk"), "");
    EXPECT_EQ(desk.after, After::prove);
    EXPECT_EQ(desk.ask("GET NUMLOGINS desk"), "NUMLOGINS desk 0\n");

    Peer peer{desk.service, desk.client, desk, desk.now};
    settle_proof(peer, true);
    EXPECT_EQ(desk.ask("LOGIN desk"), "OK\n");

    desk.service.failed_logins = {};
    const auto hash = password::hash("pw");
    ASSERT_TRUE(hash);
    desk.service.users =
        parse_users("upsd.users", fmt::format("[mon]\npassword_hash = \"{}\"\nupsmon primary\n", *hash), {})
            .value;
    ++desk.service.generation;
    EXPECT_EQ(desk.ask("PRIMARY desk"), "");
    EXPECT_EQ(desk.after, After::prove);
    desk.service.proofs.remember(*hash, "pw");
    EXPECT_EQ(desk.ask("PRIMARY desk"), "OK PRIMARY-GRANTED\n");
}

TEST(Login, IsNeededForReadingWhereThatIsConfigured) // D32
{
    Desk desk;
    desk.service.anonymous_reads = false;

    for (const std::string request : {"GET VAR desk ups.status", "LIST UPS", "SUBSCRIBE UPS desk"})
        EXPECT_EQ(desk.ask(request), "ERR USERNAME-REQUIRED\n");
    EXPECT_EQ(desk.ask("PROTVER"), "1.3\n");
    identify(desk, "nobody", "wrong");
    EXPECT_EQ(desk.ask("LIST VAR desk"), "ERR ACCESS-DENIED\n");
    identify(desk, "nobody", "pw");
    EXPECT_EQ(desk.ask("GET VAR desk ups.status"), "VAR desk ups.status \"OL CHRG\"\n");
}

TEST(Login, TakesNoPasswordInClearTextWhereThatIsConfigured) // D31
{
    Desk desk;
    desk.service.force_tls = true;

    EXPECT_EQ(desk.ask("USERNAME mon"), "OK\n");
    EXPECT_EQ(desk.ask("PASSWORD pw"), "ERR ACCESS-DENIED\n");
    EXPECT_EQ(desk.ask("LOGIN desk"), "ERR PASSWORD-REQUIRED\n");
    desk.client.encrypted = true;
    EXPECT_EQ(desk.ask("PASSWORD pw"), "OK\n");
    EXPECT_EQ(desk.ask("LOGIN desk"), "OK\n");
}

} // namespace
} // namespace upright::upsd::test
