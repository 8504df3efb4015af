#include "clients/upsrw/settings.hpp"

#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <algorithm>

namespace asio = boost::asio;

namespace upright::upsrw {
namespace {

// What the first word of the answer is, or nothing if the server refused.
asio::awaitable<Result<std::optional<std::string>>> ask(Connection& connection, Row query)
{
    const auto answer = co_await connection.get(std::move(query));
    if (answer)
        co_return std::optional(answer->front());
    if (!connection.is_open())
        co_return answer.error();
    co_return std::optional<std::string>();
}

asio::awaitable<Result<void>> fetch_type(Connection& connection, const std::string& ups, Setting& setting)
{
    const auto type = co_await connection.get("TYPE", ups, setting.name);
    if (!type && !connection.is_open())
        co_return type.error();
    if (type)
        setting.type = parse_type(*type);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> fetch_choices(Connection& connection, const std::string& ups, Setting& setting)
{
    const bool is_range = setting.type.kind == Type::Kind::range;
    if (!is_range && setting.type.kind != Type::Kind::enumeration)
        co_return Result<void>{};
    const auto* const kind = is_range ? "RANGE" : "ENUM";
    const auto rows = co_await connection.list(kind, ups, setting.name);
    if (!rows)
        co_return rows.error();
    for (const auto& row : *rows) {
        if (!is_range)
            setting.options.push_back(row[0]);
        else if (row.size() > 1)
            setting.ranges.emplace_back(row[0], row[1]);
    }
    co_return Result<void>{};
}

// Asked one by one and in this order, which every server has seen since there are such servers.
asio::awaitable<Result<void>> fetch_setting(Connection& connection, const std::string& ups, Setting& setting)
{
    Row question{"DESC", ups, setting.name};
    const auto description = co_await ask(connection, std::move(question));
    if (!description)
        co_return description.error();
    setting.description = description->value_or("Description unavailable");

    const auto typed = co_await fetch_type(connection, ups, setting);
    if (!typed)
        co_return typed.error();

    // The list has a value, too; but a forced shutdown shows in the answer to this question only.
    question = {"VAR", ups, setting.name};
    const auto value = co_await ask(connection, std::move(question));
    if (!value)
        co_return value.error();
    setting.value = value->value_or(setting.value);
    co_return co_await fetch_choices(connection, ups, setting);
}

} // namespace

Type parse_type(const Row& words)
{
    constexpr std::string_view kString = "STRING:";
    Type type;
    bool is_enum = false;
    bool is_range = false;
    for (const auto& word : words) {
        if (equal_ignoring_case(word, "RANGE")) {
            is_range = true;
        } else if (equal_ignoring_case(word, "ENUM")) {
            is_enum = true;
        } else if (starts_ignoring_case(word, kString)) {
            type.kind = Type::Kind::text;
            type.max_length = to_int(std::string_view(word).substr(kString.size())).value_or(0);
        } else if (equal_ignoring_case(word, "NUMBER")) {
            type.kind = Type::Kind::number;
        } else if (!equal_ignoring_case(word, "RW")) {
            type.others.push_back(word);
        }
    }
    if (is_range) {
        type.kind = Type::Kind::range;
    } else if (is_enum) {
        type.base = type.kind == Type::Kind::text     ? "STRING"
                    : type.kind == Type::Kind::number ? "NUMBER"
                                                      : "";
        type.kind = Type::Kind::enumeration;
    }
    return type;
}

bool in_range(std::string_view value, const std::pair<std::string, std::string>& range)
{
    const auto number = to_double(value);
    const auto from = to_double(range.first);
    const auto to = to_double(range.second);
    return number && from && to && *from <= *number && *number <= *to;
}

asio::awaitable<Result<std::vector<Setting>>> fetch_settings(Connection& connection, std::string ups)
{
    const auto rows = co_await connection.list("RW", ups);
    if (!rows)
        co_return rows.error();
    std::vector<Setting> settings;
    for (const auto& row : *rows) {
        Setting setting;
        setting.name = row[0];
        setting.value = row.size() > 1 ? row[1] : "";
        const auto fetched = co_await fetch_setting(connection, ups, setting);
        if (!fetched)
            co_return fetched.error();
        settings.push_back(std::move(setting));
    }
    co_return settings;
}

} // namespace upright::upsrw
