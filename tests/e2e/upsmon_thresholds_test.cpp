// SHUTDOWNWHEN with real processes: a UPS whose battery runs down, and upsmons that wait for different
// things.
#include "tests/e2e/watched.hpp"

namespace upright::test {
namespace {

// Values of the battery for a file of dummy-ups, two seconds each.
std::string battery(const std::string& status, const std::vector<std::pair<int, int>>& charge_and_runtime)
{
    auto text = "ups.status: " + status + "\n";
    for (const auto& [charge, runtime] : charge_and_runtime)
        text += fmt::format("battery.charge: {}\nbattery.runtime: {}\nTIMER 2\n", charge, runtime);
    return text + "TIMER 600\n";
}

const std::vector<std::pair<int, int>> kRunsDown{{90, 3600}, {50, 1900}, {29, 1000}}; // without a leap
const std::vector<std::pair<int, int>> kGlitch{{90, 3600}, {0, 0}, {89, 3500}};

class UpsmonThresholds : public Watched {
protected:
    std::unique_ptr<Guard> waits_for(const std::string& conditions, const std::string& ups = "u") const
    {
        return guard(ups + "@$ 1 second pw secondary", "SHUTDOWNWHEN * " + conditions + "\n");
    }
    bool is_shut_down_in_time(const Guard& one) const
    {
        return eventually([&] { return one.count("shut down") > 0; }, 30s);
    }
};

TEST_F(UpsmonThresholds, AreMetByABatteryThatRunsDown)
{
    serve();
    const auto time = waits_for("onbattery 1");
    const auto charge = waits_for("charge 30");
    const auto runtime = waits_for("runtime 1200");
    const auto any = waits_for("any charge 5 runtime 1200");
    const auto both = waits_for("all charge 30 runtime 1200");
    const auto not_both = waits_for("all charge 30 runtime 600");
    const auto lower = waits_for("charge 20");
    ASSERT_TRUE(has_logins(7));
    for (const auto* const one : {&time, &charge, &runtime, &any, &both, &not_both, &lower})
        ASSERT_TRUE((*one)->is_protected());

    site.scratch.write("u.dev", battery("OB", kRunsDown));

    for (const auto* const one : {&time, &charge, &runtime, &any, &both})
        EXPECT_TRUE(is_shut_down_in_time(**one)) << (*one)->process->err();
    EXPECT_TRUE(time->logs("on battery for 1 s (SHUTDOWNWHEN)"));
    EXPECT_TRUE(charge->logs("battery.charge at 30 % or less (SHUTDOWNWHEN)"));
    EXPECT_TRUE(any->logs("battery.runtime at 1200 s or less (SHUTDOWNWHEN)"));
    EXPECT_TRUE(
        both->logs("battery.charge at 30 % or less and battery.runtime at 1200 s or less (SHUTDOWNWHEN)"));
    for (auto* const one : {not_both.get(), lower.get()})
        expect_not_shut_down(*one);
    EXPECT_THAT(site.ask("GET VAR u ups.status"), testing::Not(testing::HasSubstr("FSD"))); // by no secondary
}

TEST_F(UpsmonThresholds, CountOnBatteryOnlyAndNotForAGlitch)
{
    serve({"clock", "line", "glitch"});
    const auto on_line = waits_for("onbattery 1 charge 30 runtime 1200", "line");
    const auto glitch = waits_for("charge 30 runtime 1200", "glitch");
    const auto clock = waits_for("charge 30", "clock"); // as long as it takes with true values
    for (const auto* const one : {&on_line, &glitch, &clock})
        ASSERT_TRUE((*one)->is_protected());

    site.scratch.write("line.dev", battery("OL", kRunsDown));
    site.scratch.write("glitch.dev", battery("OB", kGlitch));
    site.scratch.write("clock.dev", battery("OB", kRunsDown));

    EXPECT_TRUE(is_shut_down_in_time(*clock)) << clock->process->err();
    EXPECT_EQ(site.ask("GET VAR line battery.charge"), "VAR line battery.charge \"29\"");
    EXPECT_EQ(site.ask("GET VAR glitch battery.charge"), "VAR glitch battery.charge \"89\"");
    expect_not_shut_down(*on_line);
    expect_not_shut_down(*glitch);
}

TEST_F(UpsmonThresholds, MainsThatReturnEndTheWait)
{
    serve({"u", "clock"});
    const auto upsmon = waits_for("onbattery 3");
    const auto clock = waits_for("onbattery 3", "clock");
    ASSERT_TRUE(upsmon->is_protected());
    ASSERT_TRUE(clock->is_protected());

    set_status("OB");
    ASSERT_TRUE(upsmon->writes("ONBATT"));
    set_status("OL");
    ASSERT_TRUE(upsmon->writes("ONLINE"));
    set_status("OB", "clock");

    EXPECT_TRUE(is_shut_down_in_time(*clock)) << clock->process->err();
    expect_not_shut_down(*upsmon);
}

TEST_F(UpsmonThresholds, LowBatteryMayLast)
{
    serve();
    const auto later = waits_for("lowbattery 2");
    ASSERT_TRUE(later->is_protected());
    const auto began = std::chrono::steady_clock::now();

    set_status("OB LB");

    EXPECT_TRUE(later->is_shut_down()) << later->process->err();
    EXPECT_GE(std::chrono::steady_clock::now() - began, 2s);
    EXPECT_TRUE(later->logs("battery low for 2 s (SHUTDOWNWHEN)"));
}

} // namespace
} // namespace upright::test
