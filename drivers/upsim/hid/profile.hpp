// HidProfile: a make of UPS of the HID class: its rows, and what it says of itself.
#pragma once

#include "drivers/upsim/hid/field.hpp"

#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace upright::upsim {

struct HidProfile {
    std::string_view name;
    UsbIdentity identity; // a serial number given by the user takes the place of `serial`
    Rating rating;
    std::vector<Field> fields;
    // Variables that no one field tells.
    std::vector<std::pair<std::string, std::string>> more_truth = {};
    // Words of the status that no PresentStatus tells.
    std::vector<std::pair<std::string_view, Quantity>> more_status = {};
    double low_charge = 20;
    double warning_charge = 50;
    double low_runtime = 120;
    int whole_seconds = 1;  // delays are rounded down to
    double heartbeat = 0;   // s between input reports when nothing changes; 0: none
    bool in_arrays = false; // fields share items of the report descriptor
    int wrong_length = 0;   // what GET_DESCRIPTOR says beside the truth of the report descriptor's length
};

const std::vector<HidProfile>& hid_profiles();
const HidProfile* find_hid_profile(std::string_view name);

} // namespace upright::upsim
