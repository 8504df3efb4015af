// upsdrvctl killpower --check: one line for each step, and nothing switched off.
#include "common/power_flag/power_flag.hpp"
#include "drivers/upsdrvctl/rehearsal.hpp"
#include "tests/support/simulator.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>

namespace fs = std::filesystem;

namespace upright::upsdrvctl {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::Process;
using test::program;
using test::RawClient;
using test::Simulator;
using testing::HasSubstr;

// A host with everything in place, and one UPS on a pseudo terminal.
class Rehearsal : public testing::Test {
protected:
    void SetUp() override
    {
        ASSERT_TRUE(simulator_.ready()) << simulator_.process().err();
        nut_conf("MODE=standalone\nPOWEROFF_WAIT=60\n");
        upsmon_conf(fmt::format("POWERDOWNFLAG {}\nSHUTDOWNCMD \"/sbin/shutdown -h +0\"\n", flag_));
        ups_conf();
        fs::create_directories(file("hooks"));
        fs::create_directories(file("prefix/lib/systemd/system-shutdown"));
        fs::create_directories(file("prefix/sbin"));
        const auto prefix = fs::path(program("upsdrvctl")).parent_path().parent_path();
        fs::create_symlink(prefix / kHook, file("hooks/upright-killpower"));
        places_.hooks = {file("hooks"), file("hooks")};
        places_.late_unit = file("none");
        places_.systemd = scratch().path();
        places_.kept = {scratch().path(), prefix.string(), fs::current_path().string()};
        for (const auto& [name, value] : scratch().environment())
            ::setenv(name.c_str(), value.c_str(), 1); // NOLINT(concurrency-mt-unsafe)
    }

    void TearDown() override
    {
        for (const auto& [name, value] : scratch().environment())
            ::unsetenv(name.c_str()); // NOLINT(concurrency-mt-unsafe)
    }

    static constexpr auto kHook = "lib/systemd/system-shutdown/upright-killpower";

    const test::Scratch& scratch() const { return simulator_.scratch(); }
    std::string file(std::string_view name) const { return scratch().file(name); }
    void nut_conf(const std::string& text) const { scratch().write("nut.conf", text); }
    void upsmon_conf(const std::string& text) const { scratch().write("upsmon.conf", text); }
    void ups_conf(const std::string& more = "") const
    {
        const auto drivers = fs::path(program("nutdrv_qx")).parent_path().string();
        scratch().write("ups.conf", fmt::format("user = root\ndriverpath = {}\n[desk]\ndriver = nutdrv_qx\n"
                                                "port = {}\n{}",
                                                drivers, simulator_.port(), more));
    }
    // The driver in the foreground, ready.
    std::unique_ptr<Process> driver() const
    {
        auto process = std::make_unique<Process>(
            std::vector<std::string>{program("nutdrv_qx"), "-a", "desk", "-F"}, scratch().environment());
        EXPECT_TRUE(eventually([&] { return RawClient(file("nutdrv_qx-desk")).connected(); }))
            << process->err();
        return process;
    }
    // The output of a rehearsal in this process, the scratch folder's path left out.
    std::string rehearsed(const Options& options = {})
    {
        char* text = nullptr;
        std::size_t size = 0;
        std::FILE* const out = ::open_memstream(&text, &size);
        exit_code_ = rehearse(options, out, places_);
        std::fclose(out);
        std::string result(text, size);
        std::free(text); // NOLINT(cppcoreguidelines-no-malloc): open_memstream's
        for (auto at = result.find(scratch().path() + "/"); at != result.npos;
             at = result.find(scratch().path() + "/"))
            result.erase(at, scratch().path().size() + 1);
        return result;
    }

    Simulator simulator_;
    const std::string flag_ = simulator_.scratch().file("killpower");
    HostPlaces places_;
    int exit_code_ = -1;
};

TEST_F(Rehearsal, IsContentIfAllWouldWork)
{
    const auto running = driver();

    EXPECT_EQ(
        rehearsed(),
        "ok       nut.conf: MODE=standalone\n"
        "ok       upsmon.conf: SHUTDOWNCMD /sbin/shutdown -h +0\n"
        "ok       POWERDOWNFLAG killpower: not set now\n"
        "ok       hooks/upright-killpower\n"
        "ok       nut.conf: POWEROFF_WAIT=60: if this host is still on then, it reboots\n"
        "ok       [desk] nutdrv_qx: the running driver takes shutdown.return, 30 s later, on again 180 s "
        "after that or the mains\n"
        "It would work.\n");
    EXPECT_EQ(exit_code_, 0);
    EXPECT_EQ(simulator_.status("shutdown"), "none");
    EXPECT_TRUE(running->running());
    EXPECT_FALSE(fs::exists(flag_));
}

TEST_F(Rehearsal, OpensTheDeviceIfNoDriverRuns)
{
    const auto got =
        test::run({program("upsdrvctl"), "killpower", "--check", "desk"}, scratch().environment(), 60s);

    EXPECT_THAT(got.out,
                HasSubstr("ok       [desk] nutdrv_qx: the device takes shutdown.return, 30 s later"));
    EXPECT_EQ(simulator_.status("shutdown"), "none");
    EXPECT_FALSE(fs::exists(file("nutdrv_qx-desk")));

    fs::remove(simulator_.port());
    const auto gone = test::run({program("upsdrvctl"), "killpower", "--check"}, scratch().environment(), 60s);
    EXPECT_THAT(gone.out, HasSubstr("FAILED   [desk] nutdrv_qx: the device can't be opened\n"));
    EXPECT_EQ(gone.exit_code, 1);
}

TEST_F(Rehearsal, SaysOfEachUpsWhatKeepsItOn)
{
    scratch().write("x.dev", "ups.status: OL\n");
    ups_conf("stayoff\nsdorder = 1\n"
             "[toy]\ndriver = dummy-ups\nport = x.dev\n"
             "[gone]\ndriver = no-such\nport = x\n"
             "[spare]\ndriver = nutdrv_qx\nport = x\nsdorder = -1\n"
             "[both]\ndriver = virtual\nof = desk toy\n"
             "[bare]\nport = x\n");
    const auto running = driver();

    const auto said = rehearsed();

    const auto upses = said.substr(said.find("FAILED"));
    const auto drivers = fs::path(program("nutdrv_qx")).parent_path().string();
    EXPECT_THAT(upses, HasSubstr("FAILED   [toy] dummy-ups: "));
    EXPECT_THAT(upses, HasSubstr(fmt::format(
                           "FAILED   [gone] no-such: there is no {}/no-such that can be run\n", drivers)));
    EXPECT_THAT(upses, HasSubstr("\nok       [desk] nutdrv_qx: the running driver takes shutdown.stayoff, "));
    EXPECT_THAT(upses, HasSubstr("\nwarning  [desk] nutdrv_qx: shutdown.stayoff stays off when the mains are "
                                 "back, until somebody switches it on\n"
                                 "ok       [spare]: left out, as sdorder is below 0\n"
                                 "ok       [both]: virtual, left out\n"
                                 "FAILED   [bare]: names no driver program\n"
                                 "It would not work: 3 of the steps failed.\n"));
    EXPECT_EQ(exit_code_, 1);
}

TEST_F(Rehearsal, FindsTheHostsMistakes)
{
    const auto running = driver();
    const auto expect = [&](const std::string& line, bool works = false) {
        EXPECT_THAT(rehearsed(), HasSubstr(line + "\n"));
        EXPECT_EQ(exit_code_, works ? 0 : 1) << line;
    };

    nut_conf("MODE=none\n");
    expect("FAILED   nut.conf: MODE=none: the shutdown hook would do nothing");
    nut_conf("POWEROFF_WAIT=15m\n");
    expect(
        "warning  nut.conf: POWEROFF_WAIT=15m: systemd ends its hooks after 90 s: this host would stay off "
        "instead of coming back",
        true);
    nut_conf("POWEROFF_WAIT=soon\n");
    expect("FAILED   nut.conf: POWEROFF_WAIT=soon: this is no time for sleep(1)");
    fs::remove(file("nut.conf"));
    expect("warning  nut.conf: no MODE: NUT's scripts take that as none and do nothing", true);

    upsmon_conf("MINSUPPLIES 1\n");
    expect("FAILED   upsmon.conf: no SHUTDOWNCMD: this host is never shut down");
    expect("FAILED   upsmon.conf: no POWERDOWNFLAG: the hook is never told that the UPS is to switch off");
    fs::remove(file("upsmon.conf"));
    expect("FAILED   upsmon.conf: No such file or directory");

    fs::remove(file("hooks/upright-killpower"));
    EXPECT_THAT(rehearsed(), HasSubstr("FAILED   no shutdown hook: link "));
    scratch().write("hooks/nutshutdown", "#!/bin/sh\n");
    expect("FAILED   hooks/nutshutdown: can't be run");
    scratch().write("hooks/upright-killpower", "#!/bin/sh\n");
    fs::permissions(file("hooks/upright-killpower"), fs::perms::owner_all);
    expect("warning  more than one of these would act, in the same moment: keep one");
    expect("FAILED   hooks/upright-killpower: there is no "
           + (fs::path(file("hooks")) / "../../../sbin/upsdrvctl").lexically_normal().string());
    places_.systemd = file("none");
    expect("FAILED   systemd does not run here: what halts this host has to run upsdrvctl killpower");
}

TEST_F(Rehearsal, TakesTheLateUnitForAHook)
{
    const auto running = driver();
    fs::remove(file("hooks/upright-killpower"));
    places_.late_unit = scratch().write("late.service", "");

    EXPECT_THAT(rehearsed(), HasSubstr("ok       late.service\n"));
    EXPECT_EQ(exit_code_, 0);
}

TEST_F(Rehearsal, KnowsWhereAFlagCanStand)
{
    const auto running = driver();
    const auto with = [&](const std::string& path) {
        upsmon_conf("SHUTDOWNCMD x\nPOWERDOWNFLAG \"" + path + "\"\n");
        return rehearsed();
    };

    EXPECT_THAT(with("killpower"), HasSubstr("FAILED   POWERDOWNFLAG killpower: not an absolute path\n"));
    EXPECT_THAT(with(file("no/killpower")),
                HasSubstr("FAILED   POWERDOWNFLAG no/killpower: there is no such "));
    EXPECT_THAT(with("/proc/killpower"),
                HasSubstr("FAILED   POWERDOWNFLAG /proc/killpower: its file system is "
                          "unmounted before the hook looks; take a path in /run\n"));
    scratch().write("other", "text");
    EXPECT_THAT(with(file("other")),
                HasSubstr("FAILED   POWERDOWNFLAG other: there is something that is not "));
    fs::create_directory(file("open"));
    fs::permissions(file("open"), fs::perms::all);
    EXPECT_THAT(with(file("open/killpower")),
                HasSubstr("warning  POWERDOWNFLAG open/killpower: others than root can write in its folder"));
    scratch().write("old", "upsmon-shutdown-file\nboot 0\n");
    EXPECT_THAT(with(file("old")),
                HasSubstr("POWERDOWNFLAG old: one of another boot is there, it does not count"));
    ASSERT_TRUE(power_flag::set(flag_));
    EXPECT_THAT(with(flag_),
                HasSubstr("warning  POWERDOWNFLAG killpower: SET NOW: the UPS switches off at the "));
    EXPECT_EQ(exit_code_, 0);
}

TEST_F(Rehearsal, ASecondaryHasNoUps)
{
    scratch().write("ups.conf", "");
    nut_conf("MODE=netclient\n");
    EXPECT_THAT(rehearsed(),
                HasSubstr("ok       ups.conf: no UPS: with MODE=netclient another host switches"));
    EXPECT_EQ(exit_code_, 0);
    nut_conf("MODE=standalone\n");
    EXPECT_THAT(rehearsed(), HasSubstr("FAILED   ups.conf: Error: no UPS definitions found in ups.conf\n"));
    EXPECT_EQ(exit_code_, 1);
}

TEST_F(Rehearsal, ADriverThatDoesNotAnswerIsNotReplaced)
{
    const auto running = driver();
    running->signal(SIGSTOP);

    EXPECT_THAT(rehearsed(), HasSubstr("FAILED   [desk] nutdrv_qx: its driver runs, but does not answer"));

    running->signal(SIGCONT);
    EXPECT_TRUE(running->running());
}

} // namespace
} // namespace upright::upsdrvctl
