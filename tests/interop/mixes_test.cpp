// Every mix of our programs and Debian's, driver by server by client: the same files, the same output.
#include "tests/interop/mix.hpp"
#include "tests/support/simulator.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <sstream>

namespace upright::test {
namespace {

namespace fs = std::filesystem;

// The output in two parts: lines of the driver's own, and the rest, which must be the same from any driver.
struct Parts {
    std::vector<std::string> drivers;
    std::vector<std::string> devices;
};

Parts parts_of(const std::string& out)
{
    Parts parts;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);)
        (line.starts_with("driver.") ? parts.drivers : parts.devices).push_back(line);
    return parts;
}

// Dumps on which the two dummy-ups agree. They differ where a file's device.* are not what its ups.* are
// (2.8.0 overwrites them) and where a value is empty (2.8.0 takes words that an earlier line left behind).
const std::vector<std::string> kDumps{
    "APC__Smart-UPS_1500__usbhid-ups__2.6.4__01.dev",
    "Eaton__9355__snmp-ups__2.4.3__01.dev",
    "Eaton__5PX__netxml-ups__2.7.4__03.dev",
    "APC__Back-UPS_XS_1000M__usbhid-ups__2.7.4.1__01.dev",
    "AEG_Power_Solutions__PROTECT_HOME__blazer_usb__2.6.1__01.dev",
};

std::string dump_sections()
{
    std::string sections;
    for (std::size_t i = 0; i < kDumps.size(); ++i)
        sections +=
            fmt::format("[d{}]\ndriver = dummy-ups\nport = \"{}\"\n{}", i, test::data("devices/" + kDumps[i]),
                        i % 2 == 0 ? "desc = \"a \\\"b\\\" \\# c\"\n" : "");
    return sections + "[gone]\ndriver = dummy-ups\nport = nowhere.dev\n";
}

std::vector<std::string> dump_names()
{
    std::vector<std::string> names;
    for (std::size_t i = 0; i < kDumps.size(); ++i)
        names.push_back(fmt::format("d{}", i));
    return names;
}

TEST(Mixes, AllEightShowTheSame)
{
    std::vector<std::vector<std::string>> questions{{"-l", "$"}, {"-L", "$"},         {"-c", "d0@$"},
                                                    {"gone@$"},  {"d0@$", "no.such"}, {"D0@$", "Ups.Status"}};
    for (const auto& name : dump_names())
        questions.push_back({name + "@$"});
    struct Answers {
        By drivers;
        std::string mix;
        std::vector<Finished> all;
    };
    std::vector<Answers> mixes;
    for (const auto drivers : {By::debian, By::us}) {
        for (const auto server : {By::debian, By::us}) {
            const Mix mix(drivers, server, {dump_sections(), dump_names()});
            for (const auto client : {By::debian, By::us}) {
                mixes.push_back({drivers,
                                 fmt::format("{}driver, {}server, {}client", whose(drivers), whose(server),
                                             whose(client)),
                                 {}});
                for (const auto& question : questions)
                    mixes.back().all.push_back(mix.client(client, "upsc", question));
            }
        }
    }
    ASSERT_EQ(mixes.size(), 8U);

    for (const auto& mix : mixes) {
        // Debian's throughout is what everything is compared with; driver.* with those of the same driver.
        const auto same_driver = std::find_if(
            mixes.begin(), mixes.end(), [&](const auto& other) { return other.drivers == mix.drivers; });
        for (std::size_t i = 0; i < questions.size(); ++i) {
            SCOPED_TRACE(mix.mix + ": " + testing::PrintToString(questions[i]));
            const auto& expected = mixes.front().all[i];
            EXPECT_FALSE(expected.out.empty() && expected.err.empty() && questions[i].front() != "-c");
            EXPECT_EQ(parts_of(mix.all[i].out).devices, parts_of(expected.out).devices);
            EXPECT_EQ(parts_of(mix.all[i].out).drivers, parts_of(same_driver->all[i].out).drivers);
            EXPECT_EQ(mix.all[i].exit_code, expected.exit_code);
            EXPECT_EQ(mix.all[i].err, expected.err);
        }
    }
}

Setup qx_on(const Simulator& simulator)
{
    return {"[qx]\ndriver = nutdrv_qx\nport = " + simulator.port() + "\n", {"qx"}, "nutdrv_qx"};
}

TEST(Mixes, DebiansServerWithOurMegatecDriver)
{
    const Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    const Mix mix(By::us, By::debian, qx_on(simulator));
    const auto status_is = [&](const std::string& word) {
        return eventually([&] {
            const auto out = mix.client(By::debian, "upsc", {"qx@$", "ups.status"}).out;
            return (" " + out).find(" " + word) != std::string::npos;
        });
    };

    EXPECT_THAT(mix.client(By::debian, "upsc", {"qx@$"}).out, testing::HasSubstr("\ndevice.mfr: UPRIGHT\n"));
    EXPECT_TRUE(status_is("OL"));
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_TRUE(status_is("OB"));
    simulator.ctl({"ups1", "mains", "on"});
    EXPECT_TRUE(status_is("OL"));
}

TEST(Mixes, OurServerWithDebiansMegatecDriver)
{
    const Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    const Mix mix(By::debian, By::us, qx_on(simulator));

    EXPECT_THAT(mix.client(By::us, "upsc", {"qx@$"}).out, testing::HasSubstr("\ndevice.mfr: UPRIGHT\n"));
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_TRUE(eventually([&] {
        return mix.client(By::us, "upsc", {"qx@$", "ups.status"}).out.find("OB") != std::string::npos;
    }));
}

// One suite's upsdrvctl with the other's driver (M6): start, exit of a duplicate, stop.
void expect_control(By control, By driver)
{
    const Peers peers;
    const Scratch scratch;
    const auto place = [&](By whose, const std::string& name) {
        return whose == By::us ? program(name) : peers.program(name);
    };
    const auto driver_path = place(driver, "dummy-ups");
    scratch.write("one.dev", "ups.status: OL\n");
    scratch.write("ups.conf",
                  fmt::format("driverpath = {}\nuser = root\n[one]\ndriver = dummy-ups\nport = one.dev\n",
                              fs::path(driver_path).parent_path().string()));
    const auto upsdrvctl = [&](const std::string& verb) {
        return run({place(control, "upsdrvctl"), "-u", "root", verb, "one"}, peers.environment(scratch), 30s);
    };
    const auto started = upsdrvctl("start");
    EXPECT_EQ(started.exit_code, 0) << started.out << started.err;
    RawClient client(scratch.file("dummy-ups-one"));
    ASSERT_TRUE(client.connected());
    EXPECT_EQ(client.ask("PING"), "PONG");
    EXPECT_TRUE(fs::exists(scratch.file("dummy-ups-one.pid")));

    const auto stopped = upsdrvctl("stop");
    EXPECT_EQ(stopped.exit_code, 0) << stopped.out << stopped.err;
    EXPECT_TRUE(eventually([&] { return !fs::exists(scratch.file("dummy-ups-one.pid")); }));
}

TEST(Mixes, OurControlStartsAndStopsDebiansDriver) { expect_control(By::us, By::debian); }

TEST(Mixes, DebiansControlStartsAndStopsOurDriver) { expect_control(By::debian, By::us); }

TEST(Mixes, OurDriverReplacesDebians) // Trap 45
{
    const Peers peers;
    const Scratch scratch;
    scratch.write("one.dev", "ups.status: OL\n");
    scratch.write("ups.conf", "user = root\n[one]\ndriver = dummy-ups\nport = one.dev\n");
    const auto serves = [&](const std::string& version) {
        return eventually([&] {
            RawClient client(scratch.file("dummy-ups-one"));
            if (!client.connected())
                return false;
            client.send("DUMPALL\n");
            const auto lines = client.until("DUMPDONE");
            return std::any_of(lines.begin(), lines.end(), [&](const auto& line) {
                return line.starts_with("SETINFO driver.version \"" + version);
            });
        });
    };
    const auto debians =
        run({peers.program("dummy-ups"), "-a", "one", "-u", "root"}, peers.environment(scratch));
    ASSERT_EQ(debians.exit_code, 0) << debians.err;
    EXPECT_TRUE(serves("2.8.0"));
    const auto pid = std::atoi(scratch.read("dummy-ups-one.pid").c_str());
    ASSERT_GT(pid, 1);

    // That release does not know driver.exit yet: it is the PID file that ends it, without delay.
    Process ours({program("dummy-ups"), "-a", "one", "-F"}, scratch.environment());
    EXPECT_TRUE(serves("2.8.5")) << ours.err();
    EXPECT_FALSE(fs::exists(fmt::format("/proc/{}/exe", pid)));
    EXPECT_TRUE(ours.running());
}

} // namespace
} // namespace upright::test
