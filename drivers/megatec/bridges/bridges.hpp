// The makers of the bridges, for the table in bridge.cpp.
#pragma once

#include "drivers/megatec/bridges/bridge.hpp"

namespace upright::megatec {

using MakeBridge = std::unique_ptr<Bridge>(const BridgeOptions& options);

// Commands in reports, answers in interrupt packets up to their CR.
MakeBridge cypress_bridge, phoenix_bridge, ippon_bridge, omron_bridge, gtec_bridge;
// Each command is the index of a string descriptor, the answer is the string.
MakeBridge krauler_bridge, fabula_bridge, hunnox_bridge, snr_bridge;
// Frames of their own.
MakeBridge fuji_bridge, phoenixtec_bridge, sgs_bridge, ablerex_bridge, armac_bridge;

} // namespace upright::megatec
