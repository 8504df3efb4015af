// The makers of all kinds of device; `dialect` is one of the names that the kind is in the table for. For
// make_device() alone.
#pragma once

#include "drivers/upsim/dialects/qx_device.hpp"

namespace upright::upsim {

using Maker = std::unique_ptr<QxDevice> (*)(std::string_view dialect, const Identity& identity);

std::unique_ptr<QxDevice> make_q1_kin(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_voltronic_qs(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_voltronic_hex(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_voltronic(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_axpert(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_best(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_masterguard(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_ablerex(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_three_phase(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_gtec(std::string_view dialect, const Identity& identity);
std::unique_ptr<QxDevice> make_omron(std::string_view dialect, const Identity& identity);

} // namespace upright::upsim
