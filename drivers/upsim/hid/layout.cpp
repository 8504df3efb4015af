#include "drivers/upsim/hid/layout.hpp"

#include "drivers/upsim/hid/units.hpp"

#include <algorithm>
#include <cmath>

namespace upright::upsim {
namespace {

void place(HidReports& reports, const Field& field)
{
    auto& report = reports.by_id[field.report];
    report.fields.push_back({.field = &field, .offset = report.bits});
    report.bits += field.bits;
}

void fill_up(HidReports& reports)
{
    for (auto& [id, report] : reports.by_id)
        report.bits = (report.bits + 7) / 8 * 8;
}

bool has_physical(const Field& field) { return field.odd.high > field.odd.low; }

} // namespace

HidLayout hid_layout(const std::vector<Field>& fields)
{
    HidLayout layout;
    for (const auto& field : fields) {
        if (field.kind != HidKind::input)
            place(layout.features, field);
        if (field.kind != HidKind::feature)
            place(layout.inputs, field);
    }
    fill_up(layout.features);
    fill_up(layout.inputs);
    return layout;
}

std::uint32_t raw_of(const Field& field, double value)
{
    double shown = value * field.odd.scale / std::pow(10, field.power);
    if (has_physical(field))
        shown = (shown - field.odd.low) * static_cast<double>(field.high - field.low)
                    / (field.odd.high - field.odd.low)
                + static_cast<double>(field.low);
    const double most = std::pow(2, field.low < 0 ? field.bits - 1 : field.bits) - 1;
    const auto logical = std::llround(std::clamp(shown, field.low < 0 ? -most - 1 : 0, most));
    const auto mask = field.bits == 32 ? 0xFFFFFFFFU : (1U << field.bits) - 1;
    return static_cast<std::uint32_t>(logical) & mask;
}

double value_of(const Field& field, std::uint32_t raw)
{
    auto logical = static_cast<long long>(raw);
    if (field.low < 0 && (raw >> (field.bits - 1) & 1U) != 0)
        logical -= 1LL << field.bits;
    auto shown = static_cast<double>(logical);
    if (has_physical(field))
        shown = (shown - static_cast<double>(field.low)) * (field.odd.high - field.odd.low)
                    / static_cast<double>(field.high - field.low)
                + field.odd.low;
    return shown * std::pow(10, field.power) / field.odd.scale;
}

std::uint32_t bits_at(const std::string& bytes, int offset, int bits)
{
    std::uint32_t raw = 0;
    for (int i = 0; i < bits; ++i) {
        const auto at = static_cast<std::size_t>(offset + i);
        if (at / 8 < bytes.size()
            && (static_cast<unsigned>(static_cast<unsigned char>(bytes[at / 8])) >> (at % 8) & 1U) != 0)
            raw |= 1U << i;
    }
    return raw;
}

void put_bits(std::string& bytes, int offset, int bits, std::uint32_t raw)
{
    for (int i = 0; i < bits; ++i) {
        const auto at = static_cast<std::size_t>(offset + i);
        if (at / 8 < bytes.size() && (raw >> i & 1U) != 0)
            bytes[at / 8] = static_cast<char>(static_cast<unsigned char>(bytes[at / 8]) | 1U << (at % 8));
    }
}

} // namespace upright::upsim
