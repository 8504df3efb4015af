// The sequence that switches the load off.
#include "drivers/runtime/power_off.hpp"

#include <gmock/gmock.h>

namespace upright {
namespace {

using testing::ElementsAre;

// Does as it is told and remembers what that was.
class Scripted final : public Driver {
public:
    void open() override {}
    Snapshot poll(Depth) override { return {}; }
    Outcome command(std::string_view name, const std::optional<std::string>&) override
    {
        asked.emplace_back(name);
        if (name == "silent")
            throw DeviceError("no answer");
        return name == "good" ? Outcome::handled : name == "bad" ? Outcome::failed : Outcome::unknown;
    }
    Outcome power_off() override
    {
        asked.emplace_back("own");
        if (silent)
            throw DeviceError("no answer");
        return own;
    }

    std::vector<std::string> asked;
    Outcome own = Outcome::unknown;
    bool silent = false;
};

Outcome attempt(Scripted& driver, std::vector<std::string> commands)
{
    return power_off(driver, commands, "u");
}

TEST(PowerOff, EndsWithTheFirstCommandThatIsHandled)
{
    Scripted driver;

    EXPECT_EQ(attempt(driver, {"unheard.of", "bad", "silent", "good", "never"}), Outcome::handled);
    EXPECT_THAT(driver.asked, ElementsAre("unheard.of", "bad", "silent", "good"));
}

TEST(PowerOff, FailsIfNoneIs)
{
    Scripted driver;

    EXPECT_EQ(attempt(driver, {"bad", "silent"}), Outcome::failed);
    EXPECT_THAT(driver.asked, ElementsAre("bad", "silent"));
}

TEST(PowerOff, IsTheDriversOwnRoutineIfNothingIsListed)
{
    Scripted driver;
    driver.own = Outcome::handled;

    EXPECT_EQ(attempt(driver, {}), Outcome::handled);
    EXPECT_THAT(driver.asked, ElementsAre("own"));
}

TEST(PowerOff, TakesTheOwnRoutineWhereTheListNamesIt)
{
    Scripted driver;
    driver.own = Outcome::handled;

    EXPECT_EQ(attempt(driver, {"bad", "shutdown.default", "good"}), Outcome::handled);
    EXPECT_THAT(driver.asked, ElementsAre("bad", "own"));
}

TEST(PowerOff, ReportsADeviceThatCanNotOrDoesNotAnswer) // D28
{
    Scripted cannot;
    EXPECT_EQ(attempt(cannot, {}), Outcome::failed);

    Scripted silent;
    silent.silent = true;
    EXPECT_EQ(attempt(silent, {}), Outcome::failed);
    EXPECT_EQ(attempt(silent, {"shutdown.default", "good"}), Outcome::handled);
}

} // namespace
} // namespace upright
