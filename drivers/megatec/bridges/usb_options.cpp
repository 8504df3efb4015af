#include "drivers/megatec/bridges/usb_options.hpp"

#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/usb_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upright::megatec {
namespace {

constexpr std::string_view kOlderName = "blazer_usb";

[[noreturn]] void refuse(const std::string& what) { throw DeviceError(what, DeviceError::Kind::fatal); }

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
    return [list = io::usb_ids_of("nutdrv_qx", options, bridge_names())](const io::UsbDescription& device,
                                                                         bool texts_known) {
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

} // namespace

// The options that say how, not which, leave a serial port alone.
bool wants_usb(const DriverOptions& options)
{
    return options.program == kOlderName || equal_ignoring_case(options.port, "auto")
           || options.flag("subdriver") || options.flag("langid_fix") || io::names_usb_device(options);
}

std::unique_ptr<UsbLink> usb_link(const DriverOptions& options)
{
    auto match = io::usb_match(options);
    const auto name = options.text("subdriver");
    return std::make_unique<UsbLink>(
        std::move(match), name ? named_bridge(options, *name) : listed_bridge(options),
        BridgeOptions{.language = language_of(options)},
        io::usb_settings(options, "UPS with a Megatec bridge that nutdrv_qx knows"));
}

const std::vector<DriverOption>& usb_options()
{
    using Kind = DriverOption::Kind;
    static const std::vector<DriverOption> options = [] {
        auto all = io::usb_options();
        all.push_back({"subdriver", Kind::value, "USB: the bridge; needs vendorid and productid"});
        all.push_back({"langid_fix", Kind::value,
                       "USB: language of the strings, for krauler and its like (0x409, 0x4095)"});
        all.push_back({"noscanlangid", Kind::flag, "USB: accepted; languages are never guessed"});
        return all;
    }();
    return options;
}

} // namespace upright::megatec
