// Following a server that can only be asked, and servers that misbehave.
#include "tests/support/heard.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>

#include <atomic>

namespace upright::test {
namespace {

using testing::Contains;
using testing::ElementsAre;

Follower::Settings settings(int port, std::string ups)
{
    Follower::Settings settings{.server = {"127.0.0.1", static_cast<std::uint16_t>(port)},
                                .ups = std::move(ups)};
    settings.poll = 10ms;
    settings.first_delay = 5ms;
    settings.longest_delay = 20ms;
    return settings;
}

TEST(Follower, AsksAServerThatDoesNotTell)
{
    std::atomic<int> round = 0;
    RawServer server([&](const std::string& line) -> std::optional<std::string> {
        if (line.starts_with("SUBSCRIBE"))
            return "ERR UNKNOWN-COMMAND\n";
        if (line != "LIST VAR u")
            return std::nullopt;
        switch (round) {
        case 0: return "BEGIN LIST VAR u\nVAR u a.b \"1\"\nVAR u ups.status \"OL\"\nEND LIST VAR u\n";
        case 1: return "BEGIN LIST VAR u\nVAR u ups.status \"OB\"\nEND LIST VAR u\n";
        case 2: return "ERR DATA-STALE\n";
        case 3: return "ERR DRIVER-NOT-CONNECTED\n";
        default: return "BEGIN LIST VAR u\nVAR u ups.status \"OL\"\nEND LIST VAR u\n";
        }
    });
    Heard heard(settings(server.port(), "u"));

    EXPECT_TRUE(heard.hears("polling"));
    EXPECT_THAT(heard.upses().at("u").values,
                ElementsAre(std::pair("a.b", "1"), std::pair("ups.status", "OL")));
    round = 1;
    EXPECT_TRUE(heard.hears("u ups.status=OB"));
    EXPECT_TRUE(heard.hears("u -a.b"));
    round = 2;
    EXPECT_TRUE(heard.hears("u data stale"));
    EXPECT_EQ(heard.upses().at("u").values.at("ups.status"), "OB");
    round = 3;
    EXPECT_TRUE(heard.hears("u driver not connected"));
    EXPECT_TRUE(heard.upses().at("u").values.empty());
    round = 4;
    EXPECT_TRUE(heard.hears("u ok"));
    EXPECT_TRUE(heard.hears("u ups.status=OL"));
    EXPECT_THAT(heard.lines(), testing::Not(Contains("lost")));
    EXPECT_TRUE(heard.ends());
}

TEST(Follower, AsksForAllOfAServerThatDoesNotTell)
{
    std::atomic<bool> second = true;
    RawServer server([&](const std::string& line) -> std::optional<std::string> {
        if (line.starts_with("SUBSCRIBE"))
            return "ERR UNKNOWN-COMMAND\n";
        if (line == "LIST UPS")
            return second ? "BEGIN LIST UPS\nUPS u \"x\"\nUPS v \"y\"\nEND LIST UPS\n"
                          : "BEGIN LIST UPS\nUPS u \"x\"\nEND LIST UPS\n";
        return line == "LIST VAR u" ? "BEGIN LIST VAR u\nVAR u a.b \"1\"\nEND LIST VAR u\n"
                                    : "BEGIN LIST VAR v\nVAR v a.b \"2\"\nEND LIST VAR v\n";
    });
    Heard heard(settings(server.port(), ""));

    EXPECT_TRUE(heard.hears("polling"));
    EXPECT_EQ(heard.upses().size(), 2U);
    second = false;
    EXPECT_TRUE(heard.hears("v gone"));
    EXPECT_EQ(heard.upses().size(), 1U);
}

TEST(Follower, ComesBackAfterEveryMishap)
{
    std::atomic<int> attempt = 0;
    RawServer server([&](const std::string& line) -> std::optional<std::string> {
        if (line == "SUBSCRIBE UPS u")
            switch (attempt++) {
            case 0: return std::nullopt; // hangs up
            case 1: return "WHAT\n";
            case 2: return "BEGIN SUBSCRIBE UPS u\nSTATE u OK\nSOMETHING ELSE\n";
            case 3: return "ERR UNKNOWN-UPS\n";
            default:
                return "BEGIN SUBSCRIBE UPS u\nSTATE u OK\nVAR u a.b \"1\"\nEND SUBSCRIBE UPS u\n"
                       "NOTIFY VAR u a.b \"2\"\nNOTIFY DELVAR u a.b\nNOTIFY BOGUS\nNOTIFY VAR u\n"
                       "NOTIFY STATE u REMOVED\nNOTIFY VAR w x.y \"3\"\n";
            }
        return "VAR u ups.status \"OL\"\n";
    });
    Heard heard(settings(server.port(), "u"));

    EXPECT_TRUE(heard.hears("u unknown UPS"));
    EXPECT_TRUE(heard.hears("connected"));
    EXPECT_TRUE(heard.hears("u a.b=2"));
    EXPECT_TRUE(heard.hears("u -a.b"));
    EXPECT_TRUE(heard.hears("u gone"));
    EXPECT_TRUE(heard.hears("w x.y=3"));
    EXPECT_EQ(attempt, 5);
}

TEST(Follower, EndsWhileItWaits)
{
    auto nobody = settings(free_port(), "u");
    nobody.first_delay = nobody.longest_delay = 60s;
    Heard heard(std::move(nobody));

    EXPECT_TRUE(heard.hears("lost"));
    EXPECT_TRUE(heard.ends());
}

} // namespace
} // namespace upright::test
