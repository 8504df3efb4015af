#include "common/client/connection.hpp"
#include "common/client/credentials.hpp"
#include "common/client/error_text.hpp"
#include "tests/common/random_text.hpp"
#include "tests/support/process.hpp"
#include "tests/support/raw_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace asio = boost::asio;

namespace upright {
namespace {

using testing::ElementsAre;

TEST(Designation, DefaultsToTheLocalServer)
{
    const auto designation = parse_designation("ups");

    ASSERT_TRUE(designation);
    EXPECT_EQ(designation->ups, "ups");
    EXPECT_EQ(designation->server, (Server{"localhost", 3493}));
    EXPECT_EQ(*parse_server(""), (Server{"localhost", 3493}));
}

TEST(Designation, TakesHostAndPort)
{
    EXPECT_EQ(parse_designation("u@h")->server, (Server{"h", 3493}));
    EXPECT_EQ(parse_designation("u@h:12")->server, (Server{"h", 12}));
    EXPECT_EQ(parse_designation("u@[::1]")->server, (Server{"::1", 3493}));
    EXPECT_EQ(parse_designation("u@[fe80::1%eth0]:99")->server, (Server{"fe80::1%eth0", 99}));
    EXPECT_EQ(*parse_server("h:65535"), (Server{"h", 65535}));
}

TEST(Designation, RefusesTheRest)
{
    for (const auto* const text : {"", "@h", "u@", "u@:5", "u@h:", "u@h:0", "u@h:65536", "u@h:x", "u@[::1",
                                   "u@[]", "u@[::1]5", "u@h:1:2", "u v@h", "u\n@h", "u@h\nx"}) {
        SCOPED_TRACE(text);
        const auto designation = parse_designation(text);
        ASSERT_FALSE(designation);
        EXPECT_EQ(client_text(designation.error()),
                  "invalid UPS definition.\nRequired format: upsname[@hostname[:port]]");
    }
    EXPECT_EQ(client_text(parse_server("::1").error()),
              "invalid hostname.\nRequired format: [hostname[:port]]");
}

TEST(ClientText, IsTheReferenceLibrarysWord)
{
    EXPECT_EQ(client_text(refusal("VAR-NOT-SUPPORTED")), "Variable not supported by UPS");
    EXPECT_EQ(client_text(refusal("CMD-NOT-SUPPORTED")), "Instant command not supported");
    EXPECT_EQ(client_text(refusal("TOO-LONG")), "New value is too long");
    EXPECT_EQ(client_text(refusal("NO-SUCH-WORD")), "Unknown error");
    EXPECT_EQ(client_text(refusal("")), "Unknown error");
    EXPECT_TRUE(refusal("DATA-STALE").is(Errc::data_stale));
    EXPECT_EQ(client_text({boost::system::error_code(ECONNREFUSED, boost::system::system_category()),
                           "Connection failure"}),
              "Connection failure: Connection refused");
}

TEST(ReplyWords, SurviveAnything)
{
    test::RandomText random(10);
    for (int i = 0; i < 200'000; ++i) {
        auto line = random.line();
        std::erase(line, '\n');
        const auto words = reply_words(line);
        ASSERT_LE(words.value_or(Row{}).size(), 64U);
    }
}

TEST(ReplyWords, ReadsOldServersUnescapedText)
{
    EXPECT_THAT(*reply_words("DESC u v \"Outlet #1\""), ElementsAre("DESC", "u", "v", "Outlet #1"));
    EXPECT_THAT(*reply_words("DESC u v \"a \\#1 #2\""), ElementsAre("DESC", "u", "v", "a #1 #2"));
    EXPECT_FALSE(reply_words("VAR u v \"open"));
}

Row words_of(const Result<Row>& answer) { return answer ? *answer : Row{client_text(answer.error())}; }

// Runs one conversation against the server and returns what it left.
template <class Talk>
void converse(const test::RawServer& server, Talk talk)
{
    asio::io_context io;
    Connection connection(io.get_executor());
    const auto program = [&]() -> asio::awaitable<void> {
        const Server where{"127.0.0.1", static_cast<std::uint16_t>(server.port())};
        const auto connected = co_await connection.connect(where, std::chrono::seconds(5));
        EXPECT_TRUE(connected);
        co_await talk(connection);
    };
    asio::co_spawn(io, program, [](const std::exception_ptr& thrown) {
        if (thrown)
            std::rethrow_exception(thrown);
    });
    io.run();
}

TEST(Connection, StaysUsableBehindARefusal)
{
    const test::RawServer server([](const std::string& line) -> std::optional<std::string> {
        return line == "GET VAR u a" ? "ERR VAR-NOT-SUPPORTED\n" : "VAR u b \"2\"\n";
    });
    converse(server, [](Connection& connection) -> asio::awaitable<void> {
        const auto refused = co_await connection.get("VAR", "u", "a");
        const auto value = co_await connection.get("VAR", "u", "b");

        EXPECT_TRUE(refused.error().is(Errc::unknown_variable));
        EXPECT_THAT(words_of(value), ElementsAre("2"));
    });
}

TEST(Connection, ClosesBehindAnAnswerToAnotherQuestion)
{
    const test::RawServer server([](const std::string&) { return "VAR u other \"2\"\n"; });
    converse(server, [](Connection& connection) -> asio::awaitable<void> {
        const auto value = co_await connection.get("VAR", "u", "a");

        EXPECT_TRUE(value.error().is(Errc::bad_reply));
        EXPECT_FALSE(connection.is_open());
        const auto again = co_await connection.get("VAR", "u", "a");
        EXPECT_TRUE(again.error().is(Errc::disconnected));
    });
}

TEST(Connection, DoesNotTakeAnUnaskedLineForAnAnswer)
{
    const test::RawServer server([](const std::string&) { return "VAR u a \"1\"\nVAR u a \"forged\"\n"; });
    converse(server, [](Connection& connection) -> asio::awaitable<void> {
        const auto first = co_await connection.get("VAR", "u", "a");
        const auto second = co_await connection.get("VAR", "u", "a");

        EXPECT_TRUE(first.has_value());
        EXPECT_FALSE(second.has_value());
    });
}

TEST(Connection, QuotesWhatMustBeQuoted)
{
    const test::RawServer server([](const std::string&) { return "OK\n"; });
    converse(server, [](Connection& connection) -> asio::awaitable<void> {
        const auto known = co_await connection.authenticate("me", "p#w \"x\"\nFSD ups"); // Trap 76
        const auto set = co_await connection.ask("SET", "VAR", "u", "v", "");

        EXPECT_TRUE(known.has_value());
        EXPECT_TRUE(set.has_value());
    });
    EXPECT_THAT(server.requests(),
                ElementsAre("USERNAME me", "PASSWORD \"p\\#w \\\"x\\\"FSD ups\"", "SET VAR u v \"\""));
}

TEST(Connection, ReadsOldServersTypesAndGoodbyes) // M3
{
    const test::RawServer server([](const std::string& line) -> std::optional<std::string> {
        return line == "LOGOUT" ? "Goodbye...\n" : "TYPE u v RW ENUM\n";
    });
    converse(server, [](Connection& connection) -> asio::awaitable<void> {
        const auto type = co_await connection.get("TYPE", "u", "v");
        co_await connection.logout();

        EXPECT_THAT(words_of(type), ElementsAre("RW", "ENUM"));
        EXPECT_FALSE(connection.is_open());
    });
}

TEST(Connection, GivesUpOnASilentServerAfterFiveSeconds)
{
    const test::RawServer server([](const std::string&) { return ""; });
    converse(server, [](Connection& connection) -> asio::awaitable<void> {
        const auto value = co_await connection.get("VAR", "u", "a");

        EXPECT_TRUE(value.error().is(Errc::timed_out));
        EXPECT_EQ(client_text(value.error()), "Server disconnected");
        EXPECT_FALSE(connection.is_open());
    });
}

// A listener whose queue is full leaves further connections waiting, as a host does that drops everything.
TEST(Connection, GivesUpConnectingWhenTheTimeIsUp)
{
    asio::io_context io;
    asio::ip::tcp::acceptor listener(io, {asio::ip::address_v4::loopback(), 0});
    listener.listen(0);
    const auto port = listener.local_endpoint().port();
    std::vector<std::unique_ptr<asio::ip::tcp::socket>> waiting;
    for (int i = 0; i < 8; ++i) {
        waiting.push_back(std::make_unique<asio::ip::tcp::socket>(io, asio::ip::tcp::v4()));
        waiting.back()->non_blocking(true);
        const auto where = listener.local_endpoint();
        ::connect(waiting.back()->native_handle(), where.data(), static_cast<socklen_t>(where.size()));
    }
    Connection connection(io.get_executor());
    Result<void> result;
    const auto program = [&]() -> asio::awaitable<void> {
        const Server where{"127.0.0.1", port};
        result = co_await connection.connect(where, std::chrono::milliseconds(200));
    };
    asio::co_spawn(io, program, [](const std::exception_ptr&) {});
    io.run();

    ASSERT_FALSE(result);
    EXPECT_EQ(client_text(result.error()), "Connection failure: Connection timed out");
}

TEST(ConnectLimit, ComesFromTheOptionThenTheDefault)
{
    EXPECT_EQ(*connect_limit("2.5"), std::chrono::milliseconds(2500));
    EXPECT_EQ(*connect_limit("0"), std::chrono::milliseconds(0));
    EXPECT_EQ(*connect_limit(), std::chrono::seconds(10));
    for (const auto* const text : {"", "x", "-1", "1s", "1e9", "nan"})
        EXPECT_FALSE(connect_limit(text)) << text;
    EXPECT_EQ(client_text(connect_limit("x").error()), "invalid network timeout: x");
}

class AuthFileTest : public testing::Test {
protected:
    Credentials find(const std::string& text, const Server& server) const
    {
        const auto file = load_auth_file(scratch_.write("nutauth.conf", text));
        EXPECT_TRUE(file) << to_string(file.error());
        return file ? file->value.find(server) : Credentials{};
    }

    test::Scratch scratch_;
};

TEST_F(AuthFileTest, TheMostSpecificSectionWins)
{
    const std::string text = "USER = anyone\nPASS = any\nFORCESSL = on\n"
                             "[@Host]\nuser = hosts\npass = h\n"
                             "[me@host:99]\nPASSWORD = mine\nFORCESSL = 0\n";

    EXPECT_EQ(find(text, {"elsewhere", 3493}).user, "anyone");
    EXPECT_EQ(find(text, {"HOST", 3493}).password, "h");
    EXPECT_EQ(find(text, {"host", 3493}).force_tls, true);
    EXPECT_EQ(find(text, {"host", 99}).user, "me");
    EXPECT_EQ(find(text, {"host", 99}).password, "mine");
    EXPECT_EQ(find(text, {"host", 99}).force_tls, false);
}

TEST_F(AuthFileTest, APasswordNeverGoesWithAnotherUsersName)
{
    const auto found = find("USER = admin\nPASS = secret\n[guest@host]\n", {"host", 3493});

    EXPECT_EQ(found.user, "guest");
    EXPECT_EQ(found.password, std::nullopt);
}

TEST_F(AuthFileTest, IncludesFilesIntoTheSection)
{
    scratch_.write("more", "PASS = included\n[@other]\nPASS = wrong\n[@host]\nUSER = x\n");

    const auto found = find("[@host]\nINCLUDE more\nINCLUDE missing\n", {"host", 3493});

    EXPECT_EQ(found.password, "included");
    EXPECT_EQ(found.user, "x");
    EXPECT_FALSE(load_auth_file(scratch_.write("a", "INCLUDE_REQUIRED missing\n")));
    EXPECT_FALSE(load_auth_file(scratch_.write("loop", "INCLUDE_REQUIRED loop\n")));
}

TEST_F(AuthFileTest, PointsAtMistakes)
{
    const auto file = load_auth_file(scratch_.write("f", "[nobody]\nUSER = x\n[@h]\nUSR = x\nPASS\n"));

    std::vector<std::string> texts;
    for (const auto& problem : file->problems)
        texts.push_back(to_string(problem).substr(scratch_.path().size() + 1));
    EXPECT_THAT(texts,
                ElementsAre("f:1:1: warning: a section is titled [user@host:port] or [@host:port]",
                            "f:4:1: warning: unknown setting \"USR\"", "f:5:1: warning: PASS needs a value"));
    EXPECT_EQ(file->value.find({"h", 3493}).user, std::nullopt);
}

} // namespace
} // namespace upright
