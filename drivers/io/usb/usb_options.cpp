#include "drivers/io/usb/usb_options.hpp"

#include "common/config/paths.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace upright::io {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw DeviceError(what, DeviceError::Kind::fatal); }

} // namespace

const std::vector<DriverOption>& usb_options()
{
    using Kind = DriverOption::Kind;
    // clang-format off
    static const std::vector<DriverOption> options{
        {"vendorid",   Kind::value, "USB: pattern for the vendor's id, four hex digits"},
        {"productid",  Kind::value, "USB: pattern for the product's id"},
        {"vendor",     Kind::value, "USB: pattern for the maker, as the device says it"},
        {"product",    Kind::value, "USB: pattern for the product, as the device says it"},
        {"serial",     Kind::value, "USB: pattern for the serial number"},
        {"bus",        Kind::value, "USB: pattern for the bus (001)"},
        {"device",     Kind::value, "USB: pattern for the address (002); a new one at each plugging in"},
        {"busport",    Kind::value, "USB: pattern for the port of the bus (001)"},
        {"allow_duplicates",     Kind::flag, "USB: if a device is in use, take the next one that fits"},
        {"usb_set_altinterface", Kind::either, "USB: set the alternative interface (default 0)"},
    };
    // clang-format on
    return options;
}

bool names_usb_device(const DriverOptions& options)
{
    const auto& keys = UsbMatch::keys();
    return std::any_of(keys.begin(), keys.end(), [&](auto key) { return options.flag(key); });
}

UsbMatch usb_match(const DriverOptions& options)
{
    auto match = UsbMatch::from([&](std::string_view key) { return options.text(key); });
    if (!match) {
        const auto& what = match.error().what;
        refuse(options.complaint(what.substr(0, what.find(' ')), what));
    }
    return *std::move(match);
}

UsbSettings usb_settings(const DriverOptions& options, std::string wanted)
{
    UsbSettings settings;
    settings.take_next_if_busy = options.flag("allow_duplicates");
    if (options.flag("usb_set_altinterface")) // with or without a number
        settings.alternative =
            options.text("usb_set_altinterface") ? options.number("usb_set_altinterface", 0, 255, 0) : 0;
    settings.wanted =
        names_usb_device(options) ? "USB device that fits this section of ups.conf" : std::move(wanted);
    return settings;
}

std::vector<UsbId> usb_ids_of(std::string_view driver, const DriverOptions& options,
                              const std::vector<std::string_view>& ways)
{
    const auto config_dir = options.config_dir.empty() ? paths::config_dir() : options.config_dir;
    auto ids = load_usb_ids(usb_ids_file(config_dir));
    if (!ids.clean()) {
        std::string all = "the list of USB devices is wrong";
        for (const auto& problem : ids.problems)
            all += "\n" + to_string(problem);
        refuse(all);
    }
    std::erase_if(ids.value, [&](const auto& id) { return id.driver != driver; });
    for (const auto& id : ids.value)
        if (!id.via.empty() && std::find(ways.begin(), ways.end(), id.via) == ways.end())
            refuse(fmt::format("{}: error: {} knows no \"{}\"{}", id.place, driver, escaped(id.via),
                               did_you_mean(id.via, ways)));
    return std::move(ids.value);
}

} // namespace upright::io
