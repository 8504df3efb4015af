// Eaton and MGE: power that is worked out, ranges for bypass and economy, and which model knows what.
#include "common/text/number.hpp"
#include "drivers/usbhid/conversion_tables.hpp"
#include "drivers/usbhid/eaton_names.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::usbhid {
namespace {

template <std::size_t count>
bool begins(const std::string& model, const std::array<std::string_view, count>& families)
{
    return std::any_of(families.begin(), families.end(),
                       [&](std::string_view family) { return model.starts_with(family); });
}

// The others fill the field with anything.
bool knows_battery_voltage(Context& context)
{
    constexpr std::array<std::string_view, 7> kFamilies{
        "Evolution", "Pulsar Evolution", "Pulsar M", "Eaton 5P", "Eaton 9E", "5P", "9E"};
    return begins(eaton_model(context), kFamilies);
}

std::optional<std::string> battery_voltage(double value, Context& context)
{
    return knows_battery_voltage(context) ? std::optional(fixed(value, 1)) : std::nullopt;
}

std::optional<std::string> battery_voltage_nominal(double value, Context& context)
{
    return knows_battery_voltage(context) ? std::optional(fixed(value, 0)) : std::nullopt;
}

std::optional<std::string> powerfactor(double value, Context&) { return fixed(value / 100, 2); }

// From the load where the UPS has no figure of its own.
std::optional<std::string> realpower(double nominal, Context& context)
{
    constexpr double kUsual = 0.8;
    const auto load = context.value("UPS.PowerSummary.PercentLoad");
    if (!load)
        return std::nullopt;
    const auto told = context.value("UPS.PowerConverter.Output.PowerFactor");
    const double factor = told && *told > 0 && *told <= 100 ? *told / 100 : kUsual;
    return fixed(nominal * *load / 100 * factor, 0);
}

std::optional<std::string> country(double value, Context&)
{
    constexpr std::array<const char*, 5> kCountries{"Europe", "US", "Europe 208", "Worldwide", "Australia"};
    const auto number = bits_of(value);
    return number < kCountries.size() ? std::optional<std::string>(kCountries[number]) : std::nullopt;
}

// The inverter feeds the load; or bypass or economy mode does, and then it says nothing about the mains.
std::optional<std::string> converter_online(double value, Context& context)
{
    if (value == 1)
        return "online";
    for (const auto* const other : {"UPS.PowerConverter.Input.[2].PresentStatus.Used",
                                    "UPS.PowerConverter.Input.[4].PresentStatus.Used",
                                    "UPS.PowerConverter.Input.[5].PresentStatus.Used"})
        if (context.value(other).value_or(0) > 0)
            return std::nullopt;
    return "!online";
}

// What the UPS allows in a mode, else what is usual: parts of the nominal voltage and frequency.
struct Range {
    std::string_view low;
    std::string_view high;
    std::string_view frequency; // %
    double usual_low;
    double usual_high;
    double usual_frequency;
};
constexpr Range kBypass{"UPS.PowerConverter.Output.LowVoltageBypassTransfer",
                        "UPS.PowerConverter.Output.HighVoltageBypassTransfer",
                        "UPS.PowerConverter.Output.FrequencyRangeBypassTransfer",
                        0.80,
                        1.15,
                        0.10};
constexpr Range kEconomy{"UPS.PowerConverter.Output.LowVoltageEcoTransfer",
                         "UPS.PowerConverter.Output.HighVoltageEcoTransfer",
                         "UPS.PowerConverter.Output.FrequencyRangeEcoTransfer",
                         0.95,
                         1.05,
                         0.05};

// A limit is a percentage of the nominal voltage or volts; 0: the UPS doesn't say.
double limit(Context& context, std::string_view path, double nominal, double usual)
{
    const auto told = context.value(path).value_or(0);
    return told > 0 ? told : nominal * usual;
}

bool within(Context& context, const Range& range)
{
    const auto volts = context.value("UPS.PowerConverter.Input.[2].Voltage");
    const auto hertz = context.value("UPS.PowerConverter.Input.[2].Frequency");
    const auto nominal = context.value("UPS.Flow.[4].ConfigVoltage");
    const auto cycle = context.value("UPS.Flow.[4].ConfigFrequency");
    if (!volts || !hertz || !nominal || !cycle)
        return false;
    const auto told = context.value(range.frequency).value_or(0);
    const double swing = told > 0 ? told / 100 : range.usual_frequency;
    return *volts >= limit(context, range.low, *nominal, range.usual_low)
           && *volts <= limit(context, range.high, *nominal, range.usual_high)
           && std::abs(*hertz - *cycle) <= *cycle * swing;
}

std::optional<std::string> bypass(double value, Context& context)
{
    if (value == 0)
        return "disabled";
    return value == 1 && within(context, kBypass) ? std::optional<std::string>("on") : std::nullopt;
}

// The load must not be put on a bypass that can't carry it.
std::optional<double> bypass_of(std::string_view text, Context& context)
{
    if (text == "disabled")
        return 0;
    return text == "on" && within(context, kBypass) ? std::optional(1.0) : std::nullopt;
}

std::optional<std::string> number(double value, Context&) { return fixed(value, 0); }

std::optional<double> economy_of(std::string_view text, Context& context)
{
    const auto value = to_int(text);
    if (value == 0)
        return 0;
    return value == 1 && within(context, kEconomy) ? std::optional(1.0) : std::nullopt;
}

// Outlets of these can be switched off when little hangs on the first one.
bool pegasus(Context& context)
{
    constexpr std::array<std::string_view, 4> kFamilies{"Ellipse MAX", "Ellipse ECO", "Protection Station",
                                                        "PROTECTIONCENTER"};
    return begins(eaton_model(context), kFamilies);
}

// The nominal voltages that can be chosen are those of the region that the UPS was built for.
template <int low, int high>
bool output_between(Context& context)
{
    const auto volts = context.value("UPS.Flow.[4].ConfigVoltage");
    return volts && *volts >= low && *volts < high;
}

// clang-format off
constexpr std::array kConversions{
    Conversion{"eaton-battery-capacity",        over<3600, 2>}, // As
    Conversion{"eaton-battery-voltage",         battery_voltage},
    Conversion{"eaton-battery-voltage-nominal", battery_voltage_nominal},
    Conversion{"eaton-powerfactor",             powerfactor},
    Conversion{"eaton-realpower",               realpower},
    Conversion{"eaton-country",                 country},
    Conversion{"eaton-converter-online",        converter_online},
    Conversion{"eaton-bypass-on",               bypass, bypass_of},
    Conversion{"eaton-eco-command",             number, economy_of},
};

constexpr std::array kGuards{
    Guard{"eaton-pegasus",    pegasus},
    Guard{"eaton-output-100", output_between<1, 150>},
    Guard{"eaton-output-200", output_between<150, 215>},
    Guard{"eaton-output-220", output_between<215, 300>},
};
// clang-format on

} // namespace

std::string eaton_model(Context& context)
{
    auto model = text_at(context, "UPS.PowerSummary.iProduct");
    if (model.empty())
        model = context.device().product;
    auto kind = text_at(context, "UPS.PowerSummary.iModel");
    if (kind.empty())
        if (const auto nominal = context.value("UPS.Flow.[4].ConfigApparentPower"); nominal && *nominal > 0)
            kind = fixed(*nominal, 0);
    return eaton_name(model, kind);
}

std::span<const Conversion> eaton_conversions() { return kConversions; }
std::span<const Guard> eaton_guards() { return kGuards; }

} // namespace upright::usbhid
