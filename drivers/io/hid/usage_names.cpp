#include "drivers/io/hid/usage_names.hpp"

#include "common/config/document.hpp"
#include "common/text/number.hpp"
#include "common/toml/toml_fields.hpp"

#include <fmt/format.h>

#include <charconv>

namespace upright::hid {
namespace {

constexpr std::size_t kMostNodes = 2 * kDeepest; // each collection may add an index

template <int base>
std::optional<Usage> whole(std::string_view text)
{
    Usage value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool all = failed == std::errc{} && end == text.data() + text.size() && !text.empty();
    return all ? std::optional(value) : std::nullopt;
}

// "[4]"
std::optional<Usage> index_of(std::string_view part)
{
    if (!part.starts_with('[') || !part.ends_with(']') || part.size() < 3)
        return std::nullopt;
    const auto number = whole<10>(part.substr(1, part.size() - 2));
    return number && *number <= 0x7F ? std::optional(kIndexPage | *number) : std::nullopt;
}

// Calls for each part between the dots, until it says false.
template <class Call>
void each_part(std::string_view text, Call call)
{
    for (;;) {
        const auto end = text.find('.');
        if (!call(text.substr(0, end)) || end == text.npos)
            return;
        text.remove_prefix(end + 1);
    }
}

UsageNames::Table table_of(const toml::table& table, Complaints& complaints)
{
    UsageNames::Table names;
    for (const auto& [key, node] : table) {
        const auto usage = node.is_integer() ? node.value<std::int64_t>() : std::nullopt;
        const std::string_view name = key.str();
        if (!usage || *usage < 0 || *usage > 0xFFFFFFFF)
            complaints.add(node.source(),
                           fmt::format("{} wants a usage: page and id, as 0x0084_0066", escaped(name)));
        else if (name.empty() || name.size() > 64 || name.find_first_of(".[]") != name.npos)
            complaints.add(key.source(), "no name of a usage has dots or brackets in it");
        else
            names.emplace(name, static_cast<Usage>(*usage));
    }
    return names;
}

} // namespace

UsageNames::UsageNames(std::vector<const Table*> tables) : tables_(std::move(tables))
{
    for (const auto* const table : tables_)
        for (const auto& [name, usage] : *table)
            names_.emplace(usage, name);
}

std::optional<Usage> UsageNames::find(std::string_view name) const
{
    for (const auto* const table : tables_)
        if (const auto found = table->find(name); found != table->end())
            return found->second;
    if (const auto index = index_of(name))
        return index;
    if (name.starts_with("0x"))
        name.remove_prefix(2);
    return name.size() == 8 ? whole<16>(name) : std::nullopt;
}

std::string UsageNames::name(Usage usage) const
{
    if (const auto found = names_.find(usage); found != names_.end())
        return std::string(found->second);
    if ((usage & 0xFFFF0000U) == kIndexPage)
        return fmt::format("[{}]", usage & 0xFFFFU);
    return fmt::format("{:08x}", usage);
}

std::optional<UsagePath> UsageNames::path(std::string_view text) const
{
    UsagePath path;
    bool known = true;
    each_part(text, [&](std::string_view part) {
        const auto usage = find(part);
        known = usage.has_value() && path.size() < kMostNodes;
        if (known)
            path.push_back(*usage);
        return known;
    });
    return known ? std::optional(std::move(path)) : std::nullopt;
}

std::string UsageNames::text(const UsagePath& path) const
{
    std::string text;
    for (const auto usage : path)
        text += (text.empty() ? "" : ".") + name(usage);
    return text;
}

std::string_view UsageNames::unknown_in(std::string_view path) const
{
    std::string_view unknown;
    each_part(path, [&](std::string_view part) {
        if (!find(part))
            unknown = part;
        return unknown.empty();
    });
    return unknown;
}

std::vector<std::string_view> UsageNames::names() const
{
    std::vector<std::string_view> all;
    for (const auto* const table : tables_)
        for (const auto& [name, usage] : *table)
            all.push_back(name);
    return all;
}

Loaded<UsageTables> load_usages(const std::string& file)
{
    const auto text = read_file(file);
    if (!text)
        return {{}, {{file, 0, 0, to_string(text.error())}}};
    if (const auto line = hopeless_line(*text))
        return {{},
                {{file, *line, 1, "this is no file of usages: it is too large, or has too much in a line"}}};
    Complaints complaints(file);
    UsageTables tables;
    try {
        const auto document = toml::parse(*text, file);
        for (const auto& [key, node] : document) {
            if (const auto* const table = node.as_table())
                tables.emplace(key.str(), table_of(*table, complaints));
            else
                complaints.add(key.source(), "a file of usages has tables only");
        }
    } catch (const toml::parse_error& e) {
        complaints.add(e.source(), std::string(e.description()));
    }
    return {std::move(tables), complaints.take()};
}

} // namespace upright::hid
