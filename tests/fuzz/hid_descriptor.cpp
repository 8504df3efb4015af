// Any report descriptor, and any reports of such a device: values stay within the limits that it tells, and
// what is stored can be read back. Input: which repair, length of the descriptor (2 bytes), the descriptor,
// then reports, each with a byte for how it comes and one for its length.
#include "drivers/io/hid/field_value.hpp"
#include "drivers/usbhid/conversions.hpp"
#include "drivers/usbhid/reports.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>

using namespace upright;
using fuzz::require;
using hid::Field;
using hid::ReportType;
using usbhid::Reports;

namespace {

class Input {
public:
    Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

    bool empty() const { return rest_.empty(); }
    std::string_view bytes(std::size_t count)
    {
        const auto taken = rest_.substr(0, count);
        rest_.remove_prefix(taken.size());
        return taken;
    }
    std::uint8_t byte()
    {
        const auto one = bytes(1);
        return one.empty() ? 0 : static_cast<std::uint8_t>(one[0]);
    }

private:
    std::string_view rest_;
};

bool tells_limits(const Field& field) { return field.logical.min != 0 || field.logical.max != 0; }

bool within_limits(const Field& field, std::int64_t logical)
{
    if (tells_limits(field))
        return logical >= field.logical.min && logical <= std::max(field.logical.min, field.logical.max);
    return logical >= 0 && logical < std::int64_t{1} << field.size;
}

// Whether the field's bits have room for all that its limits allow.
bool has_room(const Field& field)
{
    const bool sign = field.logical.min < 0;
    const auto most = (std::int64_t{1} << (field.size - (sign ? 1 : 0))) - 1;
    return std::max(field.logical.min, field.logical.max) <= most
           && field.logical.min >= (sign ? -most - 1 : 0);
}

void check_field(const Field& field)
{
    require(field.size >= 1 && field.size <= 32 && !field.path.empty());
    require(field.path.size() <= 2 * hid::kDeepest + 1);
}

void repair(hid::ReportDescriptor& descriptor, std::uint8_t which)
{
    io::UsbDescription device;
    const bool apc = which % 2 == 0;
    device.vendor_id = apc ? 0x051D : 0x0764;
    device.product_id = apc ? 0x0002 : 0x0501;
    const auto* const found = usbhid::find_repair(apc ? "apc" : "cps");
    require(found != nullptr);
    found->mend(descriptor, device);
}

// What is written is what is read, and the fields beside it keep their bits.
void write_and_read(const Field& field, const hid::ReportDescriptor& descriptor, double wanted, char filler)
{
    const bool ids = descriptor.has_report_ids;
    std::string report(descriptor.length(field.type, field.report), filler);
    const auto before = report;
    const auto logical = hid::logical_of(field, wanted);
    require(within_limits(field, logical));
    require(hid::store_value(field, report, ids, logical));
    const auto back = hid::logical_value(field, report, ids);
    require(back && within_limits(field, *back));
    require(!has_room(field) || !tells_limits(field) || *back == logical);
    const auto first = (ids ? 1 : 0) + field.offset / 8;
    const auto last = (ids ? 1 : 0) + (field.offset + field.size - 1) / 8;
    require(report.compare(0, first, before, 0, first) == 0);
    require(report.compare(last + 1, report.npos, before, last + 1, before.npos) == 0);
}

void hear_reports(Reports& reports, Input& input)
{
    constexpr std::size_t kPacket = 8;
    while (!input.empty()) {
        const auto how = input.byte();
        const auto bytes = input.bytes(input.byte());
        const auto id = reports.descriptor().has_report_ids && !bytes.empty()
                            ? static_cast<std::uint8_t>(bytes[0])
                            : std::uint8_t{0};
        reports.begin();
        switch (how % 4) {
        case 0: reports.store(ReportType::feature, id, bytes); break;
        case 1: reports.store(ReportType::input, id, bytes); break;
        case 2: reports.hear(bytes.substr(0, kPacket), kPacket); break;
        default: reports.forget(ReportType::feature, id); break;
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    Input input(data, size);
    const auto which = input.byte();
    std::size_t length = input.byte();
    length |= static_cast<std::size_t>(input.byte()) << 8U;
    auto descriptor = hid::parse_report_descriptor(input.bytes(length));
    require(descriptor.fields.size() <= hid::kMostFields);
    repair(descriptor, which);
    Reports reports(std::move(descriptor));
    hear_reports(reports, input);

    double wanted = 0; // any bits at all are a number to be written
    std::memcpy(&wanted, data, std::min(size, sizeof wanted));
    constexpr std::size_t kMost = 100; // else an input with thousands of them takes too long
    const auto& fields = reports.descriptor().fields;
    for (std::size_t i = 0; i < fields.size(); i += 1 + fields.size() / kMost) {
        const auto& field = fields[i];
        check_field(field);
        require(reports.find(field.path) != nullptr || field.type == ReportType::output);
        const auto value = reports.value(field);
        require(!value || std::isfinite(*value));
        write_and_read(field, reports.descriptor(), value.value_or(wanted), static_cast<char>(which));
        write_and_read(field, reports.descriptor(), wanted, static_cast<char>(~which));
    }
    return 0;
}
