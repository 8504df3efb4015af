#include "drivers/upsim/usb_ups.hpp"

#include "drivers/upsim/hid/hid_ups.hpp"
#include "drivers/upsim/hid/replay_ups.hpp"
#include "drivers/upsim/usb_bridge.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsim {
namespace {

struct FaultWords {
    std::string_view words;
    UsbFault fault;
};
constexpr std::array kFaults{
    FaultWords{"fault stall", UsbFault::stall},
    FaultWords{"stall", UsbFault::stall},
    FaultWords{"fault overflow", UsbFault::overflow},
    FaultWords{"overflow", UsbFault::overflow},
    FaultWords{"fault hang", UsbFault::hang},
    FaultWords{"fault silent", UsbFault::silent},
    FaultWords{"fault disconnect-mid", UsbFault::vanish},
    FaultWords{"fault reset-needed", UsbFault::needs_reset},
};

} // namespace

std::optional<Result<std::string>> UsbUps::own_action(std::string_view action)
{
    const auto* const found = std::find_if(kFaults.begin(), kFaults.end(),
                                           [&](const FaultWords& row) { return row.words == action; });
    if (found == kFaults.end())
        return std::nullopt;
    device().set_fault(found->fault);
    return Result<std::string>(std::string());
}

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

namespace {

struct Wanted {
    std::string name; // of the UPS
    std::string what; // profile, file or bridge
    std::string serial;
    std::string_view dialect;
    std::uint64_t seed = 1;
};

Result<UsbUpsPtr> make_hid(const Wanted& wanted)
{
    const auto* const profile = find_hid_profile(wanted.what);
    if (profile == nullptr)
        return Error{Errc::invalid_argument, "there is no HID profile called " + wanted.what};
    return UsbUpsPtr(std::make_unique<HidUps>(wanted.name, *profile, wanted.serial, wanted.seed));
}

Result<UsbUpsPtr> make_replay(const Wanted& wanted)
{
    auto recording = load_hid_recording(wanted.what);
    if (!recording.clean())
        return Error{Errc::invalid_argument, to_string(recording.problems.front())};
    return UsbUpsPtr(
        std::make_unique<ReplayUps>(wanted.name, wanted.what, std::move(recording.value), wanted.serial));
}

Result<UsbUpsPtr> make_bridge(const Wanted& wanted)
{
    const auto* const chip = find_usb_chip(wanted.what);
    if (chip == nullptr)
        return Error{Errc::invalid_argument, "there is no bridge called " + wanted.what};
    return UsbUpsPtr(
        std::make_unique<BridgeUps>(wanted.name, wanted.dialect, *chip, wanted.serial, wanted.seed));
}

} // namespace

Result<UsbUpsPtr> make_usb_ups(const std::string& kind, std::string_view dialect, int number)
{
    struct Kind {
        std::string_view prefix;
        Result<UsbUpsPtr> (*make)(const Wanted& wanted);
    };
    static constexpr std::array kKinds{Kind{"hid:", make_hid}, Kind{"replay:", make_replay},
                                       Kind{"", make_bridge}};
    const auto* const found = std::find_if(kKinds.begin(), kKinds.end(),
                                           [&](const Kind& one) { return kind.starts_with(one.prefix); });
    const auto rest = kind.substr(found->prefix.size());
    const auto colon = std::min(rest.find(':'), rest.size());
    return found->make({.name = fmt::format("ups{}", number),
                        .what = rest.substr(0, colon),
                        .serial = colon < rest.size() ? rest.substr(colon + 1) : "",
                        .dialect = dialect,
                        .seed = static_cast<std::uint64_t>(number)});
}

} // namespace upright::upsim
