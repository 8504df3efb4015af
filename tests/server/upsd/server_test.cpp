// Taking over ups.conf, at the start and again: what appears, changes place, changes name and goes.
#include "common/daemon/log.hpp"
#include "server/upsd/server.hpp"
#include "tests/support/process.hpp"

#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using testing::ElementsAre;

class UpsdServer : public testing::Test {
protected:
    void apply(std::string text) { server_.apply(parse_ups_conf("ups.conf", std::move(text)).value); }

    std::vector<std::string> names()
    {
        std::vector<std::string> names;
        for (const auto& ups : server_.upses().all())
            names.push_back(ups->name);
        return names;
    }

    upright::test::Scratch scratch_;
    boost::asio::io_context io_;
    Poller poller_{io_.get_executor()};
    Server server_{poller_, scratch_.path(), {}, 0};
};

std::string section(const std::string& name) { return "[" + name + "]\ndriver = d\nport = p\n"; }

TEST_F(UpsdServer, KeepsTheOrderOfTheFile) // Trap 5
{
    apply(section("zeta") + section("Alpha") + section("mid"));
    EXPECT_THAT(names(), ElementsAre("zeta", "Alpha", "mid"));

    apply(section("new") + section("mid") + section("zeta"));
    EXPECT_THAT(names(), ElementsAre("new", "mid", "zeta"));
}

TEST_F(UpsdServer, LeavesOutWhatIsIncomplete)
{
    apply("[a]\ndriver = d\n[b]\nport = p\n[default]\ndriver = d\nport = p\n[c]\n" + section("d"));

    EXPECT_THAT(names(), ElementsAre("d"));
}

TEST_F(UpsdServer, FollowsAChangedDescription)
{
    apply(section("a") + "desc = \"old one\"\n" + section("b"));
    EXPECT_EQ(server_.upses().find("a")->description, "old one");

    apply(section("a") + section("b") + "desc = new\n");
    EXPECT_EQ(server_.upses().find("a")->description, std::nullopt);
    EXPECT_EQ(server_.upses().find("b")->description, "new");
}

TEST_F(UpsdServer, FollowsANameThatChangedOnlyItsCase)
{
    apply(section("ups1") + section("b"));
    apply(section("UPS1") + section("b"));

    EXPECT_THAT(names(), ElementsAre("UPS1", "b"));
    EXPECT_EQ(server_.upses().find("ups1")->name, "UPS1");
}

TEST_F(UpsdServer, KeepsTheFirstOfNamesThatDifferOnlyInCase)
{
    apply(section("ups1") + "desc = first\n" + section("UPS1") + "desc = second\n");

    EXPECT_THAT(names(), ElementsAre("ups1"));
    EXPECT_EQ(server_.upses().find("UPS1")->description, "first");
}

TEST_F(UpsdServer, GoesOnWithNothing)
{
    apply(section("a"));
    apply("");

    EXPECT_THAT(names(), ElementsAre());
}

TEST_F(UpsdServer, TakesThousandsOfUpses)
{
    std::string text;
    for (int i = 0; i < 5000; ++i)
        text += section("ups" + std::to_string(i));
    const auto before = std::chrono::steady_clock::now();
    apply(text);
    apply(text);

    EXPECT_EQ(names().size(), 5000U);
    EXPECT_EQ(names().back(), "ups4999");
    EXPECT_LT(std::chrono::steady_clock::now() - before, std::chrono::seconds(20));
}

} // namespace
} // namespace upright::upsd
