// How the units of the power device class are written in a report descriptor (HID 1.11, 6.2.2.7).
#pragma once

#include "drivers/upsim/hid/field.hpp"

namespace upright::upsim {

struct HidUnitCode {
    std::uint32_t code = 0;
    int power = 0; // in centimetres and grams a volt is 10^7 of them
};

constexpr HidUnitCode code_of(HidUnit unit)
{
    switch (unit) {
    case HidUnit::none: break;
    case HidUnit::volt: return {.code = 0x00F0D121, .power = 7};
    case HidUnit::ampere: return {.code = 0x00100001, .power = 0};
    case HidUnit::watt: return {.code = 0x0000D121, .power = 7};
    case HidUnit::second: return {.code = 0x00001001, .power = 0};
    case HidUnit::kelvin: return {.code = 0x00010001, .power = 0};
    case HidUnit::hertz: return {.code = 0x0000F001, .power = 0};
    case HidUnit::ampere_second: return {.code = 0x00101001, .power = 0};
    }
    return {};
}

} // namespace upright::upsim
