#include "drivers/io/hid/field_value.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::hid {
namespace {

// Units are built of cm, g, s, A, K, so those with a name of their own are powers of ten away
// (HID 1.11, 6.2.2.7).
struct NamedUnit {
    std::uint32_t unit;
    int exponent;
};
constexpr std::array kUnits{
    NamedUnit{0x00F0D121, 7}, // V
    NamedUnit{0x0000D121, 7}, // W, VA
};

int exponent_of(const Field& field)
{
    const auto* const it =
        std::find_if(kUnits.begin(), kUnits.end(), [&](const auto& one) { return one.unit == field.unit; });
    return field.exponent - (it == kUnits.end() ? 0 : it->exponent);
}

// As many bits as the larger of the limits needs, beside the sign.
unsigned magnitude_bits(const Limits& limits)
{
    auto largest = static_cast<std::uint64_t>(std::max<std::int64_t>(limits.max, 0));
    if (limits.min < 0)
        largest = std::max(largest, static_cast<std::uint64_t>(-(limits.min + 1)));
    unsigned bits = 0;
    for (; largest != 0; largest >>= 1U)
        ++bits;
    return bits;
}

bool scaled(const Field& field)
{
    return field.physical && field.physical->max > field.physical->min
           && field.logical.max > field.logical.min;
}

std::size_t byte_at(const Field& field, bool ids, unsigned bit)
{
    return (ids ? 1 : 0) + (field.offset + bit) / 8;
}

} // namespace

std::optional<std::int64_t> logical_value(const Field& field, std::string_view report, bool ids)
{
    if (field.size == 0 || byte_at(field, ids, field.size - 1) >= report.size())
        return std::nullopt;
    std::uint64_t raw = 0;
    for (unsigned bit = 0; bit < field.size; ++bit) {
        const auto byte = static_cast<unsigned char>(report[byte_at(field, ids, bit)]);
        if ((byte >> ((field.offset + bit) % 8) & 1U) != 0)
            raw |= std::uint64_t{1} << bit;
    }
    const auto& limits = field.logical;
    if (limits.min == 0 && limits.max == 0) // none told
        return static_cast<std::int64_t>(raw);
    const auto bits = magnitude_bits(limits);
    const auto mask = (std::uint64_t{1} << bits) - 1;
    auto value = static_cast<std::int64_t>(raw & mask);
    if (limits.min < 0 && (raw >> bits & 1U) != 0)
        value -= std::int64_t{1} << bits;
    return std::clamp(value, limits.min, std::max(limits.min, limits.max));
}

double physical_value(const Field& field, std::int64_t logical)
{
    auto value = static_cast<double>(logical);
    if (scaled(field)) {
        const auto& to = *field.physical;
        const auto span = static_cast<double>(to.max - to.min);
        value = (value - static_cast<double>(field.logical.min)) * span
                    / static_cast<double>(field.logical.max - field.logical.min)
                + static_cast<double>(to.min);
        value = std::clamp(value, static_cast<double>(to.min), static_cast<double>(to.max));
    }
    const int exponent = exponent_of(field);
    return exponent < 0 ? value / std::pow(10, -exponent) : value * std::pow(10, exponent);
}

std::int64_t logical_of(const Field& field, double physical)
{
    auto value = physical / std::pow(10, exponent_of(field));
    if (scaled(field)) {
        const auto& from = *field.physical;
        value = (value - static_cast<double>(from.min))
                    * static_cast<double>(field.logical.max - field.logical.min)
                    / static_cast<double>(from.max - from.min)
                + static_cast<double>(field.logical.min);
    }
    const auto& limits = field.logical;
    const bool told = limits.min != 0 || limits.max != 0;
    const auto least = told ? limits.min : 0;
    const auto most = told ? std::max(limits.min, limits.max) : (std::int64_t{1} << field.size) - 1;
    constexpr double kRounding = 1e-6; // 22.9999999 came of 23
    value = std::trunc(value + std::copysign(kRounding, value));
    if (!(value > static_cast<double>(least))) // NaN, too
        return least;
    return value > static_cast<double>(most) ? most : static_cast<std::int64_t>(value);
}

bool store_value(const Field& field, std::string& report, bool ids, std::int64_t logical)
{
    if (field.size == 0 || byte_at(field, ids, field.size - 1) >= report.size())
        return false;
    const auto raw = static_cast<std::uint64_t>(logical);
    for (unsigned bit = 0; bit < field.size; ++bit) {
        auto& byte = report[byte_at(field, ids, bit)];
        const auto mask = 1U << ((field.offset + bit) % 8);
        const auto rest = static_cast<unsigned char>(byte) & ~mask;
        byte = static_cast<char>((raw >> bit & 1U) != 0 ? rest | mask : rest);
    }
    return true;
}

} // namespace upright::hid
