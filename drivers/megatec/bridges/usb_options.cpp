#include "drivers/megatec/bridges/usb_options.hpp"

#include "common/config/paths.hpp"
#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/usb_ids.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upright::megatec {
namespace {

constexpr std::string_view kOlderName = "blazer_usb";

[[noreturn]] void refuse(const std::string& what) { throw DeviceError(what, DeviceError::Kind::fatal); }

io::UsbMatch match_of(const DriverOptions& options)
{
    auto match = io::UsbMatch::from([&](std::string_view key) { return options.text(key); });
    if (!match) {
        const auto& what = match.error().what;
        refuse(options.complaint(what.substr(0, what.find(' ')), what));
    }
    return *match;
}

// subdriver = <bridge> goes for whatever device the keys tell, but then they must tell.
BridgeOf named_bridge(const DriverOptions& options, const std::string& name)
{
    const auto known = bridge_names();
    if (std::find(known.begin(), known.end(), name) == known.end())
        refuse(options.complaint("subdriver", fmt::format("subdriver = {}: there is none of that name{}",
                                                          escaped(name), did_you_mean(name, known))));
    if (!options.text("vendorid") || !options.text("productid"))
        refuse(
            options.complaint("subdriver", "subdriver needs vendorid and productid: which device speaks so"));
    return [name](const io::UsbDescription&, bool) { return name; };
}

BridgeOf listed_bridge(const DriverOptions& options)
{
    const auto config_dir = options.config_dir.empty() ? paths::config_dir() : options.config_dir;
    auto ids = io::load_usb_ids(io::usb_ids_file(config_dir));
    if (!ids.clean()) {
        std::string all = "the list of USB devices is wrong";
        for (const auto& problem : ids.problems)
            all += "\n" + to_string(problem);
        refuse(all);
    }
    const auto bridges = bridge_names();
    for (const auto& id : ids.value)
        if (id.driver == "nutdrv_qx" && !id.via.empty()
            && std::find(bridges.begin(), bridges.end(), id.via) == bridges.end())
            refuse(fmt::format("{}: error: no bridge is called \"{}\"{}", id.place, escaped(id.via),
                               did_you_mean(id.via, bridges)));
    return [list = std::move(ids.value)](const io::UsbDescription& device, bool texts_known) {
        const auto* const found = io::find_usb_id(list, "nutdrv_qx", device, texts_known);
        return found == nullptr ? std::string() : found->via;
    };
}

std::optional<std::uint16_t> language_of(const DriverOptions& options)
{
    const auto given = options.text("langid_fix");
    if (!given)
        return std::nullopt;
    auto digits = std::string_view(*given);
    if (digits.starts_with("0x") || digits.starts_with("0X"))
        digits.remove_prefix(2);
    std::uint16_t value = 0;
    const auto* const end = digits.data() + digits.size();
    if (const auto [at, failed] = std::from_chars(digits.data(), end, value, 16);
        failed != std::errc{} || at != end)
        refuse(options.complaint(
            "langid_fix", fmt::format("langid_fix = {}: want a number in hex, as 0x409", escaped(*given))));
    return value;
}

io::UsbSettings settings_of(const DriverOptions& options)
{
    io::UsbSettings settings;
    settings.take_next_if_busy = options.flag("allow_duplicates");
    if (options.flag("usb_set_altinterface")) // with or without a number
        settings.alternative =
            options.text("usb_set_altinterface") ? options.number("usb_set_altinterface", 0, 255, 0) : 0;
    settings.wanted = "UPS with a Megatec bridge that nutdrv_qx knows";
    if (std::any_of(io::UsbMatch::keys().begin(), io::UsbMatch::keys().end(),
                    [&](std::string_view key) { return options.text(key).has_value(); }))
        settings.wanted = "USB device that fits this section of ups.conf";
    return settings;
}

} // namespace

// The options that say how, not which, leave a serial port alone.
bool wants_usb(const DriverOptions& options)
{
    const auto& keys = io::UsbMatch::keys();
    return options.program == kOlderName || equal_ignoring_case(options.port, "auto")
           || options.flag("subdriver") || options.flag("langid_fix")
           || std::any_of(keys.begin(), keys.end(), [&](auto key) { return options.flag(key); });
}

std::unique_ptr<UsbLink> usb_link(const DriverOptions& options)
{
    auto match = match_of(options);
    const auto name = options.text("subdriver");
    return std::make_unique<UsbLink>(std::move(match),
                                     name ? named_bridge(options, *name) : listed_bridge(options),
                                     BridgeOptions{.language = language_of(options)}, settings_of(options));
}

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
        {"subdriver",  Kind::value, "USB: the bridge; needs vendorid and productid"},
        {"langid_fix", Kind::value, "USB: language of the strings, for krauler and its like (0x409, 0x4095)"},
        {"noscanlangid",         Kind::flag, "USB: accepted; languages are never guessed"},
        {"allow_duplicates",     Kind::flag, "USB: if a device is in use, take the next one that fits"},
        {"usb_set_altinterface", Kind::either, "USB: set the alternative interface (default 0)"},
    };
    // clang-format on
    return options;
}

} // namespace upright::megatec
