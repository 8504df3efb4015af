#include "drivers/upsim/usb_ups.hpp"

namespace upright::upsim {

UsbUps::UsbUps(std::string name, const UsbChipKind& kind, UsbTexts texts, Rating rating, std::uint64_t seed)
    : SimulatedUps(std::move(name), std::string(kind.name), rating, seed, 1),
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
    auto text = megatec_answer(model(), identity_, command);
    const auto kind = fault_.kind;
    if (fault_.answers && --*fault_.answers <= 0)
        fault_ = {};
    if (kind == Fault::Kind::mute)
        return "";
    if (text && kind == Fault::Kind::garble)
        for (auto& c : *text) {
            noise_ = noise_ * 6364136223846793005ULL + 1442695040888963407ULL;
            if (c != '\r' && (noise_ >> 62) != 0) // three of four
                c = static_cast<char>('!' + (noise_ >> 33) % 90);
        }
    return text;
}

} // namespace upright::upsim
