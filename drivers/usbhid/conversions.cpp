#include "drivers/usbhid/conversions.hpp"

#include "drivers/usbhid/conversion_tables.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::usbhid {
namespace {

std::vector<const Conversion*> all_conversions()
{
    std::vector<const Conversion*> all;
    for (const auto& table : {common_conversions(), belkin_conversions(), cps_conversions(),
                              eaton_conversions(), eaton_charger_conversions(), ever_conversions(),
                              openups_conversions(), powercom_conversions(), tripplite_conversions()})
        for (const auto& conversion : table)
            all.push_back(&conversion);
    return all;
}

const std::vector<const Conversion*>& conversions()
{
    static const auto all = all_conversions();
    return all;
}

} // namespace

const Conversion* find_conversion(std::string_view name)
{
    for (const auto* const conversion : conversions())
        if (conversion->name == name)
            return conversion;
    return nullptr;
}

std::vector<std::string_view> conversion_names()
{
    std::vector<std::string_view> names;
    for (const auto* const conversion : conversions())
        names.push_back(conversion->name);
    return names;
}

const Guard* find_guard(std::string_view name)
{
    for (const auto& guard : eaton_guards())
        if (guard.name == name)
            return &guard;
    return nullptr;
}

std::vector<std::string_view> guard_names()
{
    std::vector<std::string_view> names;
    for (const auto& guard : eaton_guards())
        names.push_back(guard.name);
    return names;
}

std::string fixed(double value, int decimals)
{
    const auto text = fmt::format("{:.{}f}", value, decimals);
    return text.find_first_not_of("-0.") == text.npos && text.starts_with('-') ? text.substr(1) : text;
}

unsigned bits_of(double value)
{
    return value >= 0 && value <= 0xFFFFFFFF ? static_cast<unsigned>(value) : 0;
}

} // namespace upright::usbhid
