// Tripp Lite: scales that differ by model. usb-ids.toml tells which model has which.
#include "drivers/usbhid/conversion_tables.hpp"

#include <array>

namespace upright::usbhid {
namespace {

// SMART1500LCDT and AVR750U leave the exponent of volts out and write hundredths of everything else.
bool lcdt(const Context& context) { return context.quirk() == "smart1500lcdt-scale"; }

double volts(double value, const Context& context) { return lcdt(context) ? value * 100'000 : value; }

std::optional<std::string> battery_voltage(double value, Context& context)
{
    const bool tenths = context.quirk() == "battery-scale-0dot1";
    return fixed(tenths ? value * 0.1 : volts(value, context), 1);
}

std::optional<std::string> line_voltage(double value, Context& context)
{
    return fixed(volts(value, context), 1);
}

std::optional<std::string> frequency(double value, Context& context)
{
    return fixed(lcdt(context) ? value * 0.01 : value, 1);
}

std::optional<std::string> current(double value, Context& context)
{
    return fixed(lcdt(context) ? value * 0.01 : value, 2);
}

// 09ae:1003 and 09ae:2005 answer with something else.
std::optional<std::string> chemistry(double value, Context& context)
{
    const auto product = context.device().product_id;
    if (product == 0x1003 || product == 0x2005 || !(value >= 1 && value <= 255))
        return std::nullopt;
    return context.text(static_cast<std::uint8_t>(value));
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"tripplite-battvolt",  battery_voltage},
    Conversion{"tripplite-iovolt",    line_voltage},
    Conversion{"tripplite-iofreq",    frequency},
    Conversion{"tripplite-ioamp",     current},
    Conversion{"tripplite-chemistry", chemistry},
};
// clang-format on

} // namespace

std::span<const Conversion> tripplite_conversions() { return kConversions; }

} // namespace upright::usbhid
