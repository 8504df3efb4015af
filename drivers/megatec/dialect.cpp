#include "drivers/megatec/dialect.hpp"

#include "common/text/case_less.hpp"

#include <algorithm>

namespace upright::megatec {
namespace {

template <class Rows, class Is>
auto* find_in(const Rows& rows, Is is)
{
    const auto found = std::find_if(rows.begin(), rows.end(), is);
    return found == rows.end() ? nullptr : &*found;
}

} // namespace

bool Setting::has_choice(std::string_view word) const
{
    return std::find(enums.begin(), enums.end(), word) != enums.end();
}

const Query* Dialect::query(std::string_view query_name) const
{
    return find_in(queries, [&](const Query& query) { return query.name == query_name; });
}

const Command* Dialect::command(std::string_view command_name) const
{
    return find_in(commands,
                   [&](const Command& command) { return equal_ignoring_case(command.name, command_name); });
}

const Setting* Dialect::setting(std::string_view variable) const
{
    return find_in(settings,
                   [&](const Setting& setting) { return equal_ignoring_case(setting.variable, variable); });
}

} // namespace upright::megatec
