// USB/IP: its messages, and a session of a kernel with a simulated device.
#include "drivers/upsim/usbip/session.hpp"
#include "drivers/upsim/usbip/vhci.hpp"

#include "drivers/upsim/hid/hid_ups.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <cerrno>
#include <filesystem>

namespace upright::upsim::usbip {
namespace {

std::string bytes(std::string_view hex)
{
    std::string all;
    std::string digits;
    for (const char c : hex) {
        if (c != ' ')
            digits += c;
        if (digits.size() == 2) {
            all += static_cast<char>(std::stoi(digits, nullptr, 16));
            digits.clear();
        }
    }
    return all;
}

std::string hex(std::string_view text)
{
    std::string all;
    for (const char c : text)
        all += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return all;
}

// Message, number, device, direction, endpoint; flags, length, frame, packets, interval; setup.
std::string submit(int number, int direction, int endpoint, int length, std::string_view setup)
{
    return bytes(fmt::format(
               "00000001 {:08x} 00010002 {:08x} {:08x} 00000000 {:08x} 00000000 ffffffff 00000000", number,
               direction, endpoint, static_cast<unsigned>(length)))
           + bytes(setup);
}

std::string unlink(int number, int which)
{
    return bytes(fmt::format("00000002 {:08x} 00010002 00000000 00000000 {:08x}", number, which))
           + std::string(24, '\0');
}

constexpr std::string_view kNoSetup = "00000000 00000000";
constexpr std::string_view kGetDevice = "80060001 00001200";

TEST(UsbIp, ReadsASubmission)
{
    const auto message = submit(7, 0, 2, 3, kNoSetup) + "abc";
    const auto read = parse_request(message + "rest");
    ASSERT_TRUE(read && *read && (*read)->submit);
    const auto& found = *(*read)->submit;
    EXPECT_EQ((*read)->size, message.size());
    EXPECT_EQ(found.number, 7U);
    EXPECT_FALSE(found.in);
    EXPECT_EQ(found.endpoint, 2);
    EXPECT_EQ(found.data, "abc");
}

TEST(UsbIp, WaitsForTheRestOfEveryTruncation)
{
    const auto message = submit(7, 0, 2, 3, kNoSetup) + "abc";
    for (std::size_t size = 0; size < message.size(); ++size) {
        const auto read = parse_request(std::string_view(message).substr(0, size));
        ASSERT_TRUE(read) << size;
        EXPECT_FALSE(*read) << size;
    }
}

TEST(UsbIp, RefusesWhatNoKernelSends)
{
    EXPECT_FALSE(parse_request(bytes("00000005") + std::string(44, '\0')));
    EXPECT_FALSE(parse_request(submit(1, 2, 0, 0, kNoSetup)));
    EXPECT_FALSE(parse_request(submit(1, 1, 16, 0, kNoSetup)));
    EXPECT_FALSE(parse_request(submit(1, 1, 0, 1 << 20, kNoSetup)));
    EXPECT_FALSE(parse_request(submit(1, 1, 0, -1, kNoSetup)));
    auto isochronous = submit(1, 1, 1, 8, kNoSetup);
    isochronous.replace(32, 4, bytes("00000004"));
    EXPECT_FALSE(parse_request(isochronous));
}

class UsbIpSession : public testing::Test {
protected:
    HidUps ups{"ups1", *find_hid_profile("apc"), "", 1};
    Session session{ups.device()};
};

TEST_F(UsbIpSession, AnswersControlTransfers)
{
    ASSERT_TRUE(session.take(submit(1, 1, 0, 18, kGetDevice)));
    EXPECT_EQ(hex(session.output()), "00000003"
                                     "00000001"
                                     "000000000000000000000000" // header
                                     "00000000"
                                     "00000012"
                                     "0000000000000000000000000000000000000000"
                                     "12011001000000081d050200060103010201");
    ASSERT_TRUE(
        session.take(submit(2, 0, 0, 3, "2109 1503 0000 0300") + bytes("151400"))); // shutdown in 20 s
    EXPECT_EQ(hex(session.output()), "00000003"
                                     "00000002"
                                     "000000000000000000000000"
                                     "00000000"
                                     "00000003"
                                     "0000000000000000000000000000000000000000");
    EXPECT_TRUE(ups.model().seconds_to_off());
    ASSERT_TRUE(session.take(submit(3, 1, 0, 8, "a101 9903 0000 0800")));
    EXPECT_EQ(hex(session.output()).substr(40, 16),
              fmt::format("{:08x}", static_cast<unsigned>(-EPIPE)) + "00000000");
}

TEST_F(UsbIpSession, SendsReportsWhenTheyChange)
{
    ASSERT_TRUE(session.take(submit(5, 1, 1, 8, kNoSetup)));
    EXPECT_EQ(session.output(), "");
    ups.model().set_mains(0);
    ups.changed();
    const auto sent = session.output();
    EXPECT_EQ(hex(sent).substr(8, 8), "00000005");
    EXPECT_EQ(hex(sent.substr(kHeader)), "06000108");
}

TEST_F(UsbIpSession, GivesUpATransferThatWaits)
{
    ASSERT_TRUE(session.take(submit(5, 1, 1, 8, kNoSetup) + unlink(6, 5) + unlink(7, 5)));
    const auto gave_up = fmt::format("{:08x}", static_cast<unsigned>(-ECONNRESET));
    const std::string none(24 * 2, '0');
    EXPECT_EQ(hex(session.output()), "00000004"
                                     "00000006"
                                     "000000000000000000000000"
                                         + gave_up + none
                                         + "00000004"
                                           "00000007"
                                           "000000000000000000000000"
                                           "00000000"
                                         + none);
}

TEST_F(UsbIpSession, TakesItsBytesInAnyPieces)
{
    const auto message = submit(1, 1, 0, 18, kGetDevice) + unlink(2, 1);
    for (const char c : message)
        ASSERT_TRUE(session.take(std::string_view(&c, 1)));
    EXPECT_EQ(session.output().size(), kHeader + 18 + kHeader);
}

TEST(Vhci, PicksAFreePort)
{
    EXPECT_EQ(free_port("hub port sta spd dev      sockfd local_busid\n"
                        "hs  0000 006 002 00010002 000003 1-1\n"
                        "hs  0001 004 000 00000000 000000 0-0\n"
                        "ss  0008 004 000 00000000 000000 0-0\n"),
              1);
    EXPECT_EQ(free_port("hub port sta spd dev      sockfd local_busid\n"
                        "ss  0008 004 000 00000000 000000 0-0\n"),
              std::nullopt);
    EXPECT_EQ(free_port(""), std::nullopt);
}

TEST(Vhci, SaysThatItIsMissing)
{
    const auto attached = attach("/nonexistent/vhci_hcd.0");
    ASSERT_FALSE(attached);
    EXPECT_THAT(attached.error().what, testing::HasSubstr("vhci_hcd is not loaded"));
}

} // namespace
} // namespace upright::upsim::usbip
