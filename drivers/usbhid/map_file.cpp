// Reads devices/usbhid/*.toml (docs/usbhid-device-files.md).
#include "common/config/document.hpp"
#include "drivers/usbhid/map_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

namespace upright::usbhid {
namespace {

// usages = ["apc"]: its tables before the standard's.
hid::UsageNames usages_of(TomlFields& fields, const hid::UsageTables& tables)
{
    std::vector<const hid::UsageNames::Table*> chosen;
    auto names = fields.texts("usages");
    names.emplace_back("standard");
    for (const auto& name : names) {
        const auto found = tables.find(name);
        if (found != tables.end()) {
            chosen.push_back(&found->second);
            continue;
        }
        std::vector<std::string_view> known;
        for (const auto& [one, table] : tables)
            known.push_back(one);
        if (const auto* const node = fields.node("usages"))
            fields.complain_of_name(*node, "table of usages", name, known);
    }
    return hid::UsageNames(std::move(chosen));
}

void read_device(TomlFields& fields, HidMap& map)
{
    map.version = fields.required_text("version");
    map.manufacturer = fields.text("manufacturer").value_or("");
    if (map.version.size() > kLongestText || map.manufacturer.size() > kLongestText)
        fields.complain(fmt::format("version and manufacturer have {} characters at most", kLongestText));
    map.identity = find_identity("texts");
    if (const auto name = fields.text("identity")) {
        map.identity = find_identity(*name);
        if (map.identity == nullptr)
            fields.complain_of_name(*fields.node("identity"), "identity", *name, identity_names());
    }
    for (const auto& name : fields.texts("repairs")) {
        map.repairs.push_back(find_repair(name));
        if (map.repairs.back() == nullptr)
            fields.complain_of_name(*fields.node("repairs"), "repair", name, repair_names());
    }
    std::erase(map.repairs, nullptr);
    if (const auto seconds = fields.whole("full_poll_interval", 1, 3600))
        map.full_poll_interval = std::chrono::seconds(*seconds);
    map.start_delay = fields.whole("start_delay", 0, 86400).value_or(map.start_delay);
    map.shutdown_delay = fields.whole("shutdown_delay", 0, 86400).value_or(map.shutdown_delay);
    map.delay_step = fields.whole("delay_step", 1, 3600).value_or(map.delay_step);
    map.no_interrupts = fields.flag("no_interrupts");
}

template <class Row, class Read>
void read_rows(TomlFields& fields, std::string_view key, std::vector<Row>& rows, Read read)
{
    const auto tables = fields.tables(key);
    if (tables.size() > kMostRows) {
        fields.complain(*fields.node(key), fmt::format("{} has more than {} rows", key, kMostRows));
        return;
    }
    for (const auto* const table : tables)
        rows.push_back(read(*table));
}

HidMap map_of(const toml::table& top, const hid::UsageTables& tables, Complaints& complaints)
{
    TomlFields fields(top, complaints);
    HidMap map;
    map.usages = usages_of(fields, tables);
    read_device(fields, map);
    read_rows(fields, "values", map.values,
              [&](const auto& row) { return value_row_of(row, map.usages, complaints); });
    read_rows(fields, "status", map.status,
              [&](const auto& row) { return status_row_of(row, map.usages, complaints); });
    read_rows(fields, "commands", map.commands,
              [&](const auto& row) { return command_row_of(row, map.usages, complaints); });
    read_rows(fields, "settings", map.settings,
              [&](const auto& row) { return setting_row_of(row, map.usages, complaints); });
    fields.required("status");
    fields.finish();
    return map;
}

} // namespace

Loaded<HidMap> parse_hid_map(const std::string& file, std::string_view toml, const hid::UsageTables& usages)
{
    if (const auto line = hopeless_line(toml))
        return {{}, {{file, *line, 1, "this is no map file: it is too large, or has too much in a line"}}};
    Complaints complaints(file);
    HidMap map;
    try {
        map = map_of(toml::parse(toml, file), usages, complaints);
    } catch (const toml::parse_error& e) {
        complaints.add(e.source(), std::string(e.description()));
    }
    map.name = std::filesystem::path(file).stem();
    return {std::move(map), complaints.take()};
}

Loaded<HidMap> load_hid_map(const std::string& file, const hid::UsageTables& usages)
{
    const auto text = read_file(file);
    if (text)
        return parse_hid_map(file, *text, usages);
    Loaded<HidMap> unread;
    unread.problems.push_back({file, 0, 0, to_string(text.error())});
    return unread;
}

} // namespace upright::usbhid
