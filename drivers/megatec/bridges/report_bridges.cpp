// Bridges that take commands in HID reports and answer in interrupt packets.
#include "drivers/megatec/bridges/bridges.hpp"
#include "drivers/megatec/bridges/exchange.hpp"

namespace upright::megatec {
namespace {

constexpr std::uint8_t kEndpoint = 0x81;

struct Reports {
    std::uint16_t value = 0x0200; // type and number of the report
    std::size_t out = 8;          // bytes of a report
    std::size_t in = 8;           // bytes to read at once
    bool whole = false;           // the answer is one packet, with or without CR
    bool drains = false;          // keeps packets of the past
};

class ReportBridge final : public Bridge {
public:
    explicit ReportBridge(Reports reports) : reports_(reports) {}

    std::string exchange(io::UsbTransfers& usb, std::string_view command, const io::Limits& limits) override
    {
        const Deadline deadline(limits);
        if (reports_.drains)
            leftovers_.expect();
        leftovers_.clear(usb, kEndpoint, reports_.in, deadline);
        leftovers_.expect();
        send_reports(usb, reports_.value, reports_.out, command, deadline);
        AnswerText answer(limits);
        while (const auto packet =
                   next_packet(usb, kEndpoint, reports_.in, patience(answer, limits), deadline))
            if (answer.take(*packet) || reports_.whole) {
                leftovers_.none();
                break;
            }
        return std::move(answer).text();
    }

private:
    Reports reports_;
    Leftovers leftovers_;
};

} // namespace

std::unique_ptr<Bridge> cypress_bridge(const BridgeOptions&)
{
    return std::make_unique<ReportBridge>(Reports{});
}

std::unique_ptr<Bridge> phoenix_bridge(const BridgeOptions&)
{
    return std::make_unique<ReportBridge>(Reports{.drains = true});
}

std::unique_ptr<Bridge> ippon_bridge(const BridgeOptions&)
{
    return std::make_unique<ReportBridge>(Reports{.value = 0x0002, .in = 64, .whole = true});
}

std::unique_ptr<Bridge> omron_bridge(const BridgeOptions&)
{
    return std::make_unique<ReportBridge>(Reports{.value = 0x0002, .out = 16, .in = 64, .whole = true});
}

std::unique_ptr<Bridge> gtec_bridge(const BridgeOptions&)
{
    return std::make_unique<ReportBridge>(Reports{.value = 0x0002, .in = 128});
}

} // namespace upright::megatec
