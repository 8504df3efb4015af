// Recordings of HID UPSes: what is read, and every mistake that is pointed at.
#include "drivers/upsim/hid/replay_ups.hpp"

#include <gmock/gmock.h>

namespace upright::upsim {
namespace {

using namespace std::string_literals;
using testing::ElementsAre;

constexpr std::string_view kRecording = "# of a Back-UPS\n"
                                        "device 051d:0002 release 0090\n"
                                        "text vendor \"American Power Conversion\"\n"
                                        "text product \"Back-UPS\" # as it says itself\n"
                                        "configuration 09022200010100a032\n"
                                        "configuration 090400000103000000 # interface\n"
                                        "configuration 092100010001220600\n"
                                        "configuration 0705810306000a\n"
                                        "descriptor 0584\n"
                                        "descriptor 0904a101\n"
                                        "string 4 \"PbAc\"\n"
                                        "feature 0c 0c64\n"
                                        "input 0c 0c63\n";

std::vector<std::string> problems_of(std::string_view text)
{
    std::vector<std::string> all;
    for (const auto& problem : parse_hid_recording("r", text).problems)
        all.push_back(to_string(problem));
    return all;
}

TEST(HidRecording, IsReadLineByLine)
{
    const auto [recording, problems] = parse_hid_recording("r", kRecording);
    EXPECT_TRUE(problems.empty()) << to_string(problems.front());
    const auto& identity = recording.identity;
    EXPECT_EQ(identity.vendor_id, 0x051D);
    EXPECT_EQ(identity.product_id, 0x0002);
    EXPECT_EQ(identity.release, 0x0090);
    EXPECT_EQ(identity.strings.at(identity.vendor), "American Power Conversion");
    EXPECT_EQ(identity.strings.at(identity.product), "Back-UPS");
    EXPECT_EQ(identity.serial, 0);
    EXPECT_EQ(identity.strings.at(4), "PbAc");
    EXPECT_EQ(identity.configuration.size(), 34U);
    ASSERT_EQ(identity.endpoints.size(), 1U);
    EXPECT_EQ(identity.endpoints[0].address, 0x81);
    EXPECT_EQ(identity.endpoints[0].size, 6);
    EXPECT_EQ(recording.report_descriptor, "\x05\x84\x09\x04\xA1\x01");
    EXPECT_EQ(recording.features.at(0x0C), "\x0C\x64");
    EXPECT_EQ(recording.inputs.at(0x0C), "\x0C\x63");
}

TEST(HidRecording, IsWrittenAsItIsRead)
{
    auto recording = parse_hid_recording("r", kRecording).value;
    recording.identity.strings[5] = "a \"quote\" and a \\";
    recording.report_descriptor.append(100, '\x01');
    const auto text = to_text(recording);

    const auto [again, problems] = parse_hid_recording("r", text);
    EXPECT_TRUE(problems.empty()) << to_string(problems.front());
    EXPECT_EQ(to_text(again), text);
    EXPECT_EQ(again.identity.strings, recording.identity.strings);
    EXPECT_EQ(again.report_descriptor, recording.report_descriptor);
    EXPECT_EQ(again.features, recording.features);
}

TEST(HidRecording, PointsAtEveryMistake)
{
    EXPECT_THAT(
        problems_of("device 051d:0002 release 0090\ndescriptor 05\n"
                    "colour red\n"
                    "device 51d:2 release 0090\n"
                    "feature 0c 0c6\n"
                    "feature zz 0c64\n"
                    "text motto x\n"
                    "string 0 x\n"
                    "string 4\n"
                    "feature 0c 01\nfeature 0c 02\n"),
        ElementsAre("r:3:1: error: unknown keyword \"colour\"",
                    "r:4:8: error: want device <vendor>:<product> release <number>, all of 4 hex digits",
                    "r:5:12: error: want bytes, each of two hex digits",
                    "r:6:9: error: want a report id of two hex digits",
                    "r:7:6: error: want vendor, product or serial", "r:8:8: error: want a number in 1..250",
                    "r:9:1: error: want string <number> \"<text>\"",
                    "r:11:9: error: that report was there already"));
}

TEST(HidRecording, MustHaveADeviceAndADescriptor)
{
    EXPECT_EQ(problems_of("").size(), 2U);
    EXPECT_EQ(problems_of("device 051d:0002 release 0090\n").size(), 1U);
}

TEST(HidRecording, IsBounded)
{
    const auto start = "device 051d:0002 release 0090\ndescriptor 05\n"s;
    EXPECT_EQ(problems_of(start + "descriptor " + std::string(20000, '0') + "\n").size(), 1U);
    EXPECT_EQ(problems_of(start + "string 4 \"" + std::string(127, 'x') + "\"\n").size(), 1U);
    std::string many = start;
    for (int i = 0; i < 20; ++i)
        many += "descriptor " + std::string(8000, '0') + "\n";
    EXPECT_GE(problems_of(many).size(), 1U);
}

// A configuration that is cut anywhere is refused; and no cut of the file is more than a problem.
TEST(HidRecording, RefusesEveryTruncationOfAConfiguration)
{
    const auto whole = "09022200010100a032090400000103000000092100010001220600070581030600"s;
    for (std::size_t bytes = 1; bytes <= whole.size() / 2; ++bytes)
        EXPECT_EQ(problems_of("device 051d:0002 release 0090\ndescriptor 05\nconfiguration "
                              + whole.substr(0, bytes * 2) + "\n")
                      .size(),
                  1U)
            << bytes;
    for (std::size_t length = 0; length < kRecording.size(); ++length)
        problems_of(kRecording.substr(0, length));
}

TEST(ReplayUps, SaysWhatWasRecordedAndKeepsWhatIsWritten)
{
    ReplayUps ups("ups1", "r", parse_hid_recording("r", kRecording).value, "SN1");
    auto& function = ups.device().function();
    const UsbSetup get{.type = 0xA1, .request = 1, .value = 0x030C, .length = 8};
    EXPECT_EQ(function.control_in(get), "\x0C\x64");
    EXPECT_EQ(function.packet(), "\x0C\x63");
    EXPECT_EQ(function.packet(), std::nullopt);

    EXPECT_TRUE(function.control_out({.type = 0x21, .request = 9, .value = 0x030C}, "\x0C\x32"));
    EXPECT_FALSE(function.control_out({.type = 0x21, .request = 9, .value = 0x030D}, "\x0D\x32"));
    EXPECT_EQ(function.control_in(get), "\x0C\x32");
    const auto writes = ups.own_action("writes");
    ASSERT_TRUE(writes && *writes);
    EXPECT_EQ(**writes, "0c 32\n");
    EXPECT_EQ(ups.device().identity().strings.at(ups.device().identity().serial), "SN1");
}

} // namespace
} // namespace upright::upsim
