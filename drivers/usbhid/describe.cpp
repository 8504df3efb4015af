#include "drivers/usbhid/describe.hpp"

#include "common/text/hex.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"
#include "drivers/io/hid/field_value.hpp"
#include "drivers/usbhid/reports.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <set>

namespace upright::usbhid {
namespace {

using hid::ReportType;

constexpr std::size_t kBytesInLine = 32;

void print_bytes(std::FILE* out, std::string_view keyword, std::string_view bytes)
{
    for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kBytesInLine)))
        fmt::print(out, "{} {}\n", keyword, hex(bytes.substr(0, kBytesInLine)));
}

// Any bytes as printable ones: a backslash is two, what can't be printed is \xNN.
std::string printable(std::string_view text)
{
    std::string all;
    for (const char& c : text)
        all += c == '\\' ? "\\\\" : escaped({&c, 1});
    return all;
}

std::string_view name(ReportType type)
{
    return type == ReportType::input ? "input" : type == ReportType::output ? "output" : "feature";
}

std::string map_name(const Source& source) { return source.map().empty() ? "generic" : source.map(); }

std::string limits(const hid::Field& field)
{
    auto text = fmt::format("{}..{}", field.logical.min, field.logical.max);
    if (field.max_guessed)
        text += " (guessed)";
    if (field.physical)
        text += fmt::format(" is {}..{}", field.physical->min, field.physical->max);
    if (field.unit != 0)
        text += fmt::format(" of unit {:08x} e{}", field.unit, field.exponent);
    return text;
}

class Description {
public:
    Description(Source& source, const HidMap& map, std::FILE* out)
        : source_(source), map_(map), names_(map.usages), out_(out)
    {
    }

    void print()
    {
        const auto& device = source_.device();
        fmt::print(out_, "# {} {}, map {}\n", escaped(device.vendor), escaped(device.product),
                   map_name(source_));
        fmt::print(out_, "device {} release {:04x}\n", device.ids(), device.release);
        text("text vendor", device.vendor);
        text("text product", device.product);
        text("text serial", device.serial);
        print_bytes(out_, "configuration", source_.configuration());
        const auto bytes = source_.transport().report_descriptor();
        print_bytes(out_, "descriptor", bytes);
        reports_ = Reports(hid::parse_report_descriptor(bytes));
        std::set<std::pair<ReportType, std::uint8_t>> told;
        for (const auto& field : reports_.descriptor().fields)
            if (field.type != ReportType::output && told.emplace(field.type, field.report).second)
                print_report(field.type, field.report);
        for (const auto index : texts_)
            if (const auto said = source_.transport().text(index))
                text(fmt::format("string {}", index), *said);
    }

private:
    void text(std::string_view keyword, std::string_view said)
    {
        if (!said.empty())
            fmt::print(out_, "{} {}\n", keyword, quoted(printable(said)));
    }

    void print_report(ReportType type, std::uint8_t id)
    {
        const auto length = reports_.descriptor().length(type, id);
        std::optional<std::string> report;
        try {
            report = source_.transport().get_report(type, id, length);
        } catch (const DeviceError& e) {
            if (e.kind() == DeviceError::Kind::lost)
                throw;
        }
        if (report) {
            fmt::print(out_, "\n{} {:02x} {}\n", name(type), id, hex(*report));
            reports_.store(type, id, *report);
        } else {
            fmt::print(out_, "\n# {} {:02x}: no answer\n", name(type), id);
        }
        for (const auto& field : reports_.descriptor().fields)
            if (field.type == type && field.report == id)
                print_field(field);
    }

    void print_field(const hid::Field& field)
    {
        const auto path = names_.text(field.path);
        const auto value = reports_.value(field);
        fmt::print(out_, "#   {} = {}; bits {}..{}, {}{}\n", path, value ? fmt::format("{:g}", *value) : "?",
                   field.offset, field.offset + field.size - 1, limits(field),
                   field.constant() ? ", constant" : "");
        constexpr double kLastText = 255;
        if (value && *value >= 1 && *value <= kLastText && is_text(field, path.substr(path.rfind('.') + 1)))
            texts_.insert(static_cast<std::uint8_t>(*value));
    }

    // The number of a string: by its usage (iProduct), or because the map takes it for one.
    bool is_text(const hid::Field& field, std::string_view usage) const
    {
        if (usage.size() > 1 && usage[0] == 'i' && std::isupper(static_cast<unsigned char>(usage[1])) != 0)
            return true;
        return std::any_of(map_.values.begin(), map_.values.end(), [&](const ValueRow& row) {
            return row.path == field.path && row.meaning.conversion != nullptr
                   && row.meaning.conversion->name == "text";
        });
    }

    Source& source_;
    const HidMap& map_;
    const hid::UsageNames& names_;
    std::FILE* out_;
    Reports reports_;
    std::set<std::uint8_t> texts_; // that fields point to
};

} // namespace

int describe(Source& source, HidMaps& maps, std::FILE* out)
{
    source.open();
    Description(source, maps.get(map_name(source)), out).print();
    return std::fflush(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace upright::usbhid
