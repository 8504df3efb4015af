#include "drivers/upsim/usb_ups.hpp"

#include "drivers/upsim/line_fault.hpp"

namespace upright::upsim {

UsbUps::UsbUps(std::string name, std::string_view dialect, const UsbChipKind& kind, UsbTexts texts,
               Rating rating, std::uint64_t seed)
    : SimulatedUps(std::move(name), std::string(kind.name), rating, seed, 1), qx_(make_device(dialect, {})),
      device_(kind, std::move(texts), [this](std::string_view command) { return answer(command); }),
      noise_(seed * 2 + 1)
{
}

Result<void> UsbUps::set_fault(Fault fault)
{
    if (fault.kind == Fault::Kind::slow)
        return Error{Errc::invalid_argument, "there is no slow fault on USB"};
    fault_ = fault;
    if (fault.kind == Fault::Kind::none)
        device_.set_fault(UsbFault::none);
    return {};
}

Result<void> UsbUps::drop() { return Error{Errc::invalid_argument, "want unplug and plug"}; }

std::optional<std::string> UsbUps::answer(std::string_view command)
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
