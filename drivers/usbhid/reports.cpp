#include "drivers/usbhid/reports.hpp"

#include "drivers/io/hid/field_value.hpp"

#include <utility>

namespace upright::usbhid {

using hid::Field;
using hid::ReportType;

Reports::Reports(hid::ReportDescriptor descriptor)
    : descriptor_(std::move(descriptor)), values_(descriptor_.fields.size()),
      twins_(descriptor_.fields.size())
{
    for (std::size_t i = 0; i < twins_.size(); ++i)
        if (const auto& field = descriptor_.fields[i]; field.type == ReportType::input)
            if (const auto* const twin = descriptor_.find(field.path, ReportType::feature))
                twins_[i] = static_cast<std::size_t>(twin - descriptor_.fields.data());
}

const Field* Reports::find(const hid::UsagePath& path) const
{
    const auto* const feature = descriptor_.find(path, ReportType::feature);
    return feature != nullptr ? feature : descriptor_.find(path, ReportType::input);
}

std::size_t Reports::index(const Field& field) const
{
    return static_cast<std::size_t>(&field - descriptor_.fields.data());
}

bool Reports::set(std::size_t field, double physical)
{
    auto& value = values_[field];
    const bool changed = value.physical != physical;
    value = {physical, generation_};
    return changed;
}

bool Reports::store(ReportType type, std::uint8_t id, std::string_view report)
{
    bytes_.insert_or_assign({type, id}, std::string(report));
    bool changed = false;
    for (std::size_t i = 0; i < descriptor_.fields.size(); ++i) {
        const auto& field = descriptor_.fields[i];
        if (field.type != type || field.report != id)
            continue;
        const auto logical = hid::logical_value(field, report, descriptor_.has_report_ids);
        if (!logical)
            continue;
        const auto physical = hid::physical_value(field, *logical);
        changed = set(i, physical) || changed;
        if (twins_[i])
            changed = set(*twins_[i], physical) || changed;
    }
    return changed;
}

bool Reports::hear(std::string_view packet, std::size_t packet_size)
{
    pending_ += packet;
    const auto id = descriptor_.has_report_ids && !pending_.empty() ? static_cast<std::uint8_t>(pending_[0])
                                                                    : std::uint8_t{0};
    if (pending_.size() < descriptor_.length(ReportType::input, id) && packet.size() == packet_size)
        return false; // the rest follows
    const auto report = std::exchange(pending_, {});
    begin();
    return store(ReportType::input, id, report);
}

void Reports::forget(ReportType type, std::uint8_t id)
{
    bytes_.erase({type, id});
    for (std::size_t i = 0; i < descriptor_.fields.size(); ++i)
        if (const auto& field = descriptor_.fields[i]; field.type == type && field.report == id)
            values_[i].physical.reset();
}

std::optional<double> Reports::value(const Field& field) const { return values_[index(field)].physical; }

unsigned Reports::generation(const Field& field) const { return values_[index(field)].generation; }

const std::string* Reports::bytes(ReportType type, std::uint8_t id) const
{
    const auto it = bytes_.find({type, id});
    return it == bytes_.end() ? nullptr : &it->second;
}

} // namespace upright::usbhid
