#include "drivers/upsim/usb_bridge.hpp"

#include "drivers/upsim/line_fault.hpp"

namespace upright::upsim {

BridgeUps::BridgeUps(std::string name, std::string_view dialect, const UsbChipKind& kind,
                     const std::string& serial, std::uint64_t seed)
    : UsbUps(std::move(name), std::string(kind.name), Rating{}, seed, 1), qx_(make_device(dialect, {})),
      noise_(seed * 2 + 1)
{
    become(identity_of(kind, serial),
           kind.make([this](std::string_view command) { return answer(command); }));
}

std::optional<std::string> BridgeUps::answer(std::string_view command)
{
    ++questions_;
    if (fault_.over(std::chrono::steady_clock::now()))
        fault_ = {};
    const auto kind = fault_.kind;
    if (fault_.answers && --*fault_.answers <= 0)
        fault_ = {};
    model().set_leaping(kind == Fault::Kind::leap);
    auto text = qx_->answer(model(), command);
    model().set_leaping(false);
    if (kind == Fault::Kind::mute)
        return "";
    return text ? std::optional(spoiled(kind, std::move(*text), noise_)) : std::nullopt;
}

} // namespace upright::upsim
