// upsmon --check asks whether each UPS tells what the conditions of SHUTDOWNWHEN need.
#include "tests/clients/upsmon/checking.hpp"
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

namespace upright::upsmon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Three UPSes: one that tells everything, one without a battery, one whose driver is not there.
class UpsmonCheckFeeds : public testing::Test, protected Checking {
protected:
    UpsmonCheckFeeds()
    {
        site_.scratch.write("full.dev", "ups.status: OL\nbattery.charge: 100\nbattery.charge.low: 20\n"
                                        "battery.runtime: 900\nbattery.runtime.low: 120\n");
        site_.scratch.write("bare.dev", "ups.status: OL\nbattery.charge: full\n");
        site_.ups_conf(site_.dummy("full", "", "full.dev") + site_.dummy("bare", "", "bare.dev")
                       + site_.dummy("gone"));
        site_.scratch.write("upsd.users", "[mon]\npassword = secret\nupsmon secondary\n");
        for (const auto* const ups : {"full", "bare"})
            drivers_.push_back(site_.driver(ups));
        upsd_ = site_.upsd();
        for (const auto* const ups : {"full", "bare"})
            EXPECT_TRUE(site_.has_status(ups, "OL"));
    }

    // Each of the UPSes has a MONITOR line; the text's first line is the third.
    std::vector<std::string> check_rules(const std::vector<std::string>& upses, const std::string& text)
    {
        std::string lines;
        for (const auto& ups : upses)
            lines += "MONITOR " + ups + site_.at() + " 1 mon secret secondary\n";
        auto problems = check(text + lines + kCommand);
        for (auto& problem : problems)
            for (auto at = problem.find(site_.at()); at != problem.npos; at = problem.find(site_.at()))
                problem.erase(at, site_.at().size());
        return problems;
    }

    test::Site site_;
    std::vector<std::unique_ptr<test::Process>> drivers_;
    std::unique_ptr<test::Process> upsd_;
};

TEST_F(UpsmonCheckFeeds, SaysNothingOfConditionsThatCanBeMet)
{
    EXPECT_THAT(check_rules({"full"}, "SHUTDOWNWHEN * charge 30 runtime 300\nSHUTDOWNWHEN * all charge 50 "
                                      "onbattery 60\nSHUTDOWNWHEN * onbattery 600\n"),
                IsEmpty());
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheckFeeds, WarnsOfConditionsThatAUpsCannotMeet)
{
    EXPECT_THAT(
        check_rules({"full", "bare"}, "SHUTDOWNWHEN * charge 30 runtime 300 onbattery 60\n"),
        ElementsAre("1:16: warning: bare does not tell battery.charge: this condition will never be met",
                    "1:26: warning: bare does not tell battery.runtime: this condition will never be "
                    "met"));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheckFeeds, TakesALineThatCanNeverBeMetForAnError)
{
    const auto* const line = "SHUTDOWNWHEN * all onbattery 60 runtime 300\n";

    EXPECT_THAT(check_rules({"bare"}, line),
                ElementsAre("1:33: error: bare does not tell battery.runtime: this line, which wants all "
                            "conditions, will never be met"));
    EXPECT_EQ(code, 1);
    EXPECT_THAT(check_rules({"bare", "full"}, line), ElementsAre(HasSubstr("1:33: warning: bare ")));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheckFeeds, WarnsOfALimitBelowThatOfTheUpsUnlessLbIsAwaited)
{
    EXPECT_THAT(check_rules({"full"}, "SHUTDOWNWHEN * charge 19 runtime 119\n"),
                ElementsAre("1:16: warning: full says LB before: its battery.charge.low is 20",
                            "1:26: warning: full says LB before: its battery.runtime.low is 120"));
    EXPECT_THAT(check_rules({"full"}, "SHUTDOWNWHEN * charge 10\nSHUTDOWNWHEN * lowbattery 60\n"), IsEmpty());
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheckFeeds, WarnsOfUpsesAndServersThatCannotBeAsked)
{
    EXPECT_THAT(check_rules({"gone", "none"}, "SHUTDOWNWHEN * charge 30\n"),
                ElementsAre("1:16: warning: can't ask gone for its battery.charge: Driver not connected",
                            "1:16: warning: can't ask none for its battery.charge: Unknown UPS"));
    upsd_.reset();
    EXPECT_THAT(check_rules({"full"}, "SHUTDOWNWHEN * all charge 30 runtime 1\n"),
                ElementsAre("1:20: warning: can't ask full for its battery.charge: Connection failure: "
                            "Connection refused",
                            "1:30: warning: can't ask full for its battery.runtime: Connection failure: "
                            "Connection refused"));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheckFeeds, LogsInWhereNobodyElseMayRead)
{
    upsd_.reset();
    site_.upsd_conf("ANONYMOUSREADS no\n");
    upsd_ = site_.start("upsd", {"-u", "root", "-F"});
    const auto asks = [&](const char* ups) {
        return test::eventually([&] { return check_rules({ups}, "SHUTDOWNWHEN * charge 30\n").empty(); });
    };

    EXPECT_TRUE(asks("full"));
}

} // namespace
} // namespace upright::upsmon
