#include "drivers/megatec/answer.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

std::optional<std::string_view> columns_of(std::string_view answer, const Columns& at)
{
    const bool to_end = at.to == Columns::kEnd;
    if (to_end ? at.from > answer.size() : at.to >= answer.size())
        return std::nullopt;
    return answer.substr(at.from, to_end ? answer.npos : at.to - at.from + 1);
}

std::optional<std::string_view> part_of(std::string_view answer, std::string_view separator,
                                        std::size_t index)
{
    for (; index > 0; --index) {
        const auto end = answer.find(separator);
        if (end == answer.npos)
            return std::nullopt;
        answer.remove_prefix(end + separator.size());
    }
    return answer.substr(0, answer.find(separator));
}

bool digits_in(std::string_view answer, const Columns& at)
{
    const auto text = columns_of(answer, at);
    return text && text->find_first_of("0123456789") != text->npos;
}

bool applies(const Row& row, std::string_view answer, const HasFlag& has_flag)
{
    return (row.unless.empty() || !has_flag(row.unless))
           && (!row.if_digits_in || digits_in(answer, *row.if_digits_in))
           && (!row.unless_digits_in || !digits_in(answer, *row.unless_digits_in));
}

void keep(Readings& readings, const Row& row, std::string value)
{
    if (row.variable == "ups.status")
        readings.status.add(value);
    else if (row.variable != "ups.alarm")
        readings.values.insert_or_assign(row.variable, std::move(value));
    else if (!value.empty())
        readings.alarms.push_back(std::move(value));
}

} // namespace

Result<Readings> read_answer(const Query& query, std::string_view answer, const HasFlag& has_flag)
{
    if (answer == std::string_view(query.ask).substr(0, query.ask.find('\r')))
        return Error{Errc::bad_reply, fmt::format("{} is not supported", query.name)};
    if (answer.size() < query.length || !answer.starts_with(query.lead))
        return Error{Errc::bad_reply,
                     fmt::format("{}: want \"{}\" and at least {} characters, got {} \"{}\"", query.name,
                                 query.lead, query.length, answer.size(), escaped(answer))};
    Readings readings;
    Fields fields;
    for (const auto& row : query.rows) {
        if (!applies(row, answer, has_flag))
            continue;
        const auto raw =
            row.field ? part_of(answer, query.separator, *row.field) : columns_of(answer, row.at);
        auto value = raw ? row.convert(row, *raw, fields) : std::nullopt;
        if (!value && row.strict())
            return Error{Errc::bad_reply, fmt::format("{}: \"{}\" is no value for {}", query.name,
                                                      escaped(raw.value_or("")), row.variable)};
        if (!value)
            continue;
        fields.insert_or_assign(row.variable, std::string(*raw));
        keep(readings, row, std::move(*value));
    }
    return readings;
}

} // namespace upright::megatec
