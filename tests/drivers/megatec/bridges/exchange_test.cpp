// Bridges against devices that misbehave: a fake in place of libusb.
#include "drivers/megatec/bridges/bridge.hpp"
#include "drivers/runtime/driver.hpp"

#include <gmock/gmock.h>

#include <deque>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

// Says what it is told to, however little sense it makes.
class FakeUsb final : public io::UsbTransfers {
public:
    std::deque<std::string> packets;  // of the interrupt endpoint, one for each read
    std::string control_answer;       // to each request
    std::string babble;               // if not empty: packets without end
    std::vector<std::string> written; // reports

    void control_out(const io::UsbRequest&, std::string_view bytes, Milliseconds) override
    {
        written.emplace_back(bytes);
    }
    std::string control_in(const io::UsbRequest&, std::size_t longest, Milliseconds) override
    {
        ++asked;
        return control_answer.substr(0, longest);
    }
    void interrupt_out(std::uint8_t, std::string_view bytes, Milliseconds) override
    {
        written.emplace_back(bytes);
    }
    std::optional<std::string> interrupt_in(std::uint8_t, std::size_t longest, Milliseconds) override
    {
        if (!babble.empty())
            return babble.substr(0, longest);
        if (packets.empty())
            return std::nullopt;
        auto first = packets.front().substr(0, longest);
        packets.pop_front();
        return first;
    }
    std::size_t packet_size(std::uint8_t) const override { return 8; }

    int asked = 0;
};

constexpr io::Limits kLimits{.silence = 20ms, .total = 200ms, .longest = 100};

std::string exchange(const std::string& bridge, FakeUsb& usb, std::string_view command = "Q1\r")
{
    return make_bridge(bridge, {})->exchange(usb, command, kLimits);
}

TEST(Bridges, AreFoundByEachOfTheirNames)
{
    for (const auto name : bridge_names())
        EXPECT_NE(make_bridge(name, {}), nullptr) << name;
    EXPECT_EQ(make_bridge("cypres", {}), nullptr);
    EXPECT_EQ(make_bridge("", {}), nullptr);
}

TEST(Bridges, ReturnNothingForSilence)
{
    for (const auto name : bridge_names()) {
        FakeUsb usb;
        try {
            EXPECT_EQ(exchange(std::string(name), usb), "") << name;
        } catch (const DeviceError& e) { // ablerex takes longer than the time there is
            EXPECT_EQ(e.kind(), DeviceError::Kind::no_answer) << name;
        }
    }
}

// Never an answer longer than allowed, never a wait longer than allowed, whatever comes.
TEST(Bridges, EndWhenADeviceBabbles)
{
    for (const auto* const babble : {"xxxxxxxx", "\0\0\0\0\0\0\0\0", "\xA0xxxxxxx", "\xFFxxxxxxx"})
        for (const auto name : bridge_names()) {
            FakeUsb usb;
            usb.babble = std::string(babble, 8);
            usb.control_answer = std::string(255, 'x');
            const auto begun = std::chrono::steady_clock::now();
            try {
                EXPECT_LE(exchange(std::string(name), usb).size(), kLimits.longest) << name;
            } catch (const DeviceError& e) {
                EXPECT_EQ(e.kind(), DeviceError::Kind::no_answer) << name;
            }
            EXPECT_LT(std::chrono::steady_clock::now() - begun, 30s) << name;
        }
}

TEST(Bridges, DoNotTakeALateAnswerForTheNext)
{
    for (const auto* const name : {"cypress", "phoenix", "phoenixtec", "fuji", "sgs", "gtec"}) {
        FakeUsb usb;
        const auto bridge = make_bridge(name, {});
        EXPECT_EQ(bridge->exchange(usb, "Q1\r", kLimits), "") << name;
        usb.packets = {"(230.0 2", "late\r\0\0\0"s};

        EXPECT_EQ(bridge->exchange(usb, "F\r", kLimits), "") << name;
        EXPECT_TRUE(usb.packets.empty()) << name << ": cleared away before the command";
    }
}

TEST(Cypress, TakesBinaryAnswersOfKnownLength)
{
    const auto answer = [](std::string packet, std::size_t exactly) {
        FakeUsb usb;
        usb.packets = {std::move(packet)};
        auto limits = kLimits;
        limits.binary = true;
        limits.exactly = exactly;
        return make_bridge("cypress", {})->exchange(usb, "Q5\r", limits);
    };

    EXPECT_EQ(answer("(\r\0\n)\r\0\0"s, 5), "(\r\0\n)"s);
    EXPECT_EQ(answer("(\r\0\n)xx\r"s, 5), "(\r\0\n)xx"s);
    EXPECT_EQ(answer("NAK\r\0\0\0\0"s, 21), "NAK") << "a refusal is shorter";
    EXPECT_EQ(answer("(\0\0\n"s, 21), "(\0\0\n"s) << "as far as it came";
}

TEST(Ippon, TakesOnePacketWithOrWithoutCr)
{
    FakeUsb usb;
    usb.packets = {"(230.0\0xx"s, "more"};
    EXPECT_EQ(exchange("ippon", usb), "(230.0xx");
    usb.packets = {"(230.0\rrest"};
    EXPECT_EQ(exchange("ippon", usb), "(230.0");
}

TEST(Krauler, AsksAgainWhenItIsNotAcknowledged)
{
    FakeUsb usb;
    usb.control_answer = "\x16\x03U\0P\0S\0 \0N\0o\0 \0A\0c\0k\0"s;

    EXPECT_EQ(exchange("krauler", usb), "");
    EXPECT_EQ(usb.asked, 11); // the languages, then ten times
}

TEST(Krauler, MendsTheFirstCharacter)
{
    FakeUsb usb;
    usb.control_answer = "\x0A\x03?\0002\0003\0\r\0"s;

    EXPECT_EQ(exchange("krauler", usb, "Q1\r"), "(23");
    EXPECT_EQ(exchange("krauler", usb, "F\r"), "#23");
    EXPECT_EQ(exchange("krauler", usb, "Q\r"), "?23");
    EXPECT_EQ(exchange("krauler", usb, "QGS\r"), "QGS") << "not supported";
}

TEST(Fabula, HearsNoAckAsObedience)
{
    FakeUsb usb;
    usb.control_answer = "\x16\x03U\0P\0S\0 \0N\0o\0 \0A\0c\0k\0"s;

    EXPECT_EQ(exchange("fabula", usb, "S.5R0003\r"), "");
    EXPECT_EQ(usb.asked, 2);
}

TEST(Armac, IsNeverAskedWhatStrikesItDumb)
{
    FakeUsb usb;

    for (const auto* const command : {"QGS\r", "QS\r", "QPI\r", "M\r", "D\r"})
        EXPECT_EQ(exchange("armac", usb, command) + "\r", command);
    EXPECT_TRUE(usb.written.empty());
}

TEST(Phoenixtec, DoesNotWaitForWhatItNeverAnswers)
{
    FakeUsb usb;
    usb.packets = {"(left\r"};

    EXPECT_EQ(exchange("phoenixtec", usb, "S01R0003\r"), "");
    EXPECT_EQ(exchange("phoenixtec", usb, "T\r"), "");
    EXPECT_EQ(usb.packets.size(), 1U);
}

} // namespace
} // namespace upright::megatec
