// Reports: what a device's reports last said, field by field. It owns the descriptor and the values. Pure:
// others bring the reports in.
#pragma once

#include "drivers/io/hid/report_descriptor.hpp"

#include <map>

namespace upright::usbhid {

class Reports {
public:
    Reports() = default;
    explicit Reports(hid::ReportDescriptor descriptor);

    const hid::ReportDescriptor& descriptor() const noexcept { return descriptor_; }

    // What is stored from now on is newer than what was before.
    void begin() { ++generation_; }

    // A report as it was read, its id first if the device has ids. Fields that it is too short for keep what
    // they had. True if a value changed.
    bool store(hid::ReportType type, std::uint8_t id, std::string_view report);

    // One packet from the interrupt endpoint, whose packets are at most `packet_size` bytes: a longer report
    // comes in several. Input fields count for the feature fields of the same path, too. True if a value
    // changed.
    bool hear(std::string_view packet, std::size_t packet_size);

    // It could not be read any more: what it said is no longer known.
    void forget(hid::ReportType type, std::uint8_t id);

    // Physical units; nothing if it was never read.
    std::optional<double> value(const hid::Field& field) const;
    // Grows from begin() to begin(); 0 if it was never read.
    unsigned generation(const hid::Field& field) const;
    // The bytes last read; nothing if it was never read.
    const std::string* bytes(hid::ReportType type, std::uint8_t id) const;

    // Feature if there is one of that path, or else input; nullptr if neither.
    const hid::Field* find(const hid::UsagePath& path) const;

private:
    struct Value {
        std::optional<double> physical;
        unsigned generation = 0;
    };
    std::size_t index(const hid::Field& field) const;
    bool set(std::size_t field, double physical);

    hid::ReportDescriptor descriptor_;
    std::vector<Value> values_;                     // as descriptor_.fields
    std::vector<std::optional<std::size_t>> twins_; // of an input field: the feature field of its path
    std::map<std::pair<hid::ReportType, std::uint8_t>, std::string> bytes_;
    unsigned generation_ = 0;
    std::string pending_; // packets of a report that is not complete
};

} // namespace upright::usbhid
