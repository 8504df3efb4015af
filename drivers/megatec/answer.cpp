#include "drivers/megatec/answer.hpp"

#include "common/text/number.hpp"
#include "drivers/megatec/question.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

constexpr std::string_view kDigits = "0123456789";

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
    return text && text->find_first_of(kDigits) != text->npos;
}

bool applies(const Row& row, std::string_view answer, const Context& context)
{
    const auto& condition = row.condition;
    return context.allows(condition)
           && (!condition.if_digits_in || digits_in(answer, *condition.if_digits_in))
           && (!condition.unless_digits_in || !digits_in(answer, *condition.unless_digits_in));
}

bool is_part_of_number(char c) { return c == '.' || kDigits.find(c) != kDigits.npos; }

// A byte that was lost or doubled moves the columns: then a digit stands where none should.
bool cut_through(const Row& row, std::string_view answer)
{
    if (!row.alone || row.field)
        return false;
    const auto behind = row.at.to == Columns::kEnd ? answer.size() : row.at.to + 1;
    return (row.at.from > 0 && row.at.from <= answer.size() && is_part_of_number(answer[row.at.from - 1]))
           || (behind < answer.size() && is_part_of_number(answer[behind]));
}

void keep(Readings& readings, const Row& row, std::string value)
{
    const bool is_status = row.variable == "ups.status";
    if (!is_status && row.variable != "ups.alarm") {
        (row.hidden ? readings.hidden : readings.values).insert_or_assign(row.variable, std::move(value));
        return;
    }
    for (std::string_view rest = value; !rest.empty();) {
        const auto end = std::min(rest.find('\n'), rest.size());
        if (is_status)
            readings.status.add(rest.substr(0, end));
        else if (end > 0)
            readings.alarms.emplace_back(rest.substr(0, end));
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

// Two answers without an end between them are none: nobody knows which bytes of them were lost.
bool is_double(const Query& query, std::string_view answer)
{
    const auto again = query.lead.empty() ? answer.npos : answer.find(query.lead, query.length);
    return again != answer.npos && answer.size() - again >= query.length;
}

// A digit behind the last column, which is one of a number or a status: something has moved them.
bool is_too_long(const Query& query, std::string_view answer)
{
    if (answer.size() <= query.length || !is_part_of_number(answer[query.length]))
        return false;
    return std::any_of(query.rows.begin(), query.rows.end(), [&](const Row& row) {
        return !row.field && row.at.to + 1 == query.length && (row.alone || !row.words.empty());
    });
}

bool is_whole(const Query& query, std::string_view answer)
{
    if (query.exactly != 0)
        return answer.size() == query.exactly && answer.starts_with(query.lead);
    return answer.starts_with(query.lead) && answer.size() >= query.length && !is_double(query, answer)
           && (query.decode != nullptr || !is_too_long(query, answer));
}

Error unlike(const Query& query, std::string_view answer)
{
    return {Errc::bad_reply,
            fmt::format("{}: want \"{}\" and {} {} characters, got {} \"{}\"", query.name, query.lead,
                        query.exactly != 0 ? "exactly" : "at least",
                        query.exactly != 0 ? query.exactly : query.length, answer.size(), escaped(answer))};
}

} // namespace

bool holds(const Choices& choices, const std::function<const std::string*(std::string_view)>& value)
{
    return std::all_of(choices.begin(), choices.end(), [&](const auto& choice) {
        const auto* const is = value(choice.first);
        const auto& wanted = choice.second;
        return is != nullptr
               && (wanted.empty() || std::find(wanted.begin(), wanted.end(), *is) != wanted.end());
    });
}

const std::string* Context::value(std::string_view variable) const
{
    for (const auto* const words : {&readings.values, &readings.hidden, &known})
        if (const auto found = words->find(variable); found != words->end())
            return &found->second;
    return nullptr;
}

bool Context::allows(const Condition& condition) const
{
    const auto here = [this](std::string_view variable) { return value(variable); };
    return (condition.unless.empty() || !has_flag(condition.unless)) && holds(condition.if_reading, here)
           && (condition.unless_reading.empty() || !holds(condition.unless_reading, here))
           && std::none_of(condition.unless_status.begin(), condition.unless_status.end(),
                           [this](const std::string& word) { return readings.status.has(word); });
}

Result<Readings> read_answer(const Query& query, std::string_view answer, const Words& known,
                             const HasFlag& has_flag)
{
    if (answer == without_end(query.ask))
        return Error{Errc::bad_reply, fmt::format("{} is not supported", query.name)};
    if (!is_whole(query, answer))
        return unlike(query, answer);
    std::string decoded;
    if (query.decode != nullptr) {
        auto text = query.decode(answer);
        if (!text)
            return unlike(query, answer);
        decoded = *std::move(text);
        answer = decoded;
    }
    Context context{known, has_flag, {}, {}};
    for (const auto& row : query.rows) {
        if (!applies(row, answer, context))
            continue;
        if (cut_through(row, answer))
            return Error{Errc::bad_reply,
                         fmt::format("{}: its columns have moved: \"{}\"", query.name, escaped(answer))};
        const auto raw =
            row.field ? part_of(answer, query.separator, *row.field) : columns_of(answer, row.at);
        auto value = raw ? row.convert(row, *raw, context) : std::nullopt;
        if (!value && row.strict())
            return Error{Errc::bad_reply, fmt::format("{}: \"{}\" is no value for {}", query.name,
                                                      escaped(raw.value_or("")), row.variable)};
        if (!value)
            continue;
        context.raw.insert_or_assign(row.variable, std::string(*raw));
        keep(context.readings, row, std::move(*value));
    }
    return std::move(context.readings);
}

} // namespace upright::megatec
