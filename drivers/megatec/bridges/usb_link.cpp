#include "drivers/megatec/bridges/usb_link.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

namespace upright::megatec {

UsbLink::UsbLink(io::UsbMatch match, BridgeOf bridge_of, BridgeOptions options, io::UsbSettings settings)
    : match_(std::move(match)), bridge_of_(std::move(bridge_of)), options_(options),
      device_(std::move(settings))
{
}

void UsbLink::open()
{
    bridge_.reset();
    device_.open({{.may_be =
                       [this](const io::UsbDescription& device) {
                           return match_.may_be(device) && !bridge_of_(device, false).empty();
                       },
                   .is =
                       [this](const io::UsbDescription& device) {
                           return match_.matches(device) && !bridge_of_(device, true).empty();
                       }}});
    const auto& found = device_.description();
    name_ = first_bridge_name(bridge_of_(found, true));
    bridge_ = make_bridge(name_, options_);
    if (!bridge_)
        throw DeviceError(fmt::format("{} has no bridge called {}", found.ids(), escaped(name_)),
                          DeviceError::Kind::fatal);
    log::debug(1, "{} at {}/{} ({}, {}): bridge {}", found.ids(), found.bus, found.device,
               escaped(found.vendor), escaped(found.product), name_);
}

std::string UsbLink::exchange(std::string_view bytes, const io::Limits& limits)
{
    if (!bridge_)
        throw DeviceError("the USB device is not open", DeviceError::Kind::lost);
    auto answer = bridge_->exchange(device_, bytes, limits);
    if (answer.size() > limits.longest)
        throw DeviceError(fmt::format("an answer longer than {} bytes", limits.longest));
    return answer;
}

std::map<std::string, std::string> UsbLink::facts() const
{
    const auto& device = device_.description();
    return {{"driver.version.usb", io::usb_library()},
            {"ups.vendorid", fmt::format("{:04x}", device.vendor_id)},
            {"ups.productid", fmt::format("{:04x}", device.product_id)}};
}

} // namespace upright::megatec
