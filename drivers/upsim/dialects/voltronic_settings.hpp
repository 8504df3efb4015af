// VoltronicSettings: what a Voltronic keeps: limits, numbers of batteries, delays of outlets, flags. Values
// are kept as their columns show them.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsim {

class VoltronicSettings {
public:
    explicit VoltronicSettings(double volts, double frequency);

    // The columns that a query shows, (242 207 for QHE; nothing if it shows no setting.
    std::optional<std::string> shown(std::string_view query) const;
    // HEH242 and its like, PE<flag>, PD<flag>, PF; false if there is none such or the value is out of bounds.
    bool set(std::string_view command);

    std::string value(std::string_view setter) const;
    bool flag(char letter) const { return enabled_.find(letter) != enabled_.npos; }
    std::string flags() const; // E, those that are on, D, the others

private:
    static constexpr std::size_t kCount = 16;

    std::array<std::string, kCount> values_;
    std::string enabled_;
};

} // namespace upright::upsim
