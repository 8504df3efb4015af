// Which device nutdrv_qx takes, and what it says if it may not have one.
#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

namespace upright::test {
namespace {

using testing::HasSubstr;

class UsbKeys : public testing::Test {
protected:
    UsbKeys()
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        simulator.ctl("ups1 load 11");
        simulator.ctl("ups2 load 22");
        simulator.ctl("ups3 load 33");
    }

    Finished dump(const std::string& options, const std::string& driver = "nutdrv_qx") const
    {
        site.ups_conf("[u]\ndriver = " + driver + "\nprotocol = megatec\n" + options);
        return run(site.command(driver, {"-a", "u", "-d", "1"}),
                   simulator.environment(site.scratch.environment()), 60s);
    }
    std::string load(const std::string& options, const std::string& driver = "nutdrv_qx") const
    {
        const auto done = dump(options, driver);
        const auto at = done.out.find("ups.load: ");
        return at == done.out.npos ? done.err : done.out.substr(at + 10, 2);
    }
    std::string refusal(const std::string& options) const
    {
        const auto done = dump(options);
        EXPECT_EQ(done.exit_code, EXIT_FAILURE) << done.out;
        return done.err;
    }

    Site site;
    UsbSimulator simulator{{"cypress:A1", "cypress:B2", "krauler"}};
};

TEST_F(UsbKeys, TellDevicesApart)
{
    EXPECT_EQ(load("port = auto\n"), "11");
    EXPECT_EQ(load("port = auto\nserial = b2\n"), "22");
    EXPECT_EQ(load("port = /dev/ttyS0\nserial = B.\n"), "22") << "any key selects USB";
    EXPECT_EQ(load("port = auto\nbusport = 002\n"), "22");
    EXPECT_EQ(load("port = auto\nbus = 001\ndevice = 003\n"), "22");
    EXPECT_EQ(load("port = auto\nvendorid = 0001\n"), "33");
    EXPECT_EQ(load("port = auto\nvendor = krauler\nproduct = \"UP-.*\"\n"), "33");
    EXPECT_EQ(load("port = x\n", "blazer_usb"), "11") << "the name selects USB";
}

TEST_F(UsbKeys, SayWhatIsNotThere)
{
    EXPECT_THAT(refusal("port = auto\nserial = B\n"),
                HasSubstr("No USB device that fits this section of ups.conf is plugged in"));
    EXPECT_THAT(refusal("port = auto\nvendorid = 051d\n"), HasSubstr("is plugged in"));
}

TEST_F(UsbKeys, AreRefusedAtTheirPlace)
{
    EXPECT_THAT(refusal("port = auto\nserial = \"A(\"\n"), HasSubstr("ups.conf:7:10: error: serial = A(: "));
    EXPECT_THAT(refusal("port = auto\nsubdriver = cypress\n"),
                HasSubstr("ups.conf:7:13: error: subdriver needs vendorid and productid"));
    EXPECT_THAT(refusal("port = auto\nsubdriver = cypres\nvendorid = 0665\nproductid = 5161\n"),
                HasSubstr("ups.conf:7:13: error: subdriver = cypres: there is none of that name (did you "
                          "mean \"cypress\"?)"));
    EXPECT_THAT(refusal("port = auto\nlangid_fix = english\n"),
                HasSubstr("ups.conf:7:14: error: langid_fix = english: want a number in hex, as 0x409"));
}

TEST_F(UsbKeys, LetAnUnknownDeviceBeNamed)
{
    simulator.ctl("ups1 unplug");
    simulator.ctl("ups2 unplug");
    EXPECT_EQ(
        load("port = auto\nsubdriver = krauler\nvendorid = 0001\nproductid = 0000\nlangid_fix = 0x409\n"),
        "33");
}

TEST_F(UsbKeys, TheListOfDevicesCanBeTheUsersOwn)
{
    std::filesystem::create_directory(site.scratch.file("devices"));
    site.scratch.write("devices/usb-ids.toml", "nutdrv_qx = [ { id = \"0001:0000\", via = \"krauler\" } ]\n");
    EXPECT_EQ(load("port = auto\n"), "33");

    site.scratch.write("devices/usb-ids.toml", "nutdrv_qx = [\n  { id = 1 } ]\n");
    EXPECT_THAT(refusal("port = auto\n"), HasSubstr("usb-ids.toml:2:10: error: id wants a text in quotes"));

    site.scratch.write("devices/usb-ids.toml",
                       "nutdrv_qx = [\n  { id = \"0001:0000\", via = \"kreuler\" } ]\n");
    EXPECT_THAT(
        refusal("port = auto\n"),
        HasSubstr("usb-ids.toml:2:3: error: nutdrv_qx knows no \"kreuler\" (did you mean \"krauler\"?)"));
}

TEST_F(UsbKeys, ADeviceIsOneDriversAlone)
{
    site.ups_conf("[u]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n"
                  "[v]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\n"
                  "[w]\ndriver = nutdrv_qx\nport = auto\nprotocol = megatec\nallow_duplicates\n");
    const auto environment = simulator.environment(site.scratch.environment());
    Process first(site.command("nutdrv_qx", {"-a", "u", "-F"}), environment);
    const auto path = site.scratch.file("nutdrv_qx-u");
    ASSERT_TRUE(eventually([&] { return RawClient(path).connected(); })) << first.err();

    const auto second = run(site.command("nutdrv_qx", {"-a", "v", "-d", "1"}), environment);
    const auto third = run(site.command("nutdrv_qx", {"-a", "w", "-d", "1"}), environment);

    EXPECT_EQ(second.exit_code, EXIT_FAILURE);
    EXPECT_THAT(second.err, HasSubstr("/dev/bus/usb/001/002 (0665:5161) is in use by another program"));
    EXPECT_THAT(third.out, HasSubstr("ups.load: 22\n"));
}

TEST_F(UsbKeys, AMissingUdevRuleIsNamed)
{
    if (::geteuid() != 0)
        GTEST_SKIP() << "root may open everything, and only root may become somebody else";
    const auto environment = simulator.environment(site.scratch.environment());
    // umockdev's own things are everybody's, the device's file is not.
    const auto root = environment.at("UMOCKDEV_DIR");
    std::filesystem::permissions(root, std::filesystem::perms(0777));
    for (const auto& one : std::filesystem::recursive_directory_iterator(root + "/ioctl"))
        std::filesystem::permissions(one.path(), std::filesystem::perms(0777));

    const auto done = run(
        site.command("nutdrv_qx", {"-s", "u", "-u", "nobody", "-x", "port=auto", "-d", "1"}), environment);

    EXPECT_EQ(done.exit_code, EXIT_FAILURE);
    EXPECT_THAT(done.err,
                HasSubstr("/dev/bus/usb/001/002 (root:root, mode 0644) may not be opened by user "
                          "nobody: a udev rule that gives 0665:5161 to this user's group is missing"));
}

} // namespace
} // namespace upright::test
