// ReportDescriptor: what a HID device says of its reports (HID 1.11, 6.2.2): which fields they have, where
// each lies, what it means and in which unit. Pure; any bytes make a descriptor, if only an empty one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::hid {

using Usage = std::uint32_t; // page << 16 | id

// Usages from the outermost collection to the field itself. A collection whose type is the maker's own adds a
// node of page 0x00FF behind its usage: the number that tells several of a kind apart.
using UsagePath = std::vector<Usage>;
constexpr Usage kIndexPage = 0x00FF0000;

enum class ReportType { input = 1, output = 2, feature = 3 }; // as GET_REPORT numbers them

struct Limits {
    std::int64_t min = 0;
    std::int64_t max = 0;
};

struct Field {
    UsagePath path;
    ReportType type = ReportType::feature;
    std::uint8_t report = 0; // id
    unsigned offset = 0;     // bits, behind the report's id
    unsigned size = 0;       // bits, 1..32
    std::uint16_t attributes = 0;
    Limits logical;
    std::optional<Limits> physical;
    bool max_guessed = false; // the maker forgot that limits have a sign
    std::int8_t exponent = 0; // of ten
    std::uint32_t unit = 0;

    bool constant() const noexcept { return (attributes & 0x01U) != 0; }
    bool is_volatile() const noexcept { return (attributes & 0x80U) != 0; }
};

struct ReportDescriptor {
    std::vector<Field> fields; // in the descriptor's order
    bool has_report_ids = false;
    Usage application = 0; // of the first application collection

    // The first field of that path and type, or nullptr.
    const Field* find(const UsagePath& path, ReportType type) const;
    // Length of a report in bytes, the id included if there is one; 0 if there is no such report.
    std::size_t length(ReportType type, std::uint8_t report) const;

private:
    friend class ReportDescriptorParser;
    std::map<std::pair<ReportType, std::uint8_t>, unsigned> bits_;
};

constexpr std::size_t kLongestDescriptor = 0x1800; // bytes
constexpr std::size_t kMostFields = 2000;
constexpr std::size_t kDeepest = 10; // collections within each other

// What can't be understood is left out.
ReportDescriptor parse_report_descriptor(std::string_view bytes);

} // namespace upright::hid
