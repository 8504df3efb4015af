// upsdrvctl --check with our own drivers, and with one of somebody else.
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <filesystem>
#include <sstream>

namespace upright::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class UpsdrvctlCheck : public testing::Test {
protected:
    Finished check(const std::string& ups_conf, const std::vector<std::string>& more = {}) const
    {
        scratch_.write("ups.conf", ups_conf);
        std::vector<std::string> command{program("upsdrvctl"), "--check"};
        command.insert(command.end(), more.begin(), more.end());
        auto finished = run(command, scratch_.environment());
        for (auto at = finished.out.find(scratch_.path()); at != finished.out.npos;
             at = finished.out.find(scratch_.path()))
            finished.out.erase(at, scratch_.path().size() + 1);
        return finished;
    }

    std::vector<std::string> problems(const std::string& ups_conf) const
    {
        const auto out = check(ups_conf).out;
        std::vector<std::string> lines;
        std::istringstream in(out);
        for (std::string line; std::getline(in, line);)
            if (line.starts_with("ups.conf:"))
                lines.push_back(line);
        return lines;
    }

    Scratch scratch_;
};

TEST_F(UpsdrvctlCheck, SaysNothingOfWhatIsRight)
{
    const auto finished = check("pollinterval = 5\n[a]\ndriver = dummy-ups\nport = x.dev\nmode = dummy-once\n"
                                "[b]\ndriver = nutdrv_qx\nport = /dev/ttyS9\noffdelay = 60\nsdorder = -1\n"
                                "[c]\ndriver = dummy-ups\nport = x.dev\noverride.ups.model = \"x y\"\n");

    EXPECT_EQ(finished.out + finished.err, "");
    EXPECT_EQ(finished.exit_code, 0);
}

TEST_F(UpsdrvctlCheck, AsksOurDriversAboutTheirSettings)
{
    const auto finished = check("[a]\ndriver = dummy-ups\n  port = x.dev\n  mode = dumy\n  mdoe = x\n"
                                "[b]\ndriver = nutdrv_qx\nport = /dev/ttyS9\nprotocol = none\n");

    EXPECT_EQ(finished.out,
              "ups.conf:4:10: error: Unsupported mode was specified: dumy (did you mean \"dummy\"?)\n"
              "  mode = dumy\n         ^\n"
              "ups.conf:5:3: error: 'mdoe' is not a valid variable name for this driver. (did you mean "
              "\"mode\"?)\n  mdoe = x\n  ^\n"
              "ups.conf:9:12: error: protocol = none: there is none of that name\n"
              "protocol = none\n           ^\n");
    EXPECT_EQ(finished.exit_code, 1);
}

TEST_F(UpsdrvctlCheck, LooksAtTheFileAsAWhole)
{
    EXPECT_THAT(
        problems("maxretyr = 3\n"
                 "[a]\ndriver = dumy-ups\nport = /dev/ttyS9\nsdorder = first\n"
                 "[b]\ndriver = dummy-ups\n"
                 "[c]\nport = /dev/ttyS9\n"
                 "[d]\ndriver = ../dummy-ups\nport = x\n"),
        ElementsAre(
            "ups.conf:1:1: error: unknown global setting \"maxretyr\" (did you mean \"maxretry\"?)",
            testing::AllOf(testing::StartsWith("ups.conf:3:10: error: there is no driver dumy-ups in "),
                           testing::EndsWith("(did you mean \"dummy-ups\"?)")),
            testing::StartsWith("ups.conf:5:11: error: Invalid sdorder value"),
            "ups.conf:6:1: error: [b] has no port =", "ups.conf:8:1: error: UPS [c] names no driver program",
            "ups.conf:9:8: error: [a] has the same port",
            "ups.conf:10:1: error: UPS [d] names no driver program"));
}

TEST_F(UpsdrvctlCheck, NeverRunsADriverOfOthers)
{
    const auto driver = scratch_.write("usbhid-ups", "#!/bin/sh\ntouch $NUT_STATEPATH/ran\n");
    std::filesystem::permissions(driver, std::filesystem::perms::owner_all);
    scratch_.write("snmp-ups", "not executable");
    const auto conf = fmt::format("driverpath = {}\n[a]\ndriver = usbhid-ups\nport = auto\nvendorid = 1234\n"
                                  "pollintervall = 3\n[b]\ndriver = snmp-ups\nport = x\n",
                                  scratch_.path());

    EXPECT_THAT(problems(conf),
                ElementsAre("ups.conf:6:1: warning: \"pollintervall\" is no key for all drivers (did "
                            "you mean \"pollinterval\"?)",
                            "ups.conf:8:10: error: snmp-ups can't be run"));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("ran")));
    EXPECT_THAT(problems("driverpath = /none\n[a]\ndriver = x\nport = y\n"),
                ElementsAre("ups.conf:1:14: error: this is no folder",
                            "ups.conf:3:10: error: there is no driver x in /none"));
}

TEST_F(UpsdrvctlCheck, LooksAtOneSectionIfAsked)
{
    const std::string conf = "[a]\ndriver = none\nport = x\n[b]\ndriver = dummy-ups\nport = x\n";

    EXPECT_EQ(check(conf, {"b"}).exit_code, 0);
    EXPECT_EQ(check(conf, {"a"}).exit_code, 1);
    EXPECT_EQ(check(conf, {"c"}).out, "ups.conf: error: UPS c not found in ups.conf\n");
    EXPECT_EQ(check("", {}).out, "ups.conf: error: Error: no UPS definitions found in ups.conf\n");
    std::filesystem::remove(scratch_.file("ups.conf"));
    const auto missing = run({program("upsdrvctl"), "--check"}, scratch_.environment());
    EXPECT_EQ(missing.out, scratch_.file("ups.conf") + ": error: No such file or directory\n");
    EXPECT_EQ(missing.exit_code, 1);
}

TEST_F(UpsdrvctlCheck, IsAlsoDoneByADriver)
{
    const auto conf =
        scratch_.write("ups.conf", "[a]\ndriver = dummy-ups\nport = x.dev\n[b]\nport = x\nmode = z\n");
    const auto check = [&](std::vector<std::string> words) {
        words.insert(words.begin(), program("dummy-ups"));
        return run(words, scratch_.environment());
    };

    EXPECT_EQ(check({"-a", "a", "--check"}).exit_code, 0);
    EXPECT_EQ(check({"-a", "a", "--check"}).out, "");
    EXPECT_EQ(check({"-a", "b", "--check"}).out,
              conf + ":6:8: error: Unsupported mode was specified: z\nmode = z\n       ^\n");
    EXPECT_EQ(check({"-s", "x", "-x", "port=y.dev", "--check"}).exit_code, 0);
    EXPECT_EQ(check({"-s", "x", "--check"}).exit_code, 1);
}

} // namespace
} // namespace upright::test
