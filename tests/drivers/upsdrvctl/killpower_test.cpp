// upsdrvctl killpower, and the hook that runs it at the end of a shutdown, with drivers and commands that are
// shell scripts.
#include "common/power_flag/power_flag.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>

namespace fs = std::filesystem;

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

class Killpower : public testing::Test {
protected:
    Killpower()
    {
        script("fake", "echo \"$*\" >> $NUT_STATEPATH/calls\nexit $(cat $NUT_STATEPATH/exit)\n");
        scratch_.write("exit", "0");
        scratch_.write("upsmon.conf", fmt::format("POWERDOWNFLAG {}\n", flag_));
        ups_conf("[one]\ndriver = fake\n[two]\ndriver = fake\nsdorder = 1\n[never]\ndriver = fake\nsdorder = "
                 "-1\n[all]\ndriver = virtual\nof = one two\n");
        // The hook in a tree of its own, so that nothing of this machine is ever rebooted.
        fs::create_directories(scratch_.file("lib/systemd/system-shutdown"));
        fs::create_directories(scratch_.file("sbin"));
        fs::create_directories(scratch_.file("tools"));
        fs::create_symlink(program("upsdrvctl"), scratch_.file("sbin/upsdrvctl"));
        fs::copy_file(fs::path(program("upsdrvctl")).parent_path() / ".." / kHook, scratch_.file(kHook));
        for (const auto* const tool : {"sleep", "systemctl", "reboot"})
            script(std::string("tools/") + tool,
                   fmt::format("echo \"{} $*\" >> $NUT_STATEPATH/calls\n", tool));
    }

    static constexpr auto kHook = "lib/systemd/system-shutdown/upright-killpower";

    void script(const std::string& name, const std::string& text) const
    {
        fs::permissions(scratch_.write(name, "#!/bin/sh\n" + text), fs::perms::owner_all);
    }
    void ups_conf(const std::string& text) const
    {
        scratch_.write("ups.conf", fmt::format("driverpath = {}\n{}", scratch_.path(), text));
    }
    void set_flag() const { ASSERT_TRUE(power_flag::set(flag_)); }
    Finished killpower(const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> words{program("upsdrvctl"), "killpower"};
        words.insert(words.end(), more.begin(), more.end());
        return run(words, scratch_.environment(), 60s);
    }
    Finished hook(const std::string& action) const
    {
        auto environment = scratch_.environment();
        environment["PATH"] = scratch_.file("tools") + ":/usr/bin:/bin";
        return run({scratch_.file(kHook), action}, environment, 60s);
    }
    std::string calls() const
    {
        auto text = scratch_.read("calls");
        fs::remove(scratch_.file("calls"));
        return text;
    }

    Scratch scratch_;
    const std::string flag_ = scratch_.file("killpower");
};

constexpr auto kBoth = "-a one -k\n-a two -k\n";

TEST_F(Killpower, SwitchesOffOnlyIfTheFlagIsSet)
{
    const auto without = killpower();
    EXPECT_EQ(without.exit_code, 3);
    EXPECT_EQ(without.out, "Power down flag is not set\n");
    EXPECT_THAT(calls(), IsEmpty());

    set_flag();
    const auto with = killpower();
    EXPECT_EQ(with.exit_code, 0) << with.err;
    EXPECT_EQ(calls(), kBoth);

    EXPECT_EQ(killpower({"two"}).exit_code, 0);
    EXPECT_EQ(calls(), "-a two -k\n");
}

TEST_F(Killpower, NeverActsOnTheFlagOfAnotherBoot)
{
    scratch_.write("killpower", "upsmon-shutdown-file\nboot 01234567-89ab-cdef-0123-456789abcdef\n");

    const auto got = killpower();

    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.err, HasSubstr("is of another boot: nothing is switched off"));
    EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Killpower, NeverActsOnAFlagThatIsNotUpsmons)
{
    scratch_.write("killpower", "");

    const auto got = killpower();

    EXPECT_EQ(got.exit_code, 3);
    EXPECT_THAT(got.err, HasSubstr("is not upsmon's: nothing is switched off"));
    EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Killpower, DoesNothingWithoutConfiguration)
{
    set_flag();
    scratch_.write("upsmon.conf", "MINSUPPLIES 1\n");
    EXPECT_EQ(killpower().exit_code, 3);
    fs::remove(scratch_.file("upsmon.conf"));
    EXPECT_EQ(killpower().exit_code, 3);
    EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Killpower, HasNothingToDoOnASecondary)
{
    set_flag();
    ups_conf("");
    EXPECT_EQ(killpower().exit_code, 0);
    fs::remove(scratch_.file("ups.conf"));
    const auto got = killpower();
    EXPECT_EQ(got.exit_code, 0);
    EXPECT_EQ(got.out, "No UPS in ups.conf: this host has none to switch off\n");
}

TEST_F(Killpower, TellsOfAFailure)
{
    set_flag();
    scratch_.write("exit", "1");

    EXPECT_EQ(killpower().exit_code, 1);
    EXPECT_EQ(calls(), kBoth);
}

TEST_F(Killpower, OfTheHookActsWhenTheHostGoesDown)
{
    set_flag();
    for (const auto* const action : {"halt", "poweroff", "reboot"}) {
        const auto got = hook(action);
        EXPECT_EQ(got.exit_code, 0) << got.err;
        EXPECT_EQ(calls(), kBoth) << action;
        EXPECT_THAT(got.err, HasSubstr("upright-killpower: done: the power goes off"));
    }
    for (const auto* const action : {"kexec", ""}) {
        EXPECT_EQ(hook(action).exit_code, 0);
        EXPECT_THAT(calls(), IsEmpty()) << action;
    }
}

TEST_F(Killpower, OfTheHookIsSilentInAnOrdinaryShutdown)
{
    scratch_.write("nut.conf", "MODE=standalone\nPOWEROFF_WAIT=15\n");

    const auto got = hook("poweroff");

    EXPECT_EQ(got.exit_code, 0);
    EXPECT_THAT(calls(), IsEmpty()) << "no rebooting either";

    fs::remove(scratch_.file("sbin/upsdrvctl"));
    set_flag();
    EXPECT_EQ(hook("poweroff").exit_code, 0);
    EXPECT_THAT(calls(), IsEmpty()) << "nobody to tell whether it is one";
}

TEST_F(Killpower, OfTheHookRebootsIfThePowerStays)
{
    set_flag();
    scratch_.write("nut.conf", "MODE=standalone\nPOWEROFF_WAIT=15m\n");

    EXPECT_EQ(hook("poweroff").exit_code, 0);
    EXPECT_EQ(calls(), std::string(kBoth) + "sleep 15m\nsystemctl --force --force reboot\n");

    scratch_.write("exit", "1");
    const auto failed = hook("poweroff");
    EXPECT_EQ(calls(), std::string(kBoth) + "sleep 15m\nsystemctl --force --force reboot\n");
    EXPECT_THAT(failed.err, HasSubstr("not every UPS could be told to switch off"));

    script("tools/sleep", "exit 1\n");
    EXPECT_EQ(hook("poweroff").exit_code, 1);
    EXPECT_EQ(calls(), kBoth) << "who can't wait must not reboot at once";
    script("tools/sleep", "exit 0\n");
    script("tools/systemctl", "exit 1\n");
    hook("poweroff");
    EXPECT_EQ(calls(), std::string(kBoth) + "reboot -f\n");
}

TEST_F(Killpower, OfTheHookHonoursNutConf)
{
    set_flag();
    scratch_.write("nut.conf", "MODE=none\nPOWEROFF_WAIT=15\n");
    EXPECT_EQ(hook("poweroff").exit_code, 0);
    EXPECT_THAT(calls(), IsEmpty());

    scratch_.write("nut.conf", "MODE=netserver\nPOWEROFF_QUIET=true\n");
    const auto quiet = hook("poweroff");
    EXPECT_EQ(quiet.out + quiet.err, "");
    EXPECT_EQ(calls(), kBoth);
}

TEST_F(Killpower, OfTheHookNeedsNoPathAndFollowsALink)
{
    set_flag();
    const auto link = scratch_.file("hook");
    fs::create_symlink(scratch_.file(kHook), link);
    auto environment = scratch_.environment();
    environment["PATH"] = "";

    EXPECT_EQ(run({link, "poweroff"}, environment, 60s).exit_code, 0);
    EXPECT_EQ(calls(), kBoth);
}

} // namespace
} // namespace upright::test
