// Ever: version numbers and addresses in one field each.
#include "drivers/usbhid/conversion_tables.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::usbhid {
namespace {

std::optional<std::string> version(double value, Context&)
{
    const auto bits = bits_of(value);
    return fmt::format("{}.{}", bits >> 8U & 0xFFU, bits & 0xFFU);
}

// The first byte is the lowest.
std::optional<std::string> address(double value, Context&)
{
    const auto bits = bits_of(value);
    return fmt::format("{}.{}.{}.{}", bits & 0xFFU, bits >> 8U & 0xFFU, bits >> 16U & 0xFFU,
                       bits >> 24U & 0xFFU);
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"ever-format-version", version},
    Conversion{"ever-ip-address",     address},
    Conversion{"ever-on-off",         truth<kNotOff>},
};
// clang-format on

} // namespace

std::span<const Conversion> ever_conversions() { return kConversions; }

} // namespace upright::usbhid
