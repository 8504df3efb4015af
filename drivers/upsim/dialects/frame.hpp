// Frames and actions that most dialects share: columns of fixed width, the Q1, F and I frames, tests and
// shutdown. Pure; every frame ends with its CR.
#pragma once

#include "drivers/upsim/dialects/qx_device.hpp"

#include <initializer_list>

namespace upright::upsim {

// On-line UPSes have no boost and no trim, and tell the battery in volts per cell.
enum class Kind { line_interactive, on_line };

// A column: as wide as that whatever the value.
std::string field(double value, int width, int decimals);
std::string bits(std::initializer_list<bool> values);
bool all_digits(std::string_view text);
double cells(const Model& model); // 2 V each, in the battery
double output_amperes(const Model& model);
double rated_amperes(const Model& model);

std::string status_bits(const Model& model, Kind kind);
std::string status_frame(const Model& model, Kind kind); // ( and seven columns and the bits
std::string ratings_frame(const Model& model);           // #volts amperes battery frequency
std::string identity_frame(const Identity& identity);    // #maker model version

// n of S<n>: ".2" to ".9" for tenths of a minute, else two digits of minutes. In seconds.
std::optional<double> off_delay(std::string_view text);

// Obeyed, if it is one of these.
bool obey_test(Model& model, std::string_view command);       // T, TL, T<nn>, CT
bool obey_short_test(Model& model, std::string_view command); // T.<n>: tenths of a minute
bool obey_shutdown(Model& model, std::string_view command);   // S<n>, S<n>R<mmmm>
bool obey(Model& model, std::string_view command);            // the above, C and Q

} // namespace upright::upsim
