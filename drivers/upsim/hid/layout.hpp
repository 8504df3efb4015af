// Where the fields of a profile are in its reports, and the report descriptor that says so (HID 1.11, 6.2.2).
// Pure.
#pragma once

#include "drivers/upsim/hid/field.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsim {

struct PlacedField {
    const Field* field = nullptr;
    int offset = 0; // bits, after the report id
};

// Reports of one type, by their id.
struct HidReports {
    struct Report {
        std::vector<PlacedField> fields;
        int bits = 0; // a multiple of 8
    };
    std::map<std::uint8_t, Report> by_id;
};

struct HidLayout {
    HidReports features;
    HidReports inputs;
};

HidLayout hid_layout(const std::vector<Field>& fields);

// `in_arrays`: neighbours of one kind are one item with many usages.
std::string report_descriptor(const std::vector<Field>& fields, bool in_arrays);

// Raw bits of a value in V, %, s ... and back; what does not fit is cut as the device's firmware would.
std::uint32_t raw_of(const Field& field, double value);
double value_of(const Field& field, std::uint32_t raw);

std::uint32_t bits_at(const std::string& bytes, int offset, int bits);
void put_bits(std::string& bytes, int offset, int bits, std::uint32_t raw);

} // namespace upright::upsim
