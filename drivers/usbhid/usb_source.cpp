#include "drivers/usbhid/usb_source.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/io/usb/usb_options.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upright::usbhid {
namespace {

constexpr std::string_view kDriver = "usbhid-ups";

[[noreturn]] void refuse(const std::string& what) { throw DeviceError(what, DeviceError::Kind::fatal); }

io::UsbSettings usb_settings(const DriverOptions& options)
{
    auto settings = io::usb_settings(options, "USB HID UPS");
    settings.interface = options.number("usb_hid_rep_index", 0, 255, 0);
    settings.configuration = options.number("usb_config_index", 0, 255, 0);
    return settings;
}

std::optional<std::uint8_t> endpoint(const DriverOptions& options, std::string_view name)
{
    const auto text = options.text(name);
    if (!text)
        return std::nullopt;
    auto digits = std::string_view(*text);
    if (digits.starts_with("0x") || digits.starts_with("0X"))
        digits.remove_prefix(2);
    std::uint8_t value = 0;
    const auto* const end = digits.data() + digits.size();
    const auto [at, failed] = std::from_chars(digits.data(), end, value, 16);
    constexpr unsigned kIn = 0x80;
    const bool right_way = (value & kIn) != 0 || name != "usb_hid_ep_in";
    if (failed != std::errc{} || at != end || !right_way)
        refuse(options.complaint(
            name, fmt::format("{} = {}: want an endpoint in hex, as 0x81", name, escaped(*text))));
    return value;
}

io::UsbHidSettings hid_settings(const DriverOptions& options)
{
    constexpr int kLongestPacket = 1024;
    endpoint(options, "usb_hid_ep_out"); // nothing is sent that way
    return {.descriptor_index = options.number("usb_hid_desc_index", 0, 255, 0),
            .endpoint = endpoint(options, "usb_hid_ep_in"),
            .packet = static_cast<std::size_t>(options.number("interruptsize", 0, kLongestPacket, 0))};
}

std::string chosen_map(const DriverOptions& options, const std::vector<std::string_view>& maps)
{
    const auto name =
        options.flag("explore") ? std::optional<std::string>("explore") : options.text("subdriver");
    if (name && std::find(maps.begin(), maps.end(), *name) == maps.end())
        refuse(options.complaint("subdriver", fmt::format("subdriver = {}: there is none of that name{}",
                                                          escaped(*name), did_you_mean(*name, maps))));
    return name.value_or("");
}

bool same_if_told(const std::string& now, const std::string& before) { return now.empty() || now == before; }

} // namespace

UsbSource::UsbSource(const DriverOptions& options, const std::vector<std::string_view>& maps)
    : match_(io::usb_match(options)), ids_(io::usb_ids_of(kDriver, options, maps)),
      chosen_(chosen_map(options, maps)), any_device_(options.flag("productid")),
      vendor_given_(options.flag("vendorid")), placed_(options.flag("bus") || options.flag("busport")),
      serial_given_(options.flag("serial")), usb_(usb_settings(options), hid_settings(options))
{
}

const std::vector<DriverOption>& UsbSource::options()
{
    using Kind = DriverOption::Kind;
    static const std::vector<DriverOption> all = [] {
        auto options = io::usb_options();
        // clang-format off
        options.insert(options.end(), {
            {"subdriver",         Kind::value, "The map to use instead of the one that usb-ids.toml tells"},
            {"explore",           Kind::flag,  "Use no map; see --describe"},
            {"usb_config_index",  Kind::value, "USB: index of the configuration (default 0)"},
            {"usb_hid_rep_index", Kind::value, "USB: the interface that is the UPS (default 0)"},
            {"usb_hid_desc_index", Kind::value, "USB: index of the report descriptor (default 0)"},
            {"usb_hid_ep_in",     Kind::value, "USB: the interrupt endpoint, in hex (default: its first)"},
            {"usb_hid_ep_out",    Kind::value, "USB: accepted; nothing is sent that way"},
            {"interruptsize",     Kind::value, "USB: bytes to ask for in one interrupt transfer"},
        });
        // clang-format on
        return options;
    }();
    return all;
}

const io::UsbId* UsbSource::id(const io::UsbDescription& device, bool texts_known) const
{
    return io::find_usb_id(ids_, kDriver, device, texts_known);
}

std::string UsbSource::map() const
{
    if (!chosen_.empty())
        return chosen_;
    if (const auto* const found = id(device(), true))
        return found->via;
    // A product that the list doesn't have yet, of a maker whose others it has, and the user says that it is
    // one.
    const auto* const other = any_device_ ? of_maker(device()) : nullptr;
    return other != nullptr ? other->via : "";
}

const io::UsbId* UsbSource::of_maker(const io::UsbDescription& device) const
{
    const auto it = std::find_if(ids_.begin(), ids_.end(), [&](const auto& one) {
        return one.vendor_id == device.vendor_id && one.manufacturer.empty() && one.product.empty();
    });
    return it == ids_.end() ? nullptr : &*it;
}

// The user has named the product, and it is of a maker that we know, or named, too.
bool UsbSource::is_named(const io::UsbDescription& device) const
{
    return any_device_ && (vendor_given_ || of_maker(device) != nullptr);
}

std::string UsbSource::quirk() const
{
    const auto* const found = id(device(), true);
    return found == nullptr ? std::string() : found->quirk;
}

bool UsbSource::may_be(const io::UsbDescription& device) const
{
    if (!last_)
        return match_.may_be(device);
    return device.vendor_id == last_->vendor_id && device.product_id == last_->product_id
           && (!by_place_
               || (device.bus == last_->bus && device.busport == last_->busport
                   && device.ports == last_->ports));
}

bool UsbSource::is(const io::UsbDescription& device) const
{
    if (!last_)
        return match_.matches(device);
    return same_if_told(device.vendor, last_->vendor) && same_if_told(device.product, last_->product)
           && same_if_told(device.serial, last_->serial);
}

// Looked out for before it is looked for, so that nothing comes unseen in between.
void UsbSource::open()
{
    if (last_ && !arrival_ && arrived_)
        arrival_ = std::make_unique<io::UsbArrival>(arrived_);
    find();
    arrival_.reset();
}

void UsbSource::find()
{
    const io::UsbWanted listed{.may_be =
                                   [this](const io::UsbDescription& device) {
                                       return may_be(device)
                                              && (is_named(device) || id(device, false) != nullptr);
                                   },
                               .is =
                                   [this](const io::UsbDescription& device) {
                                       return is(device) && (is_named(device) || id(device, true) != nullptr);
                                   }};
    const io::UsbWanted other{.may_be = [this](const io::UsbDescription& device) { return may_be(device); },
                              .is = [this](const io::UsbDescription& device) { return is(device); }};
    usb_.open(listed, other);
    // Twins often have the same serial number: only the user may say that it tells them apart.
    by_place_ = by_place_ || placed_ || (usb_.alike() > 1 && !serial_given_);
    if (!last_)
        last_ = usb_.device();
}

} // namespace upright::usbhid
