#include "drivers/snmp/table_rows.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::snmp {
namespace {

using Kind = IndexPart::Kind;

void replace(std::string& text, std::string_view what, const std::string& with)
{
    for (auto at = text.find(what); at != text.npos; at = text.find(what, at + with.size()))
        text.replace(at, what.size(), with);
}

} // namespace

std::optional<std::vector<std::uint32_t>> index_in(const Table& table, std::span<const std::uint32_t> tail,
                                                   const Oid& after)
{
    const auto wanted = table.index.size() + after.size();
    const bool spare = tail.size() == wanted + 1 && tail.back() == 0;
    if (tail.size() != wanted && !spare)
        return std::nullopt;
    for (std::size_t i = 0; i < table.index.size(); ++i)
        if (table.index[i].kind == Kind::fixed && table.index[i].fixed != tail[i])
            return std::nullopt;
    const auto rest = tail.subspan(table.index.size(), after.size());
    if (!std::equal(rest.begin(), rest.end(), after.numbers().begin()))
        return std::nullopt;
    const auto index = tail.first(table.index.size());
    return std::vector<std::uint32_t>(index.begin(), index.end());
}

int Numbers::number_of(const Table& table, Series& series, std::uint32_t device, const Identity& identity,
                       std::uint32_t own, bool from_zero)
{
    const auto key = std::pair(device, identity);
    if (const auto it = series.given.find(key); it != series.given.end())
        return it->second;
    auto& highest = highest_[{table.prefix, device}];
    const auto base = series.base.try_emplace(device, highest).first->second;
    int number = 0;
    if (table.number == Table::Number::index) {
        constexpr std::uint32_t kMost = 1'000'000;
        number = base + static_cast<int>(std::min(own, kMost)) + (from_zero ? 1 : 0);
    } else {
        number = std::max(highest, base) + 1;
    }
    highest = std::max(highest, number);
    series.given.emplace(key, number);
    return number;
}

std::vector<TableRow> Numbers::rows(const Table& table, const std::set<std::vector<std::uint32_t>>& indices)
{
    std::vector<TableRow> rows;
    std::vector<Identity> identities;
    std::vector<std::uint32_t> own;
    for (const auto& index : indices) {
        TableRow row;
        row.index = index;
        Identity identity;
        std::uint32_t number = 0;
        for (std::size_t i = 0; i < index.size(); ++i) {
            const auto kind = table.index[i].kind;
            if (kind == Kind::device)
                row.device = index[i];
            else if (kind == Kind::number || kind == Kind::any)
                identity.push_back(index[i]);
            if (kind == Kind::number)
                number = index[i];
        }
        rows.push_back(std::move(row));
        identities.push_back(std::move(identity));
        own.push_back(number);
    }
    const bool from_zero = std::find(own.begin(), own.end(), 0U) != own.end();
    auto& series = series_[{table.prefix, table.series}];
    std::map<std::pair<std::uint32_t, Identity>, int> lines;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        rows[i].number =
            number_of(table, series, rows[i].device.value_or(0), identities[i], own[i], from_zero);
        rows[i].line = ++lines[{rows[i].device.value_or(0), identities[i]}];
    }
    for (std::size_t i = 0; i < rows.size(); ++i)
        rows[i].lines = lines[{rows[i].device.value_or(0), identities[i]}];
    return rows;
}

std::string name_for(std::string_view name, const TableRow& row)
{
    std::string text(name);
    const int next = row.line % std::max(row.lines, 1) + 1;
    const bool one = row.lines < 2;
    replace(text, "{n}", std::to_string(row.number));
    replace(text, "{line}", std::to_string(row.line));
    replace(text, "{L}", one ? "" : fmt::format("L{}.", row.line));
    replace(text, "{LN}", one ? "" : fmt::format("L{}-N.", row.line));
    replace(text, "{LL}", one ? "" : fmt::format("L{}-L{}.", row.line, next));
    return text;
}

} // namespace upright::snmp
