// Networks of upsd.conf and what the rules made of them let in.
#include "server/upsd/access.hpp"

#include <gtest/gtest.h>

namespace upright::upsd {
namespace {

using boost::asio::ip::make_address;

bool holds(std::string_view network, std::string_view address)
{
    const auto parsed = parse_network(network);
    EXPECT_TRUE(parsed) << network;
    return parsed && parsed->contains(make_address(address));
}

TEST(Network, HoldsTheAddressesOfItsPrefix)
{
    struct Case {
        std::string_view network, inside, outside;
    };
    for (const auto& [network, inside, outside] : {
             Case{"192.0.2.0/24", "192.0.2.255", "192.0.3.0"},
             {"192.0.2.77/24", "192.0.2.1", "192.0.1.77"},
             {"192.0.2.0/255.255.255.0", "192.0.2.255", "192.0.3.0"},
             {"10.0.0.0/255.128.0.0", "10.127.255.255", "10.128.0.0"},
             {"192.0.2.128/25", "192.0.2.128", "192.0.2.127"},
             {"192.0.2.1", "192.0.2.1", "192.0.2.2"},
             {"192.0.2.1/32", "192.0.2.1", "192.0.2.0"},
             {"0.0.0.0/0", "255.255.255.255", "::1"},
             {"::1", "::1", "::2"},
             {"::1/128", "::1", "127.0.0.1"},
             {"::/0", "ffff::", "127.0.0.1"},
             {"2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"},
             {"192.0.2.0/24", "::ffff:192.0.2.9", "::ffff:192.0.3.9"},
             {"::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"},
         }) {
        EXPECT_TRUE(holds(network, inside)) << network << " " << inside;
        EXPECT_FALSE(holds(network, outside)) << network << " " << outside;
    }
}

TEST(Network, IsNothingElse)
{
    for (const std::string_view text : {"",
                                        "/",
                                        "/24",
                                        "192.0.2.0/",
                                        "192.0.2.0/33",
                                        "192.0.2.0/-1",
                                        "192.0.2.0/+1",
                                        "192.0.2.0/24/24",
                                        "192.0.2.0/255.0.255.0",
                                        "192.0.2.0/::",
                                        "192.0.2",
                                        "192.0.2.256",
                                        "host",
                                        "::1/129",
                                        "::g",
                                        "fe80::1%eth0",
                                        "::1/255.255.255.0",
                                        "::ffff:192.0.2.0/95",
                                        "192.0.2.0 /24",
                                        "01.2.3.4x",
                                        "all"})
        EXPECT_FALSE(parse_network(text)) << text;
    EXPECT_FALSE(parse_network(std::string_view("::1\0", 4)));
}

class Access : public testing::Test {
protected:
    Access()
    {
        lists_.define("lan", *parse_network("192.0.2.0/24"));
        lists_.define("LAN", *parse_network("2001:db8::/32"));
        lists_.define("guests", *parse_network("192.0.2.128/25"));
        lists_.define("All", *parse_network("127.0.0.1"));
    }
    bool accepts(std::string_view address) const { return lists_.accepts(make_address(address)); }

    AccessLists lists_;
};

TEST_F(Access, KnowsListsInAnyCase)
{
    for (const auto* const name : {"lan", "Lan", "guests", "all", "ALL"})
        EXPECT_TRUE(lists_.knows(name)) << name;
    EXPECT_FALSE(lists_.knows("wan"));
    EXPECT_TRUE(lists_.contains("lan", make_address("192.0.2.1")));
    EXPECT_TRUE(lists_.contains("LAN", make_address("2001:db8::1")));
    EXPECT_FALSE(lists_.contains("lan", make_address("192.0.3.1")));
    EXPECT_FALSE(lists_.contains("wan", make_address("192.0.2.1")));
    EXPECT_TRUE(lists_.contains("ALL", make_address("198.51.100.1")));
}

TEST_F(Access, IsFreeWithoutRules)
{
    EXPECT_FALSE(lists_.active());
    EXPECT_TRUE(accepts("198.51.100.1") && accepts("::1"));
}

TEST_F(Access, IsDecidedByTheFirstRuleThatMatches)
{
    lists_.rule(false, "guests");
    lists_.rule(true, "lan");

    EXPECT_TRUE(lists_.active());
    EXPECT_TRUE(accepts("192.0.2.1") && accepts("2001:db8::1") && accepts("::ffff:192.0.2.1"));
    EXPECT_FALSE(accepts("192.0.2.200"));
    EXPECT_FALSE(accepts("::ffff:192.0.2.200"));

    lists_.rule(true, "guests"); // too late
    EXPECT_FALSE(accepts("192.0.2.200"));
}

TEST_F(Access, IsClosedToOthersOnceSomebodyIsAccepted)
{
    lists_.rule(false, "guests");
    EXPECT_TRUE(accepts("198.51.100.1"));

    lists_.rule(true, "lan");
    EXPECT_FALSE(accepts("198.51.100.1"));

    lists_.rule(true, "all");
    EXPECT_TRUE(accepts("198.51.100.1"));
}

TEST_F(Access, IsNotGivenByAListNobodyDefined)
{
    lists_.rule(true, "wan");

    EXPECT_FALSE(accepts("192.0.2.1"));
}

} // namespace
} // namespace upright::upsd
