#include "server/upsd/users.hpp"

#include <algorithm>

namespace upright::upsd {
namespace {

bool reaches(const User& user, std::string_view ups, const AccessLists& lists,
             const boost::asio::ip::address& from)
{
    const auto names_ups = [&](const Word& name) { return equal_ignoring_case(name.text, ups); };
    const auto holds_peer = [&](const Word& name) { return lists.contains(name.text, from); };
    return user.usable() && (!user.upses || std::any_of(user.upses->begin(), user.upses->end(), names_ups))
           && (!user.allow_from || std::any_of(user.allow_from->begin(), user.allow_from->end(), holds_peer));
}

} // namespace

const User* Users::find(std::string_view name) const
{
    const auto user = all_.find(name);
    return user == all_.end() ? nullptr : &user->second;
}

void Users::add(User user)
{
    auto name = user.name;
    all_.emplace(std::move(name), std::move(user));
}

bool may(const User& user, Action action, std::string_view ups, const AccessLists& lists,
         const boost::asio::ip::address& from)
{
    return user.actions.contains(action) && reaches(user, ups, lists, from);
}

bool may_command(const User& user, std::string_view command, std::string_view ups, const AccessLists& lists,
                 const boost::asio::ip::address& from)
{
    const bool listed = user.all_commands
                        || std::any_of(user.commands.begin(), user.commands.end(),
                                       [&](const auto& one) { return equal_ignoring_case(one, command); });
    return listed && reaches(user, ups, lists, from);
}

} // namespace upright::upsd
