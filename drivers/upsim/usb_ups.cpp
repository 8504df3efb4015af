#include "drivers/upsim/usb_ups.hpp"

#include "drivers/upsim/hid/hid_ups.hpp"
#include "drivers/upsim/usb_bridge.hpp"

#include <fmt/format.h>

namespace upright::upsim {

Result<void> UsbUps::set_fault(Fault fault)
{
    if (fault.kind == Fault::Kind::slow)
        return Error{Errc::invalid_argument, "there is no slow fault on USB"};
    fault_ = fault;
    if (fault.kind == Fault::Kind::none)
        device().set_fault(UsbFault::none);
    return {};
}

Result<void> UsbUps::drop() { return Error{Errc::invalid_argument, "want unplug and plug"}; }

void UsbUps::become(UsbIdentity identity, std::unique_ptr<UsbFunction> function)
{
    device_ = std::make_unique<UsbDevice>(std::move(identity), std::move(function));
}

Result<UsbUpsPtr> make_usb_ups(const std::string& kind, std::string_view dialect, int number)
{
    const auto name = fmt::format("ups{}", number);
    const auto seed = static_cast<std::uint64_t>(number);
    const auto is_hid = kind.starts_with("hid:");
    const auto rest = kind.substr(is_hid ? 4 : 0);
    const auto colon = std::min(rest.find(':'), rest.size());
    const auto what = rest.substr(0, colon);
    const auto serial = colon < rest.size() ? rest.substr(colon + 1) : "";
    if (is_hid) {
        const auto* const profile = find_hid_profile(what);
        if (profile == nullptr)
            return Error{Errc::invalid_argument, "there is no HID profile called " + what};
        return UsbUpsPtr(std::make_unique<HidUps>(name, *profile, serial, seed));
    }
    const auto* const chip = find_usb_chip(what);
    if (chip == nullptr)
        return Error{Errc::invalid_argument, "there is no bridge called " + what};
    return UsbUpsPtr(std::make_unique<BridgeUps>(name, dialect, *chip, serial, seed));
}

} // namespace upright::upsim
