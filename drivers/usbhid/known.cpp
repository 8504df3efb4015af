#include "drivers/usbhid/known.hpp"

#include "drivers/io/usb/usb_transfers.hpp"

#include <utility>

namespace upright::usbhid {

using hid::ReportType;

Known::Known(const HidMap& map, hid::ReportDescriptor descriptor, const io::UsbDescription& device,
             std::string quirk, const DriverOptions& options)
    : map_(map), reports_(std::move(descriptor)), device_(device), quirk_(std::move(quirk)), options_(options)
{
    for (auto* const text : {&device_.vendor, &device_.product, &device_.serial})
        *text = io::without_control_bytes(*text); // it is published
}

std::optional<std::string> Known::text(std::uint8_t index)
{
    if (index == 0)
        return std::nullopt;
    const auto it = texts_.find(index);
    if (it != texts_.end())
        return it->second;
    wanted_.texts.insert(index);
    return std::nullopt;
}

std::optional<double> Known::value(std::string_view path)
{
    const auto usages = map_.usages.path(path);
    const auto* const field = usages ? reports_.find(*usages) : nullptr;
    if (field == nullptr)
        return std::nullopt;
    const auto value = reports_.value(*field);
    if (!value)
        want(field->type, field->report);
    return value;
}

std::optional<std::string> Known::report(std::uint8_t id)
{
    if (const auto* const bytes = reports_.bytes(ReportType::feature, id))
        return *bytes;
    want(ReportType::feature, id);
    return std::nullopt;
}

std::optional<std::string> Known::variable(std::string_view name) const
{
    const auto it = variables.find(name);
    return it == variables.end() ? std::nullopt : std::optional(it->second);
}

void Known::want(ReportType type, std::uint8_t id)
{
    if (!refused_.contains({type, id}))
        wanted_.reports.emplace(type, id);
}

Known::Wanted Known::wanted() { return std::exchange(wanted_, {}); }

void Known::answer(std::uint8_t text, std::optional<std::string> said)
{
    texts_.insert_or_assign(text, said ? std::optional(io::without_control_bytes(*said)) : std::nullopt);
}

void Known::answer(ReportType type, std::uint8_t id, const std::optional<std::string>& said)
{
    if (said)
        reports_.store(type, id, *said);
    else
        refused_.emplace(type, id);
}

} // namespace upright::usbhid
