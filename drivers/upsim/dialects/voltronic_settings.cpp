#include "drivers/upsim/dialects/voltronic_settings.hpp"

#include "common/text/number.hpp"

#include "drivers/upsim/dialects/frame.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace upright::upsim {
namespace {

struct Setting {
    std::string_view setter; // blank: never changes
    std::string_view query;  // that shows it, with the others of the same query, in this order
    std::string_view value;  // at first: as wide as any
    double lowest;
    double highest;
};

// clang-format off
constexpr std::array kSettings{
    Setting{"HEH",   "QHE",   "",     90,  300}, // ECO, volts: of the rated ones, see below
    Setting{"HEL",   "QHE",   "",     60,  240},
    Setting{"FREH",  "QFRE",  "",     50,  72},  // ECO, Hz
    Setting{"FREL",  "QFRE",  "",     40,  60},
    Setting{"PHV",   "QBYV",  "",     60,  280}, // bypass, volts
    Setting{"PLV",   "QBYV",  "",     50,  225},
    Setting{"PGF",   "QBYF",  "",     50,  72},  // bypass, Hz
    Setting{"PSF",   "QBYF",  "",     40,  60},
    Setting{"BATN",  "",      "2",    1,   9},
    Setting{"BATGN", "",      "01",   1,   99},
    Setting{"PSK1",  "QSKT1", "008",  0,   999},
    Setting{"PSK2",  "QSKT2", "015",  0,   999},
    Setting{"PBT",   "QBT",   "01",   0,   2},
    Setting{"PGR",   "QGR",   "01",   0,   1},
    Setting{"",      "QPD",   "000",  0,   0},
    Setting{"PPD",   "QPD",   "000",  0,   240},
};
// clang-format on

constexpr std::string_view kFlags = "pbroasvegdcfjlnqw";
constexpr std::string_view kEnabled = "pbrascdjl";

} // namespace

VoltronicSettings::VoltronicSettings(double volts, double frequency) : enabled_(kEnabled)
{
    static_assert(kSettings.size() == kCount);
    const std::array first{field(volts * 1.05, 3, 0),  field(volts * 0.95, 3, 0), field(frequency + 3, 4, 1),
                           field(frequency - 3, 4, 1), field(volts * 1.15, 3, 0), field(volts * 0.74, 3, 0),
                           field(frequency + 4, 4, 1), field(frequency - 4, 4, 1)};
    for (std::size_t i = 0; i < kCount; ++i)
        values_[i] = i < first.size() ? first[i] : std::string(kSettings[i].value);
}

std::optional<std::string> VoltronicSettings::shown(std::string_view query) const
{
    std::string text;
    for (std::size_t i = 0; i < kCount; ++i)
        if (!query.empty() && kSettings[i].query == query)
            text += (text.empty() ? "(" : " ") + values_[i];
    return text.empty() ? std::nullopt : std::optional(text);
}

std::string VoltronicSettings::value(std::string_view setter) const
{
    for (std::size_t i = 0; i < kCount; ++i)
        if (kSettings[i].setter == setter)
            return values_[i];
    return {};
}

std::string VoltronicSettings::flags() const
{
    std::string off = "D";
    for (const char letter : kFlags)
        if (!flag(letter))
            off += letter;
    return 'E' + enabled_ + off;
}

bool VoltronicSettings::set(std::string_view command)
{
    if (command == "PF") {
        enabled_ = kEnabled;
        return true;
    }
    if (command.size() == 3 && (command.starts_with("PE") || command.starts_with("PD"))) {
        const char letter = static_cast<char>(std::tolower(static_cast<unsigned char>(command[2])));
        if (kFlags.find(letter) == kFlags.npos)
            return false;
        std::erase(enabled_, letter);
        if (command[1] == 'E')
            enabled_ += letter;
        return true;
    }
    for (std::size_t i = 0; i < kCount; ++i) {
        const auto& setting = kSettings[i];
        if (setting.setter.empty() || !command.starts_with(setting.setter))
            continue;
        const auto given = command.substr(setting.setter.size());
        const auto number = to_double(given);
        if (given.size() != values_[i].size() || !number || *number < setting.lowest
            || *number > setting.highest)
            continue;
        values_[i] = given;
        return true;
    }
    return false;
}

} // namespace upright::upsim
