// upsmon --check: every problem of the file, of its settings with each other and with this host.
#include "tests/clients/upsmon/checking.hpp"
#include "tests/support/certificates.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::upsmon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class UpsmonCheck : public testing::Test, protected Checking {};

TEST_F(UpsmonCheck, SaysNothingOfWhatIsRight)
{
    EXPECT_THAT(check_more(""), IsEmpty());
    EXPECT_EQ(code, 0);
    EXPECT_THAT(check_more("MINSUPPLIES 1\nPOWERDOWNFLAG " + scratch.file("flag")
                           + "\nNOTIFYCMD /bin/echo x\nNOTIFYFLAG ONBATT EXEC\nRUN_AS_USER root\n"
                             "SHUTDOWNWHEN * onbattery 300\nSHUTDOWNDURATION 20\n"),
                IsEmpty());
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheck, ShowsTheLineAndThePlaceButNoPassword)
{
    EXPECT_THAT(
        check(std::string(kCommand) + "MONITOR desk 1 mon secret\nMONITOR a 1 mon secret primari\n", true),
        ElementsAre("2:9: error: Unable to use old-style MONITOR line without a username",
                    "MONITOR desk 1 *** ******", "        ^",
                    "3:24: warning: \"primari\" is taken as secondary (did you mean \"primary\"?)",
                    "MONITOR a 1 mon ****** *******", "                       ^"));
    EXPECT_EQ(code, 1);
}

TEST_F(UpsmonCheck, FailsWithoutTheFile)
{
    auto* const out = std::fopen(scratch.file("out").c_str(), "w");
    Options options;
    options.config = scratch.file("none");
    EXPECT_EQ(upsmon::check(options, out), 1);
    std::fclose(out);

    EXPECT_EQ(scratch.read("out"), scratch.file("none") + ": error: No such file or directory\n");
}

TEST_F(UpsmonCheck, WantsAsMuchPowerAsIsNeeded)
{
    EXPECT_THAT(check(kCommand),
                ElementsAre(" error: insufficient power configured: the MONITOR lines have a "
                            "power value of 0 together, MINSUPPLIES wants 1"));
    EXPECT_EQ(code, 1);
    EXPECT_THAT(
        check_more("MINSUPPLIES 2\n"),
        ElementsAre("3:13: error: insufficient power configured: the MONITOR lines have a power value "
                    "of 1 together, MINSUPPLIES wants 2"));
    EXPECT_THAT(check_more("MONITOR DESK@localhost:3493 1 mon secret primary\n"),
                ElementsAre("3:9: warning: this is the same UPS as desk@localhost in line 1: its power value "
                            "counts twice"));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheck, WarnsOfAPrimaryElsewhere)
{
    EXPECT_THAT(
        check_more("MONITOR rack@192.0.2.1 1 mon secret primary\n"
                   "MONITOR far@192.0.2.1 1 mon secret secondary\n"
                   "MONITOR near@127.0.0.1 1 mon secret primary\n"),
        ElementsAre("3:37: warning: the server of this UPS is another host: the primary is usually the "
                    "one that the UPS's data cable is connected to"));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheck, WarnsOfAFileThatEverybodyMayRead)
{
    mode = 0644;
    EXPECT_THAT(check_more(""),
                ElementsAre(" warning: everybody can read this file, and the passwords in it: "
                            "chmod o= it"));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheck, LooksForTheShutdownCommand)
{
    const auto command = [&](const std::string& words) { return check(kMonitor + words + "\n"); };
    const auto script = scratch.write("script", "");

    EXPECT_THAT(command(""),
                ElementsAre(" warning: no shutdown command defined: without SHUTDOWNCMD this host "
                            "will not be shut down"));
    EXPECT_EQ(code, 0);
    EXPECT_THAT(command("SHUTDOWNCMD \"/sbin/shutdwn -h +0\""),
                ElementsAre("2:13: error: there is no such program"));
    EXPECT_EQ(code, 1);
    EXPECT_THAT(command("SHUTDOWNCMD " + script), ElementsAre("2:13: error: this can't be run"));
    EXPECT_THAT(command("SHUTDOWNCMD shutdwn"), ElementsAre("2:13: error: there is no such program in PATH"));
    EXPECT_THAT(command("SHUTDOWNCMD bin/off"),
                ElementsAre("2:13: error: begin it with /: upsmon is not started where you are now"));
    EXPECT_THAT(command("SHUTDOWNCMD \" \""), ElementsAre("2:13: error: this command does nothing"));
    for (const auto* const fine : {"\"/bin/true; x\"", "\"cd / && x\"", "true", "\"(a; b)\"", "\"$OFF now\""})
        EXPECT_THAT(command(std::string("SHUTDOWNCMD ") + fine), IsEmpty()) << fine;
}

TEST_F(UpsmonCheck, LooksForTheProgramThatTellsAndWhetherItIsUsed)
{
    EXPECT_THAT(check_more("NOTIFYCMD /nowhere/tell\nNOTIFYFLAG ONBATT EXEC\n"),
                ElementsAre("3:11: error: there is no such program"));
    EXPECT_THAT(check_more("NOTIFYCMD /bin/echo\nNOTIFYFLAG ONBATT EXEC+IGNORE\n"),
                ElementsAre("3:1: warning: this is never run: no NOTIFYFLAG line says EXEC"));
    EXPECT_THAT(check_more("NOTIFYFLAG ONBATT SYSLOG+EXEC\nNOTIFYFLAG ONLINE SYSLOG\n"),
                ElementsAre("3:19: warning: EXEC has no effect without NOTIFYCMD"));
}

TEST_F(UpsmonCheck, WarnsOfTimesThatDoNotFitTogether)
{
    EXPECT_THAT(check_more("POLLFREQ 30\n"),
                ElementsAre("3:10: warning: a UPS on battery counts as dead after "
                            "15 s, but is asked every 30 s only"));
    EXPECT_THAT(check_more("DEADTIME 3\n"),
                ElementsAre("3:10: warning: a UPS on battery counts as dead after "
                            "3 s, but is asked every 5 s only"));
    EXPECT_THAT(check_more("POLLFREQALERT 10\n"),
                ElementsAre("3:15: warning: a UPS is asked less often while something is wrong (10 s) than "
                            "usually (5 s)"));
    EXPECT_THAT(check_more("POLLFREQALERT 0\n"),
                ElementsAre("3:15: warning: servers are asked as often as upsmon can"));
    EXPECT_THAT(check_more("HOSTSYNC 2\n"), ElementsAre("3:10: warning: secondaries that ask every 5 s have "
                                                        "2 s to see a forced shutdown"));
    EXPECT_THAT(check_more("FINALDELAY 300\n"), ElementsAre(HasSubstr("3:12: warning: the battery is low")));
    EXPECT_THAT(check_more("HOSTSYNC 600\n"), ElementsAre(HasSubstr("3:10: warning: the battery is low")));
    EXPECT_EQ(code, 0);
}

TEST_F(UpsmonCheck, LooksAtThePowerDownFlagAndTheAccount)
{
    const auto other = scratch.write("other", "something else");

    EXPECT_THAT(check_more("POWERDOWNFLAG killpower\n"), ElementsAre("3:15: error: this must begin with /"));
    EXPECT_THAT(check_more("POWERDOWNFLAG /nowhere/killpower\n"),
                ElementsAre("3:15: error: there is no folder /nowhere"));
    EXPECT_THAT(check_more("POWERDOWNFLAG " + other + "\n"),
                ElementsAre("3:15: error: this file is something else, and would not be used"));
    EXPECT_THAT(check_more("RUN_AS_USER nobody-of-this-name\n"),
                ElementsAre("3:13: error: there is no such account"));
}

TEST_F(UpsmonCheck, SaysWhichOfTwoLinesCounts)
{
    EXPECT_THAT(check_more("POLLFREQ 4\nPOLLFREQ 5\nNOTIFYFLAG ONLINE WALL\nNOTIFYFLAG ONBATT WALL\n"),
                ElementsAre("3:1: warning: POLLFREQ comes again in line 4, which counts"));
}

TEST_F(UpsmonCheck, LooksWhetherServersCanBeVerified)
{
    const test::Authority authority;
    const auto ca = scratch.write("ca.pem", authority.certificate());
    const auto broken = scratch.write("broken.pem", "x");

    EXPECT_THAT(
        check_more("CERTVERIFY 1\n"),
        ElementsAre("3:12: error: UPS [desk@localhost]: Configuration error: CERTVERIFY needs CERTPATH or a "
                    "sha256 fingerprint in CERTHOST"));
    EXPECT_THAT(check_more("CERTVERIFY 1\nCERTPATH " + ca + "\n"), IsEmpty());
    EXPECT_THAT(check_more(fmt::format("CERTVERIFY 1\nCERTHOST localhost sha256:{:064x} -1 -1\n", 1)),
                IsEmpty());
    EXPECT_THAT(
        check_more("CERTHOST localhost sha256:12 1 1\n"),
        ElementsAre(
            "3:10: error: UPS [desk@localhost]: not a fingerprint (sha256: and 64 hexadecimal digits): "
            "sha256:12"));
    EXPECT_THAT(
        check_more("CERTPATH /nowhere/ca\nCERTFILE /nowhere/own\n"),
        ElementsAre("3:10: error: No such file or directory", "4:10: error: No such file or directory"));
    EXPECT_THAT(check_more("CERTFILE " + broken + "\n"),
                ElementsAre(HasSubstr("3:10: error: UPS [desk@localhost]: ")));
}

TEST_F(UpsmonCheck, WarnsOfConditionsThatComeTooLateOrForNothing)
{
    EXPECT_THAT(check_more("SHUTDOWNDURATION 60\nSHUTDOWNWHEN desk@localhost runtime 64\n").front(),
                "4:29: warning: too late: SHUTDOWNDURATION and FINALDELAY come to 65 s");
    EXPECT_THAT(check_more("MINSUPPLIES 0\nSHUTDOWNWHEN * onbattery 5\n"),
                ElementsAre("4:14: warning: this has no effect: with MINSUPPLIES 0 no UPS is needed"));
}

} // namespace
} // namespace upright::upsmon
