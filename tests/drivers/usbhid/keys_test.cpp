// Which device usbhid-ups takes and by which map, and what it says if it may not have one.
#include "tests/drivers/usbhid/running.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class HidKeys : public testing::Test {
protected:
    HidKeys()
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        simulator.ctl("ups1 load 11");
        simulator.ctl("ups2 load 22");
        simulator.ctl("ups3 load 33");
    }

    Finished dump(const std::string& options) const { return dump_of(simulator, options); }
    Finished dump_of(const UsbSimulator& seen, const std::string& options) const
    {
        site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\n" + options);
        return run(site.command("usbhid-ups", {"-a", "u", "-d", "1"}),
                   seen.environment(site.scratch.environment()), 60s);
    }
    std::string load(const std::string& options) const
    {
        const auto done = dump(options);
        const auto at = done.out.find("ups.load: ");
        return at == done.out.npos ? done.err : done.out.substr(at + 10, 2);
    }
    std::string refusal(const std::string& options) const
    {
        const auto done = dump(options);
        EXPECT_EQ(done.exit_code, EXIT_FAILURE) << done.out;
        return done.err;
    }
    // The version of the map that is used for it.
    static std::string map(const Finished& done)
    {
        const auto all = variables_of(done.out, ": ");
        const auto found = all.find("driver.version.data");
        return found == all.end() ? done.err : found->second;
    }

    Site site;
    UsbSimulator simulator{{"hid:apc:A1", "hid:apc:B2", "hid:generic"}};
};

TEST_F(HidKeys, TellDevicesApart)
{
    EXPECT_EQ(load(""), "11");
    EXPECT_EQ(load("serial = b2\n"), "22");
    EXPECT_EQ(load("serial = B.\n"), "22");
    EXPECT_EQ(load("busport = 002\n"), "22");
    EXPECT_EQ(load("bus = 001\ndevice = 003\n"), "22");
    EXPECT_EQ(load("vendorid = \"0[56]1d\"\nserial = \".2\"\n"), "22");
    EXPECT_EQ(load("vendor = \"american power.*\"\nproduct = \"Back-UPS .*\"\n"), "11");
}

TEST_F(HidKeys, ADeviceThatIsNotListedComesLastUnlessItIsNamed)
{
    EXPECT_EQ(load("vendorid = 1209\n"), "33");
    EXPECT_EQ(load("product = \"class ups\"\n"), "33");
    simulator.ctl("ups1 unplug");
    simulator.ctl("ups2 unplug");
    EXPECT_EQ(load(""), "33");
}

TEST_F(HidKeys, SayWhatIsNotThere)
{
    EXPECT_THAT(refusal("serial = B\n"),
                HasSubstr("No USB device that fits this section of ups.conf is plugged in"));
    for (const auto* const ups : {"ups1", "ups2", "ups3"})
        simulator.ctl(std::string(ups) + " unplug");
    EXPECT_THAT(refusal(""), HasSubstr("No USB HID UPS is plugged in"));
}

TEST_F(HidKeys, AreRefusedAtTheirPlace)
{
    EXPECT_THAT(refusal("serial = \"A(\"\n"), HasSubstr("ups.conf:6:10: error: serial = A(: "));
    EXPECT_THAT(refusal("subdriver = apx\n"),
                HasSubstr("ups.conf:6:13: error: subdriver = apx: there is none of that name (did you mean "
                          "\"apc\"?)"));
    EXPECT_THAT(refusal("usb_hid_ep_in = first\n"),
                HasSubstr("ups.conf:6:17: error: usb_hid_ep_in = first: want an endpoint in hex, as 0x81"));
    EXPECT_THAT(refusal("usb_hid_rep_index = 256\n"), HasSubstr("ups.conf:6:21: error: usb_hid_rep_index"));
}

TEST_F(HidKeys, ChooseTheMap)
{
    EXPECT_EQ(map(dump("")), "APC HID 0.98");
    EXPECT_EQ(map(dump("subdriver = generic\n")), "Generic HID 0.10");
    EXPECT_EQ(map(dump("vendorid = 1209\n")), "Generic HID 0.10");

    const auto explored = dump("explore\n");
    EXPECT_EQ(map(explored), "EXPLORE HID 0.2");
    EXPECT_THAT(explored.out, HasSubstr("ups.status: OL\n"));
    EXPECT_THAT(explored.out, Not(HasSubstr("battery.charge:")));
}

TEST_F(HidKeys, ANewProductOfAListedMakerHasTheMapOfTheOthersIfItIsNamed)
{
    auto recording = simulator.ctl("ups1 record");
    recording.erase(recording.rfind("OK\n"));
    const std::string known = "051d:0002";
    recording.replace(recording.find(known), known.size(), "051d:9999");
    UsbSimulator replayed({"replay:" + site.scratch.write("new.rec", recording)});
    ASSERT_TRUE(replayed.ready()) << replayed.process().err();

    EXPECT_EQ(map(dump_of(replayed, "")), "Generic HID 0.10");
    EXPECT_EQ(map(dump_of(replayed, "vendorid = 051d\n")), "Generic HID 0.10");
    EXPECT_EQ(map(dump_of(replayed, "vendorid = 051d\nproductid = 9999\n")), "APC HID 0.98");
}

TEST_F(HidKeys, TheListOfDevicesCanBeTheUsersOwn)
{
    std::filesystem::create_directory(site.scratch.file("devices"));
    site.scratch.write("devices/usb-ids.toml",
                       "usbhid-ups = [ { id = \"1209:beef\", via = \"arduino\" } ]\n");
    EXPECT_EQ(map(dump("")), "Arduino HID 0.2");

    site.scratch.write("devices/usb-ids.toml",
                       "usbhid-ups = [\n  { id = \"1209:beef\", via = \"arduin\" } ]\n");
    EXPECT_THAT(refusal(""),
                HasSubstr("usb-ids.toml:2:3: error: usbhid-ups knows no \"arduin\" (did you mean "
                          "\"arduino\"?)"));
}

TEST_F(HidKeys, ADeviceIsOneDriversAlone)
{
    // The simulator has one queue for a device, whoever asks: the first must be quiet while the others do.
    site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\npollonly\npollinterval = 60\n[v]\ndriver = "
                  "usbhid-ups\nport = auto\n"
                  "[w]\ndriver = usbhid-ups\nport = auto\nallow_duplicates\n");
    const auto environment = simulator.environment(site.scratch.environment());
    Process first(site.command("usbhid-ups", {"-a", "u", "-F"}), environment);
    const auto path = site.scratch.file("usbhid-ups-u");
    ASSERT_TRUE(eventually([&] { return RawClient(path).connected(); })) << first.err();

    const auto second = run(site.command("usbhid-ups", {"-a", "v", "-d", "1"}), environment);
    const auto third = run(site.command("usbhid-ups", {"-a", "w", "-d", "1"}), environment);

    EXPECT_EQ(second.exit_code, EXIT_FAILURE);
    EXPECT_THAT(second.err, HasSubstr("/dev/bus/usb/001/002 (051d:0002) is in use by another program"));
    EXPECT_THAT(third.out, HasSubstr("ups.load: 22\n"));
}

TEST_F(HidKeys, AMissingUdevRuleIsNamed)
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
        site.command("usbhid-ups", {"-s", "u", "-u", "nobody", "-x", "port=auto", "-d", "1"}), environment);

    EXPECT_EQ(done.exit_code, EXIT_FAILURE);
    EXPECT_THAT(done.err,
                HasSubstr("/dev/bus/usb/001/002 (root:root, mode 0644) may not be opened by user "
                          "nobody: a udev rule that gives 051d:0002 to this user's group is missing"));
}

} // namespace
} // namespace upright::test
