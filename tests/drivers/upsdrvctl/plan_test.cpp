#include "drivers/upsdrvctl/plan.hpp"

#include <gmock/gmock.h>

#include <cstdlib>

namespace upright::upsdrvctl {
namespace {

using testing::ElementsAre;

constexpr auto kConf = "driverpath = /drivers\n"
                       "statepath = /state\n"
                       "maxretry = 3\n"
                       "[b]\n"
                       "sdorder = 2\n"
                       "driver = dummy-ups\n"
                       "maxstartdelay = 7\n"
                       "[A]\n"
                       "driver = nutdrv_qx\n"
                       "maxretry = 1\n"
                       "nowait\n"
                       "[broken]\n"
                       "port = auto\n";

struct Planned {
    Result<Plan> plan = Error{};
    std::vector<std::string> problems;
};

Planned plan(const std::string& text, const Options& options = {})
{
    for (const auto* const name : {"NUT_STATEPATH", "NUT_ALTPIDPATH", "NUT_IGNORE_NOWAIT"})
        ::unsetenv(name); // NOLINT(concurrency-mt-unsafe)
    const auto conf = parse_ups_conf("ups.conf", text);
    std::vector<Diagnostic> problems;
    Planned planned{make_plan(conf.value, options, problems), {}};
    for (const auto& problem : problems)
        planned.problems.push_back(to_string(problem));
    return planned;
}

TEST(UpsdrvctlPlan, PassesOverVirtualUpses)
{
    const std::string conf = "[a]\ndriver = x\n[v]\ndriver = virtual\nof = a\n";
    const auto all = plan(conf);
    ASSERT_TRUE(all.plan);
    EXPECT_EQ(all.plan->jobs.size(), 1U);
    EXPECT_EQ(all.plan->unusable, 0);
    EXPECT_THAT(all.problems, testing::IsEmpty());

    Options options;
    options.ups = "v";
    ASSERT_TRUE(plan(conf, options).plan);
    EXPECT_TRUE(plan(conf, options).plan->jobs.empty());
}

TEST(UpsdrvctlPlan, TakesSectionBeforeGlobalBeforeDefault)
{
    const auto planned = plan(kConf).plan;

    ASSERT_TRUE(planned);
    ASSERT_EQ(planned->jobs.size(), 2U);
    const auto& b = planned->jobs[0];
    EXPECT_EQ(b.ups, "b");
    EXPECT_EQ(b.program, "/drivers/dummy-ups");
    EXPECT_EQ(b.socket, "/state/dummy-ups-b");
    EXPECT_EQ(b.pid_file, "/state/dummy-ups-b.pid");
    EXPECT_EQ(b.shutdown_order, 2); // D2: the first key of a section counts like any other
    EXPECT_EQ(b.attempts, 3);
    EXPECT_EQ(b.start_limit, std::chrono::seconds(7));
    EXPECT_EQ(b.retry_delay, std::chrono::seconds(5));
    EXPECT_TRUE(b.wait);
    EXPECT_EQ(planned->jobs[1].attempts, 1);
    EXPECT_FALSE(planned->jobs[1].wait);
}

TEST(UpsdrvctlPlan, PointsAtASectionWithoutDriver)
{
    const auto planned = plan(kConf);

    EXPECT_EQ(planned.plan->unusable, 1);
    EXPECT_THAT(planned.problems, ElementsAre("ups.conf:12:1: error: UPS [broken] names no driver program"));
}

TEST(UpsdrvctlPlan, PointsAtABadNumberAndGoesOnWithTheDefault)
{
    const auto planned = plan("[a]\ndriver = x\nmaxstartdelay = soon\n");

    EXPECT_EQ(planned.plan->jobs[0].start_limit, std::chrono::seconds(75));
    EXPECT_THAT(
        planned.problems,
        ElementsAre("ups.conf:3:17: error: Invalid maxstartdelay value found in ups.conf: \"soon\" is no "
                    "whole number from 0 to 2147483647; using 75"));
}

TEST(UpsdrvctlPlan, RefusesAUpsThatIsNotThereAndAnEmptyFile)
{
    Options options;
    options.ups = "B"; // names keep their case here

    EXPECT_EQ(plan(kConf, options).plan.error().what, "UPS B not found in ups.conf");
    EXPECT_EQ(plan("# nothing\n").plan.error().what, "Error: no UPS definitions found in ups.conf");
}

TEST(UpsdrvctlPlan, NoDriverOutsideTheDriverFolderIsRun)
{
    EXPECT_EQ(plan("[a]\ndriver = ../bin/sh\n").plan->unusable, 1);
}

TEST(UpsdrvctlPlan, HandsOptionsOnToDrivers)
{
    Options options;
    options.debug = 3;
    options.pass_on = {"-u", "nut"};
    options.ground = "-FF";
    const auto job = plan(kConf).plan->jobs[0];

    EXPECT_THAT(command_line(job, options), ElementsAre("/drivers/dummy-ups", "-a", "b", "-FF", "-u", "nut"));
    options.pass_debug = true;
    EXPECT_THAT(command_line(job, options, "-k"),
                ElementsAre("/drivers/dummy-ups", "-a", "b", "-k", "-DDD", "-u", "nut"));
}

} // namespace
} // namespace upright::upsdrvctl
