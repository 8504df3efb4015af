// Users: who may do what with which UPS, and from where: upsd.users. It owns what the file says; whether a
// password is right is the caller's to find out, since that may take long.
#pragma once

#include "common/config/document.hpp"
#include "server/upsd/access.hpp"

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

enum class Action { login, primary, set, fsd };

struct User {
    std::string name;
    Word header;
    std::optional<std::string> password; // plain, or
    std::optional<std::string> password_hash;
    std::set<Action> actions;
    std::vector<std::string> commands; // of INSTCMD
    bool all_commands = false;
    std::optional<std::vector<Word>> allow_from; // names of ACLs; nothing: from everywhere
    std::optional<std::vector<Word>> upses;      // nothing: all
    bool locked = false;                         // a mistake in the file: can do nothing

    bool usable() const noexcept { return !locked && password.has_value() != password_hash.has_value(); }
};

class Users {
public:
    using ByName = std::map<std::string, User, std::less<>>;

    const User* find(std::string_view name) const; // exact: names of users have a case
    void add(User user);                           // the first of a name stays
    const ByName& all() const noexcept { return all_; }

private:
    ByName all_;
};

// What the user may do once the password was right.
bool may(const User& user, Action action, std::string_view ups, const AccessLists& lists,
         const boost::asio::ip::address& from);
bool may_command(const User& user, std::string_view command, std::string_view ups, const AccessLists& lists,
                 const boost::asio::ip::address& from);

// Reads every section and reports every mistake. A mistake never gives a right: a broken restriction closes,
// a section whose head can't be read is left out. (docs/configuration.md)
Loaded<Users> parse_users(std::string file, std::string text, const AccessLists& lists);

// Reads <config_dir>/upsd.users; fails only if it can't be read. Then there are no users.
Result<Loaded<Users>> load_users(const AccessLists& lists);

// The settings of a user, for the manual.
struct UserSetting {
    std::string_view name;
    std::string_view usage;
    std::string_view help;
};
std::vector<UserSetting> user_settings();

} // namespace upright::upsd
