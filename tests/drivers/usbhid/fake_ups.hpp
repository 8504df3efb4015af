// A HID UPS for tests of the driver's engine: reports in a map, and what goes wrong with them.
#pragma once

#include "drivers/io/usb/usb_transfers.hpp"
#include "drivers/usbhid/source.hpp"
#include "tests/drivers/io/hid/descriptor_writer.hpp"

#include <map>
#include <set>
#include <vector>

namespace upright::test {

inline io::UsbDescription described()
{
    io::UsbDescription device;
    device.vendor_id = 0x1209;
    device.product_id = 0xBEEF;
    device.vendor = "Maker";
    device.product = "Thing";
    device.serial = "S1";
    return device;
}

struct FakeUps {
    // Reports by id, all of type feature unless said otherwise.
    std::string descriptor;
    std::map<int, std::string> features;
    std::map<int, std::string> texts;
    std::set<int> silent; // reports that are never answered
    bool dumb = false;    // nothing is answered
    bool unplugged = false;
    io::UsbDescription device = described();
    std::string map; // by usb-ids.toml
    std::string quirk;

    // What happened to it.
    std::vector<std::string> written;
    std::vector<int> asked;
    int opened = 0;
    int resets = 0;
    hid::Transport::Heard heard; // while somebody listens
};

class FakeSource final : public usbhid::Source, private hid::Transport {
public:
    explicit FakeSource(FakeUps& ups) : ups_(ups) {}

    void open() override
    {
        if (ups_.unplugged)
            throw DeviceError("No USB HID UPS is plugged in", DeviceError::Kind::lost);
        ++ups_.opened;
    }
    hid::Transport& transport() override { return *this; }
    const io::UsbDescription& device() const override { return ups_.device; }
    std::string map() const override { return ups_.map; }
    std::string quirk() const override { return ups_.quirk; }
    std::string configuration() override { return {}; }

private:
    using Error = io::UsbError;

    std::string report_descriptor() override { return ups_.descriptor; }
    std::optional<std::string> get_report(hid::ReportType type, std::uint8_t id, std::size_t) override
    {
        ups_.asked.push_back(id);
        if (ups_.unplugged)
            throw Error("gone", Error::Cause::gone);
        if (ups_.dumb || ups_.silent.contains(id))
            throw Error("time out", Error::Cause::silence);
        const auto it = ups_.features.find(id);
        if (type != hid::ReportType::feature || it == ups_.features.end())
            return std::nullopt;
        return it->second;
    }
    void set_report(hid::ReportType, std::uint8_t id, std::string_view report) override
    {
        ups_.written.emplace_back(report);
        ups_.features[id] = report;
    }
    std::optional<std::string> text(std::uint8_t index) override
    {
        const auto it = ups_.texts.find(index);
        return it == ups_.texts.end() ? std::nullopt : std::optional(it->second);
    }
    void listen(Heard heard) override { ups_.heard = std::move(heard); }
    void stop_listening() override { ups_.heard = {}; }
    std::size_t packet_size() const override { return 8; }
    void reset() override { ++ups_.resets; }

    FakeUps& ups_;
};

} // namespace upright::test
