// A field's value in a report, and what it means in physical units (HID 1.11, 6.2.2.7). Pure.
#pragma once

#include "drivers/io/hid/report_descriptor.hpp"

namespace upright::hid {

// The logical value: masked to what the limits need, then clamped to them. `report`: with its id first if the
// device has ids (`ids`). Nothing if the report is too short.
std::optional<std::int64_t> logical_value(const Field& field, std::string_view report, bool ids);

// V, A, W, s, K, Hz, A s; other units as they are.
double physical_value(const Field& field, std::int64_t logical);

// The way back: cut to a whole number, clamped to the limits.
std::int64_t logical_of(const Field& field, double physical);

// Writes the value into `report`; false if that is too short.
bool store_value(const Field& field, std::string& report, bool ids, std::int64_t logical);

} // namespace upright::hid
