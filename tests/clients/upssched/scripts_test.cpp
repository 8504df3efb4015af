// What CMDSCRIPT gets, and what it can't do to others; and what is told when upssched can't work.
#include "tests/clients/upssched/upssched_site.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class UpsschedScripts : public UpsschedSite {};
class UpsschedFailures : public UpsschedSite {};

// Descriptors of others would keep a socket or a terminal of theirs open.
TEST_F(UpsschedScripts, GetNothingThatIsNotTheirs)
{
    const auto script = scratch_.write(
        "nosy", fmt::format("#!/bin/sh\nls /proc/self/fd | wc -l >>{0}/nosy.out\n"
                            "grep -E '^Sig(Blk|Ign)' /proc/self/status | sort -u >>{0}/nosy.out\n",
                            scratch_.path()));
    fs::permissions(script, fs::perms(0755));
    scratch_.write("upssched.conf",
                   fmt::format("CMDSCRIPT {}\nPIPEFN {}\nLOCKFN {}\nAT ONBATT * START-TIMER x 0\n", script,
                               scratch_.file("pipe"), scratch_.file("lock")));

    event("ONBATT", "desk@h");

    EXPECT_TRUE(eventually([&] { return lines("nosy.out").size() == 3; }));
    const auto seen = lines("nosy.out");
    EXPECT_EQ(seen.at(0), "4"); // with the one that ls has for the folder
    EXPECT_EQ(seen.at(1), "SigBlk:\t0000000000000000");
    constexpr unsigned long kOrdinary = 0x7FFFFFFF; // 32 and 33 are the C library's
    EXPECT_EQ(std::strtoul(seen.at(2).c_str() + 8, nullptr, 16) & kOrdinary, 0U) << seen.at(2);
}

TEST_F(UpsschedScripts, ThatHangHoldUpNobody)
{
    conf("AT ONBATT * START-TIMER hang 0\nAT LOWBATT * EXECUTE hang-too\nAT LOWBATT * START-TIMER mail 0\n");
    event("ONBATT", "desk@h");
    EXPECT_TRUE(eventually([&] { return lines("hanging").size() == 1; }));

    EXPECT_EQ(event("LOWBATT", "desk@h").exit_code, 0);

    EXPECT_TRUE(eventually([&] { return lines("out").size() == 3; }));
    EXPECT_EQ(lines("out").back(), "fixed mail|LOWBATT|desk@h|");
    EXPECT_EQ(count("log", "exec_cmd(hang-too) takes long: not waiting for it"), 1);
}

TEST_F(UpsschedScripts, AreReapedAndTheirFailureIsTold)
{
    conf("AT ONBATT * START-TIMER fails 0\nAT ONBATT * START-TIMER works 0\nAT ONBATT * START-TIMER stay "
         "60\n");

    event("ONBATT", "desk@h");

    EXPECT_TRUE(eventually([&] { return lines("out").size() == 2; }));
    const auto children = fmt::format("/proc/{0}/task/{0}/children", daemon_pid());
    EXPECT_TRUE(eventually([&] {
        std::ostringstream text;
        text << std::ifstream(children).rdbuf();
        return text.str().empty();
    }));
    EXPECT_TRUE(eventually([&] { return count("log", "exec_cmd(fails) returned 3") == 1; }));
}

TEST_F(UpsschedScripts, AreBoundedInNumber)
{
    conf("AT ONBATT * START-TIMER hang-first 0\nAT LOWBATT * START-TIMER hang 0\n");
    event("ONBATT", "desk@h");
    EXPECT_TRUE(eventually([&] { return lines("hanging").size() == 1; }));
    const auto first = lines("hanging").front();
    for (int i = 1; i < 64; ++i)
        ASSERT_EQ(RawClient(scratch_.file("pipe")).ask("START hang 0 LOWBATT u %"), "OK");
    EXPECT_TRUE(eventually([&] { return lines("hanging").size() == 64; }, 60s));
    EXPECT_TRUE(fs::exists("/proc/" + first + "/exe"));

    event("LOWBATT", "desk@h");

    EXPECT_TRUE(eventually([&] { return lines("hanging").size() == 65; }));
    EXPECT_TRUE(eventually([&] { return !fs::exists("/proc/" + first + "/exe"); }));
    EXPECT_EQ(count("log", "64 commands are running: killing the oldest, hang-first"), 1);
}

TEST_F(UpsschedScripts, ThatAreMissingAreTold)
{
    conf("AT ONBATT * EXECUTE x\nAT ONBATT * START-TIMER y 0\nAT ONBATT * START-TIMER z 60\n");
    fs::remove(script_);

    EXPECT_EQ(event("ONBATT", "desk@h").exit_code, 1);

    EXPECT_THAT(names(), testing::Contains("z"));
    EXPECT_EQ(count("log", fmt::format("x: can't run CMDSCRIPT {}: No such file or directory", script_)), 1);
    EXPECT_TRUE(eventually([&] {
        return count("log", fmt::format("can't run CMDSCRIPT {}: No such file or directory", script_)) == 1;
    }));
}

TEST_F(UpsschedFailures, ACallWithoutAnEventIsRefused)
{
    conf("");

    const auto done = call({"hello"});

    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(done.out, "Error: environment variables UPSNAME and NOTIFYTYPE must be set.\n"
                        "This program should only be run from upsmon.\n");
    EXPECT_EQ(done.err, "");
}

TEST_F(UpsschedFailures, NoConfigurationIsAnError)
{
    EXPECT_EQ(event("ONBATT", "desk@h").exit_code, 1);

    EXPECT_THAT(lines("log"), ElementsAre(fmt::format("Can't open {}: No such file or directory",
                                                      scratch_.file("upssched.conf"))));
}

TEST_F(UpsschedFailures, WhatIsWrongInTheFileIsToldAndTheRestCounts)
{
    conf("AT ONBATT * STRT-TIMER x 1\nAT ONBATT * EXECUTE rest\n");

    EXPECT_EQ(event("ONBATT", "desk@h").exit_code, 0);

    EXPECT_THAT(lines("log"), ElementsAre(StartsWith(scratch_.file("upssched.conf")
                                                     + ":4:13: error: Invalid command: STRT-TIMER"),
                                          "Encountered 1 config errors, those entries were ignored"));
    EXPECT_THAT(lines("out"), ElementsAre("fixed rest|ONBATT|desk@h|"));
}

// The file can't be made; each case with what is told.
TEST_F(UpsschedFailures, PlacesThatCanNotBeWrittenAreTold)
{
    struct Case {
        std::string pipe;
        std::string lock;
        std::string told;
    };
    const auto good = scratch_.file("pipe");
    fs::create_directory(scratch_.file("folder"));
    scratch_.write("file", "precious");
    const std::string long_name = "/tmp/" + std::string(200, 'x');
    for (const auto& [pipe, lock, told] : {
             Case{good, "/nowhere/lock",
                  "t: can't create the lock file (LOCKFN) /nowhere/lock: No such file or directory"},
             Case{good, "/proc/lock", "t: can't create the lock file (LOCKFN) /proc/lock: "},
             Case{good, scratch_.file("folder"),
                  "t: can't create the lock file (LOCKFN) " + scratch_.file("folder") + ": Is a directory"},
             Case{"/nowhere/pipe", scratch_.file("lock"),
                  "bind /nowhere/pipe failed: No such file or directory"},
             Case{scratch_.file("file"), scratch_.file("lock"),
                  scratch_.file("file") + " (PIPEFN) is there already and no socket"},
             Case{long_name, scratch_.file("lock"),
                  "t: Can't create a unix domain socket: pathname '" + long_name},
         }) {
        SCOPED_TRACE(told);
        scratch_.write("log", "");
        scratch_.write("upssched.conf",
                       fmt::format("CMDSCRIPT {}\nPIPEFN {}\nLOCKFN {}\nAT ONBATT * START-TIMER t 9\n",
                                   script_, pipe, lock));

        EXPECT_EQ(event("ONBATT", "desk@h").exit_code, 1);

        EXPECT_THAT(scratch_.read("log"), StartsWith(told));
        EXPECT_FALSE(fs::exists(scratch_.file("lock")));
    }
    EXPECT_EQ(scratch_.read("file"), "precious");
}

TEST_F(UpsschedFailures, CheckFindsWhatTheHostLacks)
{
    const auto checked = [&](std::string_view text) {
        scratch_.write("upssched.conf", text);
        const auto done = call({"--check"});
        EXPECT_EQ(done.err, "");
        return std::pair(done.exit_code, done.out);
    };
    const auto conf_path = scratch_.file("upssched.conf");
    scratch_.write("plain", "");

    EXPECT_EQ(checked(fmt::format("CMDSCRIPT {}\nPIPEFN {}/p\nLOCKFN {}/l\nAT ONBATT * EXECUTE x\n", script_,
                                  scratch_.path(), scratch_.path())),
              std::pair(0, std::string()));
    EXPECT_EQ(checked(fmt::format("CMDSCRIPT {}/none\n", scratch_.path())),
              std::pair(1, fmt::format("{0}:1:11: error: CMDSCRIPT {1}/none does not exist\n"
                                       "CMDSCRIPT {1}/none\n          ^\n",
                                       conf_path, scratch_.path())));
    EXPECT_EQ(checked(fmt::format("CMDSCRIPT {}/plain\n", scratch_.path())),
              std::pair(1, fmt::format("{0}:1:11: error: CMDSCRIPT {1}/plain can't be executed\n"
                                       "CMDSCRIPT {1}/plain\n          ^\n",
                                       conf_path, scratch_.path())));
    EXPECT_EQ(checked("CMDSCRIPT sh\nLOCKFN /nowhere/l\n"),
              std::pair(0, fmt::format("{}:2:8: warning: there is no folder /nowhere for LOCKFN\n"
                                       "LOCKFN /nowhere/l\n       ^\n",
                                       conf_path)));
    EXPECT_EQ(checked("AT ONBATT * EXECUTE x\n").first, 1);
    EXPECT_THAT(checked("PIPEFN /tmp/p\n").second, HasSubstr("everybody may write to /tmp"));
    EXPECT_THAT(checked(fmt::format("PIPEFN {0}/p\nLOCKFN {0}/p\n", scratch_.path())).second,
                HasSubstr(":2:8: error: PIPEFN and LOCKFN are the same file\n"));
    EXPECT_THAT(checked("PIPEFN p\n").second, HasSubstr("should be an absolute path"));
    fs::remove(conf_path);
    EXPECT_EQ(call({"--check"}).exit_code, 1);
}

TEST_F(UpsschedFailures, HelpAndVersionArePrinted)
{
    EXPECT_THAT(call({"-V"}).out, StartsWith("Network UPS Tools upssched "));
    EXPECT_THAT(call({"-h"}).out, HasSubstr("\nusage: upssched [OPTIONS] [<message>]\n"));
    const auto unknown = call({"-x"});
    EXPECT_EQ(unknown.exit_code, 1);
    EXPECT_EQ(unknown.err, "Error: unknown option -x. Try -h for help.\n");
}

} // namespace
} // namespace upright::test
