// Sessions on real loopback sockets, in the test's own loop and with its own clock.
#include "common/daemon/log.hpp"
#include "server/upsd/sessions.hpp"
#include "tests/support/process.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

using boost::asio::ip::tcp;
using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

class UpsdSessions : public testing::Test {
protected:
    UpsdSessions() { service_.upses.add("u").connected(std::chrono::steady_clock::now()); }

    // A client whose connection the server has taken.
    std::unique_ptr<upright::test::RawClient> connect()
    {
        auto client =
            std::make_unique<upright::test::RawClient>(static_cast<int>(acceptor_.local_endpoint().port()));
        auto socket = acceptor_.accept();
        const auto from = socket.remote_endpoint().address();
        sessions_.add(socket.release(), from);
        return client;
    }

    // Lets the server work until the client has a line.
    std::optional<std::string> answer(upright::test::RawClient& client)
    {
        std::optional<std::string> line;
        upright::test::eventually([&] {
            io_.run_for(1ms);
            line = client.line(0ms);
            return line.has_value();
        });
        return line;
    }

    bool closed(upright::test::RawClient& client)
    {
        io_.run_for(1ms);
        return client.closed(1s);
    }

    boost::asio::io_context io_;
    Poller poller_{io_.get_executor()};
    Service service_;
    Sessions sessions_{poller_, service_};
    tcp::acceptor acceptor_{io_, tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)};
};

TEST_F(UpsdSessions, EndAfterAMinuteWithoutACommand) // Trap 22
{
    const auto client = connect();
    const auto start = std::chrono::steady_clock::now();
    client->send("GET VAR"); // half a command is none
    io_.run_for(1ms);

    sessions_.sweep(start + 59s);
    EXPECT_EQ(sessions_.size(), 1U);

    sessions_.sweep(std::chrono::steady_clock::now() + 60s + 1ms);
    EXPECT_EQ(sessions_.size(), 0U);
    EXPECT_TRUE(closed(*client));
}

TEST_F(UpsdSessions, LiveOnWithEachCommand) // Trap 22
{
    const auto client = connect();
    const auto start = std::chrono::steady_clock::now();
    upright::test::eventually([&] { return std::chrono::steady_clock::now() > start + 2ms; });
    client->send("PROTVER\n");
    EXPECT_EQ(answer(*client), "1.3");

    sessions_.sweep(start + 60s + 1ms);
    EXPECT_EQ(sessions_.size(), 1U);
}

TEST_F(UpsdSessions, AreRefusedAtOnceBeyondTheLimit) // D48
{
    sessions_.set_limits({.most = 2});
    const auto first = connect();
    const auto second = connect();
    const auto third = connect();

    EXPECT_TRUE(closed(*third));
    first->send("PROTVER\n");
    EXPECT_EQ(answer(*first), "1.3");

    second->send("LOGOUT\n");
    EXPECT_EQ(answer(*second), "OK Goodbye");
    EXPECT_TRUE(closed(*second));
    EXPECT_EQ(sessions_.size(), 1U);
    const auto fourth = connect();
    fourth->send("PROTVER\n");
    EXPECT_EQ(answer(*fourth), "1.3");
}

TEST_F(UpsdSessions, AnswerNothingBehindLogout)
{
    const auto client = connect();
    client->send("PROTVER\nLOGOUT\nPROTVER\nPROTVER\n");

    EXPECT_EQ(answer(*client), "1.3");
    EXPECT_EQ(answer(*client), "OK Goodbye");
    EXPECT_TRUE(closed(*client));
    EXPECT_EQ(client->line(0ms), std::nullopt);
}

TEST_F(UpsdSessions, ServeTheLargestUpsThereCanBe)
{
    auto& ups = *service_.upses.find("u");
    for (int i = 0; i < 5000; ++i)
        ups.apply(SetValue{"v" + std::to_string(i), std::string(500, '"')});
    const auto client = connect();
    client->send("LIST VAR u\nLIST VAR u\n");

    int ends = 0;
    std::size_t bytes = 0;
    upright::test::eventually([&] {
        io_.run_for(1ms);
        for (auto line = client->line(0ms); line; line = client->line(0ms)) {
            ends += line->starts_with("END LIST") ? 1 : 0;
            bytes += line->size() + 1;
        }
        return ends == 2 || sessions_.size() == 0;
    });
    EXPECT_EQ(ends, 2);
    EXPECT_GT(bytes, std::size_t{1024} * 1024);
}

} // namespace
} // namespace upright::upsd
