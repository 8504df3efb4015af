#include "drivers/upsim/hid/hid_function.hpp"

#include <algorithm>

namespace upright::upsim {
namespace {

constexpr std::uint8_t kClassIn = 0xA1; // class request to the interface
constexpr std::uint8_t kClassOut = 0x21;
constexpr std::uint8_t kStandardIn = 0x81;
constexpr std::uint8_t kGetReport = 0x01;
constexpr std::uint8_t kSetReport = 0x09;
constexpr std::uint8_t kSetIdle = 0x0A;
constexpr std::uint8_t kSetProtocol = 0x0B;
constexpr std::uint8_t kGetDescriptor = 0x06;
constexpr std::uint8_t kInput = 1;
constexpr std::uint8_t kFeature = 3;
constexpr std::size_t kMostWrites = 10000;

} // namespace

HidFunction::HidFunction(const HidProfile& profile, std::function<Model&()> model)
    : profile_(profile), model_(std::move(model)), layout_(hid_layout(profile.fields)),
      descriptor_(upsim::report_descriptor(profile.fields, profile.in_arrays))
{
    const auto& rating = profile.rating;
    settings_.low_charge = profile.low_charge;
    settings_.warning_charge = profile.warning_charge;
    settings_.low_runtime = profile.low_runtime;
    settings_.low_transfer = rating.lowest_volts * rating.volts;
    settings_.high_transfer = rating.highest_volts * rating.volts;
    settings_.whole_seconds = profile.whole_seconds;
    model_().set_low_charge(profile.low_charge);
    for (const auto& [id, report_of] : layout_.inputs.by_id)
        sent_[id] = report(layout_.inputs, id).value_or("");
}

double HidFunction::value(const Field& field)
{
    const auto kept = kept_.find(&field);
    if (kept != kept_.end())
        return kept->second;
    return field.what.read != nullptr ? field.what.read(state(), field.what.number) : field.what.number;
}

std::optional<std::string> HidFunction::report(const HidReports& reports, std::uint8_t id)
{
    const auto found = reports.by_id.find(id);
    if (found == reports.by_id.end())
        return std::nullopt;
    std::string bytes(static_cast<std::size_t>(found->second.bits / 8), '\0');
    for (const auto& [field, offset] : found->second.fields)
        put_bits(bytes, offset, field->bits, raw_of(*field, value(*field)) | field->odd.garbage);
    return id == 0 ? bytes : static_cast<char>(id) + bytes;
}

std::optional<std::string> HidFunction::control_in(const UsbSetup& setup)
{
    const auto high = static_cast<std::uint8_t>(setup.value >> 8);
    const auto low = static_cast<std::uint8_t>(setup.value & 0xFF);
    if (setup.type == kStandardIn && setup.request == kGetDescriptor && high == 0x22)
        return descriptor_;
    if (setup.type == kStandardIn && setup.request == kGetDescriptor && high == 0x21)
        return usb_hid_descriptor(
            static_cast<std::uint16_t>(static_cast<int>(descriptor_.size()) + profile_.wrong_length));
    if (setup.type != kClassIn || setup.request != kGetReport)
        return std::nullopt;
    if (high == kFeature)
        return report(layout_.features, low);
    return high == kInput ? report(layout_.inputs, low) : std::nullopt;
}

bool HidFunction::control_out(const UsbSetup& setup, std::string_view bytes)
{
    if (setup.type != kClassOut)
        return false;
    if (setup.request == kSetIdle || setup.request == kSetProtocol)
        return true;
    if (setup.request != kSetReport || setup.value >> 8 != kFeature)
        return false;
    return set_report(static_cast<std::uint8_t>(setup.value & 0xFF), bytes);
}

bool HidFunction::set_report(std::uint8_t id, std::string_view bytes)
{
    const auto found = layout_.features.by_id.find(id);
    if (found == layout_.features.by_id.end() || bytes.empty())
        return false;
    if (id != 0 && static_cast<std::uint8_t>(bytes.front()) != id)
        return false;
    writes_.push_back(id == 0 ? '\0' + std::string(bytes) : std::string(bytes));
    if (writes_.size() > kMostWrites)
        writes_.pop_front();
    const std::string data(id == 0 ? bytes : bytes.substr(1));
    const auto before = report(layout_.features, id).value_or("").substr(id == 0 ? 0 : 1);
    // Whoever writes one field of a report gives the others back as they are: they are not meant. If none
    // differs, the one that is meant has that value already, and it may still be an order.
    const auto& fields = found->second.fields;
    const auto differs = [&](const PlacedField& placed) {
        const auto bits = placed.field->bits;
        return bits_at(data, placed.offset, bits) != bits_at(before, placed.offset, bits);
    };
    const bool any = std::any_of(fields.begin(), fields.end(), differs);
    for (const auto& placed : fields)
        if (!any || differs(placed))
            write(placed, bits_at(data, placed.offset, placed.field->bits));
    notice_changes();
    return true;
}

void HidFunction::write(const PlacedField& placed, std::uint32_t raw)
{
    const auto& field = *placed.field;
    const double told = value_of(field, raw);
    if (field.what.kept)
        kept_[&field] = told;
    else if (field.what.write != nullptr && !field.odd.constant)
        field.what.write(state(), told);
}

void HidFunction::notice_changes()
{
    const double now = model_().now();
    const bool beat = profile_.heartbeat > 0 && now - last_heartbeat_ >= profile_.heartbeat;
    if (beat)
        last_heartbeat_ = now;
    for (auto& [id, last] : sent_) {
        auto present = report(layout_.inputs, id).value_or("");
        if (present == last && !beat)
            continue;
        last = std::move(present);
        if (std::find(due_.begin(), due_.end(), id) == due_.end())
            due_.push_back(id);
    }
}

std::optional<std::string> HidFunction::packet()
{
    if (packets_.empty() && !due_.empty()) {
        const auto bytes = report(layout_.inputs, due_.front()).value_or("");
        due_.pop_front();
        const std::size_t size = profile_.identity.endpoints.front().size;
        for (std::size_t at = 0; at < bytes.size(); at += size)
            packets_.push_back(bytes.substr(at, size));
    }
    if (packets_.empty())
        return std::nullopt;
    auto first = std::move(packets_.front());
    packets_.pop_front();
    return first;
}

void HidFunction::forget()
{
    due_.clear();
    packets_.clear();
}

} // namespace upright::upsim
