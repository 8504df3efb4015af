// UsageNames: what the usages of HID power devices are called. Names come from usages.toml; vendors' tables
// are looked at before the standard's. A usage without a name is eight hex digits, an index is [n].
#pragma once

#include "common/config/diagnostic.hpp"
#include "drivers/io/hid/report_descriptor.hpp"

#include <map>

namespace upright::hid {

class UsageNames {
public:
    using Table = std::map<std::string, Usage, std::less<>>;

    // `tables`: in the order in which they are looked at.
    explicit UsageNames(std::vector<const Table*> tables);
    UsageNames() = default;

    std::optional<Usage> find(std::string_view name) const;
    std::string name(Usage usage) const;

    // "UPS.Flow.[4].ConfigVoltage"; nothing if a name is unknown. `0xffff0097` and `ffff0097` are usages.
    std::optional<UsagePath> path(std::string_view text) const;
    std::string text(const UsagePath& path) const;
    // The first part of a path that means nothing; empty if there is none.
    std::string_view unknown_in(std::string_view path) const;
    std::vector<std::string_view> names() const;

private:
    std::vector<const Table*> tables_;
    std::map<Usage, std::string_view> names_;
};

// Tables by name; "standard" is that of the USB-IF's Power Devices (HID Usage Tables for Power Devices 1.1).
using UsageTables = std::map<std::string, UsageNames::Table, std::less<>>;
Loaded<UsageTables> load_usages(const std::string& file);

} // namespace upright::hid
