// Report descriptors whose limits cut off what the device really says.
#include "drivers/usbhid/conversions.hpp"

#include <algorithm>
#include <array>

namespace upright::usbhid {
namespace {

using hid::Field;
using hid::Limits;
using hid::Usage;

constexpr Usage kVoltage = 0x00840030;
constexpr Usage kConfigVoltage = 0x00840040;
constexpr Usage kConfigActivePower = 0x00840044;
constexpr Usage kHighVoltageTransfer = 0x00840054;

bool is(const Field& field, std::uint8_t report, Usage usage)
{
    return field.report == report && !field.path.empty() && field.path.back() == usage;
}

Field* find(hid::ReportDescriptor& descriptor, std::uint8_t report, Usage usage)
{
    const auto found = std::find_if(descriptor.fields.begin(), descriptor.fields.end(),
                                    [&](const Field& field) { return is(field, report, usage); });
    return found == descriptor.fields.end() ? nullptr : &*found;
}

bool same(const Limits& a, const Limits& b) { return a.min == b.min && a.max == b.max; }

// Feature and input fields alike. What is no longer than the field's bits can say.
bool set_limits(hid::ReportDescriptor& descriptor, std::uint8_t report, Usage usage, Limits limits)
{
    bool changed = false;
    for (auto& field : descriptor.fields) {
        if (!is(field, report, usage) || field.size == 0 || field.size > 32)
            continue;
        const auto most = (std::int64_t{1} << field.size) - 1;
        const Limits fitting{limits.min, std::min(limits.max, most)};
        if (same(field.logical, fitting))
            continue;
        if (field.physical && same(*field.physical, field.logical))
            field.physical = fitting;
        field.logical = fitting;
        changed = true;
    }
    return changed;
}

// 051d:0002: the transfer voltage can be set above what the input's voltage can be told to be.
bool mend_apc(hid::ReportDescriptor& descriptor, const io::UsbDescription& device)
{
    constexpr std::uint8_t kConfig = 0x30;
    constexpr std::uint8_t kInput = 0x31;
    constexpr std::uint8_t kTransfer = 0x33;
    if (device.product_id != 0x0002)
        return false;
    const auto* const high = find(descriptor, kTransfer, kHighVoltageTransfer);
    const auto* const input = find(descriptor, kInput, kVoltage);
    const auto* const config = find(descriptor, kConfig, kConfigVoltage);
    if (high == nullptr)
        return false;
    const auto most = high->logical.max;
    bool changed = false;
    if (input != nullptr && most > input->logical.max)
        changed = set_limits(descriptor, kInput, kVoltage, {0, 2 * most});
    if (config != nullptr && most > config->logical.max)
        changed = set_limits(descriptor, kConfig, kConfigVoltage, {config->logical.min, 255}) || changed;
    return changed;
}

// The output's voltage has the limits of the transfer voltage, or limits without their sign.
bool mend_cps_voltages(hid::ReportDescriptor& descriptor)
{
    constexpr std::uint8_t kInput = 0x0F;
    constexpr std::uint8_t kTransfer = 0x10;
    constexpr std::uint8_t kOutput = 0x12;
    constexpr std::int64_t kMost = 511;
    const auto* const high = find(descriptor, kTransfer, kHighVoltageTransfer);
    const auto* const input = find(descriptor, kInput, kVoltage);
    const auto* const output = find(descriptor, kOutput, kVoltage);
    if (high == nullptr || output == nullptr)
        return false;
    const auto transfer = high->logical;
    const bool input_too = input != nullptr && same(input->logical, transfer);
    if (same(output->logical, transfer)) {
        const bool changed = set_limits(descriptor, kOutput, kVoltage, {0, kMost});
        return (input_too && set_limits(descriptor, kInput, kVoltage, {0, kMost})) || changed;
    }
    if (!output->max_guessed && (input == nullptr || !input->max_guessed))
        return false;
    auto most = std::max(kMost, output->logical.max);
    if (input != nullptr)
        most = std::max(most, input->logical.max);
    const Limits of_output{output->logical.min, most};
    const Limits of_input{input != nullptr ? input->logical.min : 0, most};
    const bool changed = set_limits(descriptor, kOutput, kVoltage, of_output);
    return set_limits(descriptor, kInput, kVoltage, of_input) || changed;
}

bool mend_cps(hid::ReportDescriptor& descriptor, const io::UsbDescription& device)
{
    constexpr std::uint8_t kPower = 0x18;
    constexpr std::int64_t kMost = 2048; // W
    if (device.product_id != 0x0501 && device.product_id != 0x0601)
        return false;
    bool changed = mend_cps_voltages(descriptor);
    const auto* const power = find(descriptor, kPower, kConfigActivePower);
    if (power != nullptr && power->logical.max < kMost)
        changed = set_limits(descriptor, kPower, kConfigActivePower, {power->logical.min, kMost}) || changed;
    return changed;
}

// clang-format off
constexpr std::array kRepairs{
    Repair{"apc", mend_apc},
    Repair{"cps", mend_cps},
};
// clang-format on

} // namespace

const Repair* find_repair(std::string_view name)
{
    for (const auto& repair : kRepairs)
        if (repair.name == name)
            return &repair;
    return nullptr;
}

std::vector<std::string_view> repair_names()
{
    std::vector<std::string_view> names;
    names.reserve(kRepairs.size());
    for (const auto& repair : kRepairs)
        names.push_back(repair.name);
    return names;
}

} // namespace upright::usbhid
