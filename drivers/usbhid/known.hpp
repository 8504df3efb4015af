// Known: what is known of the open device: its reports, its texts, the variables made of them. Conversions
// see it as their Context. It asks nothing; it notes what somebody wanted and it didn't know.
#pragma once

#include "drivers/usbhid/hid_map.hpp"
#include "drivers/usbhid/reports.hpp"

#include <set>

namespace upright::usbhid {

class Known final : public Context {
public:
    Known(const HidMap& map, hid::ReportDescriptor descriptor, const io::UsbDescription& device,
          std::string quirk, const DriverOptions& options);

    std::optional<std::string> text(std::uint8_t index) override;
    std::optional<double> value(std::string_view path) override;
    std::optional<std::string> report(std::uint8_t id) override;
    std::optional<std::string> variable(std::string_view name) const override;
    const io::UsbDescription& device() const override { return device_; }
    std::string_view quirk() const override { return quirk_; }
    const DriverOptions& options() const override { return options_; }

    Reports& reports() noexcept { return reports_; }
    const Reports& reports() const noexcept { return reports_; }

    // The variables that Context::variable() knows.
    std::map<std::string, std::string, std::less<>> variables;

    // What was asked for in vain since the last call.
    struct Wanted {
        std::set<std::uint8_t> texts;
        std::set<std::pair<hid::ReportType, std::uint8_t>> reports;
        bool empty() const { return texts.empty() && reports.empty(); }
    };
    Wanted wanted();
    // What the device said to it; nothing: it has none, and is not asked again.
    void answer(std::uint8_t text, std::optional<std::string> said);
    void answer(hid::ReportType type, std::uint8_t id, const std::optional<std::string>& said);

private:
    void want(hid::ReportType type, std::uint8_t id);

    const HidMap& map_;
    Reports reports_;
    io::UsbDescription device_;
    std::string quirk_;
    const DriverOptions& options_;
    std::map<std::uint8_t, std::optional<std::string>> texts_;
    std::set<std::pair<hid::ReportType, std::uint8_t>> refused_;
    Wanted wanted_;
};

} // namespace upright::usbhid
