// Debian's powerman-pdu and ours on the same powermand, under either upsd: clients see the same.
#include "tests/interop/mix.hpp"
#include "tests/interop/powermand.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

class PowermanMixes : public testing::TestWithParam<By> {
protected:
    upright::test::Setup setup() const
    {
        return {.sections = "[pdu]\ndriver = powerman-pdu\nport = " + powermand.address() + "\n",
                .upses = {"pdu"},
                .driver = "powerman-pdu",
                .users = "[admin]\npassword = pw\ninstcmds = ALL\n",
                .ready = "device.type"};
    }
    static By other(By by) { return by == By::us ? By::debian : By::us; }

    // What a client prints, line by line, without what drivers say of themselves, and without the one
    // variable that ours adds.
    static std::vector<std::string> kept(const std::string& text)
    {
        std::vector<std::string> lines;
        std::istringstream all(text);
        for (std::string line; std::getline(all, line);)
            if (!line.starts_with("driver.") && line != "outlet.count: 16")
                lines.push_back(line);
        return lines;
    }
    static std::vector<std::string> shown(const Mix& mix, By client)
    {
        return kept(mix.common_form(mix.client(client, "upsc", {"pdu@$"}).out));
    }
    static std::string commands(const Mix& mix)
    {
        const auto all = mix.common_form(mix.client(By::debian, "upscmd", {"-l", "pdu@$"}).out);
        std::string outlets;
        std::istringstream lines(all);
        for (std::string line; std::getline(lines, line);)
            if (line.starts_with("outlet."))
                outlets += line.substr(0, line.find(' ')) + "\n";
        return outlets;
    }

    Scratch place;
    Powermand powermand{place};
};

TEST_P(PowermanMixes, ShowTheSamePduAsDebiansAlone)
{
    const Mix debians(By::debian, By::debian, setup());
    const Mix mix(GetParam(), other(GetParam()), setup());

    const auto expected = shown(debians, By::debian);
    EXPECT_EQ(shown(mix, By::debian), expected);
    EXPECT_EQ(shown(mix, By::us), expected);
    EXPECT_GT(expected.size(), 16U * 4);
    EXPECT_EQ(commands(mix), commands(debians));
}

TEST_P(PowermanMixes, SwitchTheSameOutlets)
{
    const Mix mix(GetParam(), other(GetParam()), setup());

    for (const auto client : {By::us, By::debian})
        for (const std::string order : {"on", "off", "cycle"}) {
            SCOPED_TRACE(whose(client) + order);
            const auto done =
                mix.client(client, "upscmd", {"-u", "admin", "-p", "pw", "pdu@$", "outlet.5.load." + order});
            EXPECT_EQ(done.exit_code, 0) << done.err;
            const std::string state = order == "off" ? "off" : "on";
            EXPECT_TRUE(eventually([&] { return powermand.state_of("t4") == state; }));
            EXPECT_TRUE(
                mix.answers("GET VAR pdu outlet.5.status", "VAR pdu outlet.5.status \"" + state + "\""));
        }
}

INSTANTIATE_TEST_SUITE_P(Drivers, PowermanMixes, testing::Values(By::us, By::debian),
                         [](const auto& one) { return one.param == By::us ? "ours" : "Debians"; });

} // namespace
} // namespace upright::test
