// A simulated USB device between programs and its function: transfers, and what can ail them.
#include "drivers/upsim/usb_device.hpp"

#include <gtest/gtest.h>

#include <cerrno>

namespace upright::upsim {
namespace {

using namespace std::string_literals;

// Answers each request of its class with "hello", and sends what it is given.
class Parrot final : public UsbFunction {
public:
    bool control_out(const UsbSetup&, std::string_view) override { return true; }
    std::optional<std::string> control_in(const UsbSetup&) override { return "hello"; }
    std::optional<std::string> packet() override { return std::exchange(next, std::nullopt); }

    std::optional<std::string> next;
};

struct Bus {
    Parrot* parrot = nullptr;
    UsbDevice device = [this] {
        auto function = std::make_unique<Parrot>();
        parrot = function.get();
        UsbIdentity identity{.vendor_id = 0x1209, .product_id = 0xBEEF, .endpoints = {{0x81, 8}}};
        identity.strings[4] = "PbAc";
        return UsbDevice(identity, std::move(function));
    }();

    void ask(std::uint64_t id, std::string setup = "\xA1\x01\x00\x03\x00\x00\x40\x00"s)
    {
        device.submit({.id = id, .endpoint = 0x80, .bytes = setup + std::string(64, '\0'), .size = 72});
    }
    void listen(std::uint64_t id)
    {
        device.submit({.id = id,
                       .type = UsbTransfer::Type::interrupt,
                       .endpoint = 0x81,
                       .bytes = std::string(8, '\0'),
                       .size = 8});
    }
    int status()
    {
        const auto done = device.finished();
        return done ? done->status : 1;
    }
};

TEST(UsbDevice, AnswersWhatEveryDeviceMust)
{
    Bus bus;
    bus.ask(1, "\x80\x06\x04\x03\x09\x04\x40\x00"s);
    const auto text = bus.device.finished();
    ASSERT_TRUE(text);
    EXPECT_EQ(text->bytes.substr(8, text->done), "\x0A\x03P\0b\0A\0c\0"s);
    bus.ask(2, "\x80\x06\x00\x01\x00\x00\x12\x00"s);
    const auto device = bus.device.finished();
    ASSERT_TRUE(device);
    EXPECT_EQ(device->bytes.substr(8 + 8, 4), "\x09\x12\xEF\xBE"s);
}

TEST(UsbDevice, HangsUntilTheTransferIsDiscardedOrItIsReset)
{
    Bus bus;
    bus.device.set_fault(UsbFault::hang);
    bus.ask(1);
    bus.ask(2);
    EXPECT_FALSE(bus.device.has_finished());
    EXPECT_TRUE(bus.device.discard(1));
    EXPECT_EQ(bus.status(), -ENOENT);
    bus.device.reset();
    EXPECT_EQ(bus.status(), -ESHUTDOWN);
    bus.ask(3);
    EXPECT_EQ(bus.status(), 0);
}

TEST(UsbDevice, FailsUntilItIsReset)
{
    Bus bus;
    bus.device.set_fault(UsbFault::needs_reset);
    bus.ask(1);
    EXPECT_EQ(bus.status(), -EPROTO);
    bus.device.clear_halt();
    bus.ask(2);
    EXPECT_EQ(bus.status(), -EPROTO);
    bus.device.reset();
    bus.ask(3);
    EXPECT_EQ(bus.status(), 0);
}

TEST(UsbDevice, SaysNothingByItselfWhileItIsSilent)
{
    Bus bus;
    bus.device.set_fault(UsbFault::silent);
    bus.listen(1);
    bus.parrot->next = "report";
    bus.device.serve_waiting();
    EXPECT_FALSE(bus.device.has_finished());
    bus.device.set_fault(UsbFault::none);
    bus.device.serve_waiting();
    EXPECT_EQ(bus.status(), 0);
}

TEST(UsbDevice, VanishesInTheMiddleOfATransfer)
{
    Bus bus;
    bus.device.set_fault(UsbFault::vanish);
    EXPECT_FALSE(bus.device.vanished());
    bus.ask(1);
    EXPECT_TRUE(bus.device.vanished());
    EXPECT_FALSE(bus.device.has_finished());
    bus.device.unplug();
    EXPECT_FALSE(bus.device.vanished());
    EXPECT_EQ(bus.status(), -ESHUTDOWN);
}

TEST(UsbDevice, AnswersWhileAReadWaits)
{
    Bus bus;
    bus.listen(1);
    bus.ask(2);
    EXPECT_EQ(bus.status(), 0);
    bus.parrot->next = "report";
    bus.device.serve_waiting();
    const auto report = bus.device.finished();
    ASSERT_TRUE(report);
    EXPECT_EQ(report->bytes.substr(0, report->done), "report");
}

} // namespace
} // namespace upright::upsim
