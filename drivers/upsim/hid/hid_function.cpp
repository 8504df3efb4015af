#include "drivers/upsim/hid/hid_function.hpp"

#include "drivers/upsim/hid/requests.hpp"

#include <algorithm>

namespace upright::upsim {
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
    sent_ = all(layout_.inputs);
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

std::map<std::uint8_t, std::string> HidFunction::all(const HidReports& reports)
{
    std::map<std::uint8_t, std::string> found;
    for (const auto& [id, fields] : reports.by_id)
        found[id] = report(reports, id).value_or("");
    return found;
}

std::optional<std::string> HidFunction::control_in(const UsbSetup& setup)
{
    const auto id = static_cast<std::uint8_t>(setup.value & 0xFF);
    if (is_get_descriptor(setup, kReportDescriptor))
        return descriptor_;
    if (is_get_descriptor(setup, kHidDescriptor))
        return usb_hid_descriptor(
            static_cast<std::uint16_t>(static_cast<int>(descriptor_.size()) + profile_.wrong_length));
    const auto kind = report_kind(setup);
    if (!kind)
        return std::nullopt;
    return report(*kind == HidKind::feature ? layout_.features : layout_.inputs, id);
}

bool HidFunction::control_out(const UsbSetup& setup, std::string_view bytes)
{
    if (is_idle_or_protocol(setup))
        return true;
    return is_set_feature(setup) && set_report(static_cast<std::uint8_t>(setup.value & 0xFF), bytes);
}

bool HidFunction::set_report(std::uint8_t id, std::string_view bytes)
{
    const auto found = layout_.features.by_id.find(id);
    if (found == layout_.features.by_id.end() || bytes.empty())
        return false;
    if (id != 0 && static_cast<std::uint8_t>(bytes.front()) != id)
        return false;
    writes_.add(id, bytes);
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
