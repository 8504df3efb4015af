// The parts of a HID UPS's profile: its fields, each with its place in the reports, its place in the report
// descriptor, and what it tells. Descriptor, reports and the truth are all made from these rows.
#pragma once

#include "drivers/upsim/model.hpp"
#include "drivers/upsim/usb_descriptors.hpp"

#include <string_view>

namespace upright::upsim {

// What a HID UPS knows beside the physics.
struct HidSettings {
    double low_charge = 20;     // %
    double warning_charge = 50; // %
    double low_runtime = 120;   // s
    double low_transfer = 0;    // V
    double high_transfer = 0;
    bool muted = false;
    double startup = -1;  // s after the shutdown that is to come; -1: stays off
    double last_test = 6; // as usage Test tells it: 6 none yet
    bool was_testing = false;
    int whole_seconds = 1; // delays are rounded down to multiples of it
};

struct HidState {
    Model& model;
    HidSettings& settings;
};

// Something that can be read, in V, A, Hz, W, s, K, %, or as a number with a meaning. Without `read` it is
// the number, which a write replaces if `kept`.
struct Quantity {
    double (*read)(const HidState& state, double number) = nullptr;
    void (*write)(const HidState& state, double value) = nullptr;
    double number = 0;
    bool kept = false;
};

enum class HidKind { feature, input, both };
enum class HidUnit { none, volt, ampere, watt, second, kelvin, hertz, ampere_second };

// What is odd about a field.
struct Odd {
    double scale = 1; // it tells so many times the truth
    double low = 0;   // physical limits
    double high = 0;
    unsigned garbage = 0;     // bits that are set beside the value
    bool forgot_sign = false; // logical maximum in too few bytes
    bool constant = false;    // may not be written, and says so
    bool nonvolatile = false;
    bool wide = false;   // usage of 4 bytes, with its page
    bool pushed = false; // its globals between PUSH and POP
    bool range = false;  // usages as minimum and maximum, with its neighbours
};

struct Field {
    std::string_view path; // "UPS.PowerSummary.RemainingCapacity"; "UPS.Flow.[4].ConfigVoltage"
    std::uint8_t report = 0;
    int bits = 8;
    HidKind kind = HidKind::feature;
    long long low = 0; // logical
    long long high = 255;
    HidUnit unit = HidUnit::none;
    int power = 0; // of ten, of the unit
    Quantity what;
    // What a driver shall publish: nothing, decimals ("0", "1", "2"), a map ("1=disabled;2=enabled"),
    // "string" (the number is that of a string descriptor), "date", "celsius".
    std::string_view variable = {};
    std::string_view as = {};
    Odd odd = {};
};

} // namespace upright::upsim
