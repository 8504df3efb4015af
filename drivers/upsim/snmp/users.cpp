#include "drivers/upsim/snmp/users.hpp"

#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <fstream>

namespace upright::upsim::snmp {
namespace {

constexpr std::size_t kShortestPassword = 8; // RFC 3414, section 11.2
constexpr std::size_t kLongestName = 32;     // SnmpAdminString of usmUserName

struct Spelling {
    std::string_view written;
    std::string_view meant;
};

constexpr std::array kAuth{
    Spelling{"MD5", "MD5"},         Spelling{"SHA", "SHA"},         Spelling{"SHA1", "SHA"},
    Spelling{"SHA224", "SHA-224"},  Spelling{"SHA-224", "SHA-224"}, Spelling{"SHA256", "SHA-256"},
    Spelling{"SHA-256", "SHA-256"}, Spelling{"SHA384", "SHA-384"},  Spelling{"SHA-384", "SHA-384"},
    Spelling{"SHA512", "SHA-512"},  Spelling{"SHA-512", "SHA-512"},
};
constexpr std::array kPriv{
    Spelling{"DES", "DES"},        Spelling{"AES", "AES"},         Spelling{"AES128", "AES"},
    Spelling{"AES-128", "AES"},    Spelling{"AES192", "AES-192"},  Spelling{"AES-192", "AES-192"},
    Spelling{"AES256", "AES-256"}, Spelling{"AES-256", "AES-256"},
};
constexpr std::array<std::string_view, 3> kLevels{"noAuthNoPriv", "authNoPriv", "authPriv"};

Error wrong(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

template <class Table>
std::string meant(const Table& table, std::string_view written)
{
    const auto* const found = std::find_if(table.begin(), table.end(), [&](const Spelling& one) {
        return equal_ignoring_case(one.written, written);
    });
    return found == table.end() ? std::string() : std::string(found->meant);
}

class Fields {
public:
    explicit Fields(std::string_view text) : rest_(text) {}
    std::string_view next()
    {
        const auto colon = std::min(rest_.find(':'), rest_.size());
        const auto field = rest_.substr(0, colon);
        rest_.remove_prefix(std::min(colon + 1, rest_.size()));
        return field;
    }
    std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

} // namespace

Result<User> parse_user(std::string_view text)
{
    Fields fields(text);
    User user;
    user.name = fields.next();
    if (user.name.empty() || user.name.size() > kLongestName)
        return wrong("want a user's name of 1 to 32 characters");
    const auto level = fields.next();
    const auto* const found = std::find_if(kLevels.begin(), kLevels.end(), [&](std::string_view one) {
        return equal_ignoring_case(one, level);
    });
    if (found == kLevels.end())
        return wrong(
            fmt::format("user {}: want noAuthNoPriv, authNoPriv or authPriv", escaped(user.name, 32)));
    user.level = static_cast<Level>(found - kLevels.begin() + 1);
    if (user.level == Level::no_auth)
        return user;
    user.auth_protocol = meant(kAuth, fields.next());
    user.auth_password = user.level == Level::auth ? fields.rest() : fields.next();
    if (user.auth_protocol.empty() || user.auth_password.size() < kShortestPassword)
        return wrong(
            fmt::format("user {}: want MD5, SHA or SHA-224 to SHA-512 and a password of 8 characters",
                        escaped(user.name, 32)));
    if (user.level == Level::auth)
        return user;
    user.priv_protocol = meant(kPriv, fields.next());
    user.priv_password = fields.rest();
    if (user.priv_protocol.empty() || user.priv_password.size() < kShortestPassword)
        return wrong(
            fmt::format("user {}: want DES or AES and a password of 8 characters", escaped(user.name, 32)));
    return user;
}

Result<std::vector<User>> load_users(const std::string& file)
{
    std::ifstream in(file);
    if (!in)
        return system_error(file);
    std::vector<User> users;
    int number = 0;
    for (std::string line; users.size() < 1000 && std::getline(in, line);) {
        ++number;
        const auto text = trimmed(line);
        if (text.empty() || text.starts_with('#'))
            continue;
        auto user = parse_user(text);
        if (!user)
            return wrong(fmt::format("{}:{}: {}", file, number, user.error().what));
        users.push_back(std::move(*user));
    }
    return users;
}

} // namespace upright::upsim::snmp
