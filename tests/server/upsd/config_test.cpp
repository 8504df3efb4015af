// upsd.conf: what each directive does, and where each mistake is pointed at.
#include "server/upsd/config.hpp"
#include "server/upsd/descriptions.hpp"
#include "tests/support/process.hpp"

#include <cstdlib>
#include <gmock/gmock.h>

namespace upright::upsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// upsd.conf in a folder of its own, read as upsd reads it.
class UpsdConfig : public testing::Test {
protected:
    UpsdConfig() { ::setenv("NUT_CONFPATH", scratch_.path().c_str(), 1); } // NOLINT(concurrency-mt-unsafe)
    ~UpsdConfig() override
    {
        for (const auto* const name : {"NUT_CONFPATH", "ALLOW_NO_DEVICE", "ALLOW_NOT_ALL_LISTENERS"})
            ::unsetenv(name); // NOLINT(concurrency-mt-unsafe)
    }

    Config load(std::string_view text)
    {
        scratch_.write("upsd.conf", text);
        auto loaded = load_config();
        problems_.clear();
        for (const auto& problem : loaded->problems)
            problems_.push_back(to_string(problem).substr(scratch_.path().size() + 1));
        return loaded->value;
    }

    upright::test::Scratch scratch_;
    std::vector<std::string> problems_;
};

TEST_F(UpsdConfig, HasNutsDefaults)
{
    const auto config = load("");

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_TRUE(config.listen.empty());
    EXPECT_EQ(config.max_age, 15);
    EXPECT_EQ(config.tracking_delay, 3600);
    EXPECT_FALSE(config.max_connections || config.state_path || config.data_path || config.debug_min);
    EXPECT_FALSE(config.allow_no_device || config.allow_not_all_listeners);
    EXPECT_FALSE(config.certfile || config.certpath || config.certident || config.disable_weak_ssl
                 || config.audit_log);
    EXPECT_EQ(config.certrequest, CertRequest::no);
    EXPECT_EQ(config.sessions_per_address, 16384);
    EXPECT_EQ(config.subscriber_timeout, 30);
    EXPECT_FALSE(config.access.active() || config.access_broken);
}

TEST_F(UpsdConfig, TakesEveryDirective)
{
    const auto config = load("LISTEN ::1\nLISTEN 127.0.0.1 nut\nMAXAGE 20\nTRACKINGDELAY 60\nMAXCONN 77\n"
                             "STATEPATH \"/tmp/a b\"\nDATAPATH /usr/share\nALLOW_NO_DEVICE yes\n"
                             "ALLOW_NOT_ALL_LISTENERS 1\ndebug_min 3\nCERTFILE /c.pem\nCERTPATH /x\n"
                             "CERTIDENT \"a b\" c\nCERTREQUEST Require\nDISABLE_WEAK_SSL true\n"
                             "SESSIONSPERADDRESS 5\nSUBSCRIBERTIMEOUT 9\nAUDITLOG /var/log/ups\n");

    EXPECT_THAT(problems_, IsEmpty());
    ASSERT_EQ(config.listen.size(), 2U);
    EXPECT_EQ(config.listen[0].address + " " + config.listen[0].port, "::1 3493");
    EXPECT_EQ(config.listen[1].address + " " + config.listen[1].port, "127.0.0.1 nut");
    EXPECT_EQ(config.max_age, 20);
    EXPECT_EQ(config.tracking_delay, 60);
    EXPECT_EQ(config.max_connections, 77);
    EXPECT_EQ(config.state_path, "/tmp/a b");
    EXPECT_EQ(config.data_path, "/usr/share");
    EXPECT_TRUE(config.allow_no_device && config.allow_not_all_listeners);
    EXPECT_EQ(config.debug_min, 3);
    EXPECT_EQ(config.certfile, "/c.pem");
    EXPECT_EQ(config.certpath, "/x");
    EXPECT_EQ(config.certident->name + "|" + config.certident->password, "a b|c");
    EXPECT_EQ(config.certrequest, CertRequest::require);
    EXPECT_EQ(config.disable_weak_ssl, true);
    EXPECT_EQ(config.sessions_per_address, 5);
    EXPECT_EQ(config.subscriber_timeout, 9);
    EXPECT_EQ(config.audit_log, "/var/log/ups");
}

TEST_F(UpsdConfig, PointsAtEveryMistakeAndKeepsTheRest) // Traps 75, 78
{
    const auto config = load("LISTN ::1\n"
                             "maxage 20\n"
                             "  MAXAGE  x\n"
                             "MAXAGE 0\n"
                             "LISTEN\n"
                             "LISTEN ::1 70000\n"
                             "TRACKINGDELAY -1\n"
                             "MAXCONN none\n"
                             "ALLOW_NO_DEVICE perhaps\n"
                             "DEBUG_MIN -1\n"
                             "CERTFILE \"a#b\"\n"
                             "CERTREQUEST required\n"
                             "DISABLE_WEAK_SSL perhaps\n"
                             "MAXAGE 30\n");

    EXPECT_THAT(
        problems_,
        ElementsAre(
            "upsd.conf:11:12: error: Unbalanced word due to unescaped # in quotes",
            "upsd.conf:1:1: error: invalid directive LISTN (did you mean \"LISTEN\"?)",
            "upsd.conf:2:1: error: invalid directive maxage (did you mean \"MAXAGE\"?)",
            "upsd.conf:3:11: error: MAXAGE has non numeric value (x)!",
            "upsd.conf:4:8: error: 0 is outside 1..1000000",
            "upsd.conf:5:1: error: invalid directive LISTEN: expected LISTEN <address> [<port>]",
            "upsd.conf:6:12: error: \"70000\" is no port",
            "upsd.conf:7:15: error: TRACKINGDELAY has non numeric value (-1)!",
            "upsd.conf:8:9: error: MAXCONN has non numeric value (none)!",
            "upsd.conf:9:17: error: ALLOW_NO_DEVICE has non numeric and non boolean value (perhaps)!",
            "upsd.conf:10:11: error: DEBUG_MIN has non numeric value (-1)!",
            "upsd.conf:12:13: error: CERTREQUEST is 0 (NO), 1 (REQUEST) or 2 (REQUIRE), not \"required\" "
            "(did you mean \"REQUIRE\"?)",
            "upsd.conf:13:18: error: DISABLE_WEAK_SSL has non numeric and non boolean value (perhaps)!"));
    EXPECT_EQ(config.max_age, 30);
    EXPECT_TRUE(config.listen.empty());
}

TEST_F(UpsdConfig, MakesRulesOfAccessLists)
{
    const auto config = load("ACL all 0.0.0.0/0\n"
                             "REJECT guests\n"
                             "ACCEPT LAN localhost\n"
                             "ACL lan 192.0.2.0/255.255.255.0 2001:db8::/32\n"
                             "ACL guests 192.0.2.128/25\n"
                             "ACL localhost ::1/128\n");
    const auto accepts = [&](const char* address) {
        return config.access.accepts(boost::asio::ip::make_address(address));
    };

    EXPECT_THAT(problems_, IsEmpty());
    EXPECT_FALSE(config.access_broken);
    EXPECT_TRUE(accepts("192.0.2.1") && accepts("2001:db8::1") && accepts("::1"));
    EXPECT_FALSE(accepts("192.0.2.129") || accepts("198.51.100.1"));
    EXPECT_EQ(config.acl_definitions.size(), 4U);
    EXPECT_EQ(config.acl_uses.size(), 3U);
}

TEST_F(UpsdConfig, IsBrokenByARuleForAccessThatHasNoEffect)
{
    for (const std::string rule :
         {"ACL lan 192.0.2.0/33", "ACL lan", "ACL", "ACL all 192.0.2.0/24", "ACCEPT lna", "REJECT all lna",
          "ACCEPT", "REJECT", "reject all", "REJET all", "REJECT \"a#\"", "STATEPATH \"/x\nREJECT all\n\"",
          "STATEPATH /x \\\nREJECT all", "REJECT\\ all", "\"REJECT all\"", "  ACCCEPT lan", "REJECT=all #"}) {
        const auto config = load("ACL lan 192.0.2.0/24\n" + rule + "\nMAXAGE 30\n");
        EXPECT_TRUE(config.access_broken) << rule;
        EXPECT_FALSE(problems_.empty()) << rule;
    }
    for (const std::string text :
         {"# REJECT all", "STATEPATH REJECT", "STATEPATH \"/x\ny\"", "MAXAGE x", "LISTN ::1"})
        EXPECT_FALSE(load(text + "\n").access_broken) << text;

    load("ACL lan 192.0.2.0/24 host\nACCEPT lam\nreject all\n");
    EXPECT_THAT(
        problems_,
        ElementsAre("upsd.conf:1:22: error: \"host\" is no address or network such as 192.0.2.0/24 or ::1",
                    "upsd.conf:3:1: error: invalid directive reject (did you mean \"REJECT\"?)",
                    "upsd.conf:2:8: error: there is no ACL \"lam\" (did you mean \"lan\"?)",
                    "upsd.conf:3:1: error: this line is no rule for access, and seems to be meant as one"));
}

TEST_F(UpsdConfig, YieldsToTheEnvironment)
{
    const auto with = [&](const char* value, const char* text) {
        ::setenv("ALLOW_NO_DEVICE", value, 1);         // NOLINT(concurrency-mt-unsafe)
        ::setenv("ALLOW_NOT_ALL_LISTENERS", value, 1); // NOLINT(concurrency-mt-unsafe)
        const auto config = load(text);
        EXPECT_EQ(config.allow_no_device, config.allow_not_all_listeners) << value;
        return config.allow_no_device;
    };
    const auto* const off = "ALLOW_NO_DEVICE no\nALLOW_NOT_ALL_LISTENERS no\n";
    const auto* const on = "ALLOW_NO_DEVICE yes\nALLOW_NOT_ALL_LISTENERS yes\n";

    for (const auto* const yes : {"true", "YES", "on", "1", "Yes, please"})
        EXPECT_TRUE(with(yes, off)) << yes;
    for (const auto* const no : {"false", "NO", "off", "0", "nobody"})
        EXPECT_FALSE(with(no, on)) << no;
    EXPECT_TRUE(with("", on));
    EXPECT_FALSE(with("perhaps", off));
}

TEST_F(UpsdConfig, MustBeThere) // Trap 27
{
    const auto loaded = load_config();

    ASSERT_FALSE(loaded);
    EXPECT_EQ(to_string(loaded.error()),
              "Can't open " + scratch_.file("upsd.conf") + ": No such file or directory");
}

TEST(Descriptions, FindANameInAnyCaseAndWithAnyIndex)
{
    auto descriptions = Descriptions::parse("# a comment\n"
                                            "VARDESC outlet.1.current \"Current of an outlet\"\n"
                                            "VARDESC Ups.Load \"Old\"\n"
                                            "VARDESC ups.load \"Load\"\n"
                                            "VARDESC broken\n"
                                            "OTHER ups.model \"x\"\n"
                                            "CMDDESC outlet.1.load.off \"Outlet off\"\n"
                                            "VARDESC \"un#balanced\" x\n"
                                            "VARDESC last.line \"Last\"");

    EXPECT_EQ(descriptions.of_variable("UPS.Load"), "Load");
    EXPECT_EQ(descriptions.of_variable("outlet.17.current"), "Current of an outlet");
    EXPECT_EQ(descriptions.of_variable("upstream.ups.load"), "Load");
    EXPECT_EQ(descriptions.of_variable("last.line"), "Last");
    EXPECT_EQ(descriptions.of_command("outlet.3.load.off"), "Outlet off");
    for (const auto* const name : {"broken", "ups.model", "outlet..current", "", ".", "1.2.3"})
        EXPECT_EQ(descriptions.of_variable(name), std::nullopt) << name;
    EXPECT_EQ(Descriptions::load("/nonexistent").of_variable("ups.load"), std::nullopt);
}

TEST(Descriptions, AreReadWhenTheFirstOneIsAskedFor)
{
    const test::Scratch scratch;
    auto descriptions = Descriptions::load(scratch.write("cmdvartab", "VARDESC ups.load \"Old\"\n"));
    scratch.write("cmdvartab", "VARDESC ups.load \"Load\"\nCMDDESC load.off \"Off\"\n");

    EXPECT_EQ(descriptions.of_command("load.off"), "Off");
    EXPECT_EQ(descriptions.of_variable("ups.load"), "Load");
    scratch.write("cmdvartab", "");
    EXPECT_EQ(descriptions.of_variable("ups.load"), "Load");
}

} // namespace
} // namespace upright::upsd
