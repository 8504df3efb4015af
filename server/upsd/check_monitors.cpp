// MONITOR lines of upsmon.conf that mean the upsd of this host.
#include "common/client/designation.hpp"
#include "common/password/password.hpp"
#include "server/upsd/check_names.hpp"

#include <algorithm>
#include <map>

namespace ip = boost::asio::ip;

namespace upright::upsd {
namespace {

// Words of `MONITOR system powervalue user password type`.
constexpr std::size_t kSystem = 1;
constexpr std::size_t kUser = 3;
constexpr std::size_t kPassword = 4;
constexpr std::size_t kType = 5;

bool is_local(std::string_view host)
{
    return equal_ignoring_case(host, "localhost") || host == "127.0.0.1" || host == "::1";
}

std::optional<std::uint16_t> port_number(std::string_view text)
{
    if (text == "nut")
        return kNutPort;
    const auto number = to_int(text);
    return number ? std::optional(static_cast<std::uint16_t>(*number)) : std::nullopt;
}

// From where an upsmon that connects to `host` comes, as far as the text tells.
std::vector<ip::address> addresses_of(std::string_view host)
{
    if (equal_ignoring_case(host, "localhost"))
        return {ip::make_address("::1"), ip::make_address("127.0.0.1")};
    boost::system::error_code failed;
    const auto address = ip::make_address(host, failed);
    return failed ? std::vector<ip::address>{} : std::vector{address};
}

class Monitors {
public:
    Monitors(const ConfigSet& set, const Document& upsmon)
        : set_(set), upsmon_(upsmon), names_(names_of_upses(set.ups_conf)),
          upses_(names_.begin(), names_.end())
    {
        for (const auto& [name, user] : set.users.all())
            users_.push_back(name);
    }

    std::vector<Diagnostic> check() &&
    {
        for (const auto& statement : upsmon_.statements)
            if (statement.words[0].text == "MONITOR" && statement.words.size() > kType)
                check_line(statement.words);
        return std::move(problems_);
    }

private:
    void check_line(const std::vector<Word>& words)
    {
        const auto system = parse_designation(words[kSystem].text);
        if (!system || !is_this_server(system->server))
            return;
        if (!serves(system->server))
            complain(words[kSystem],
                     fmt::format("upsd does not listen on {} port {}: see LISTEN in upsd.conf",
                                 escaped(system->server.host), system->server.port));
        const auto is_it = [&](auto one) { return equal_ignoring_case(one, system->ups); };
        if (std::none_of(upses_.begin(), upses_.end(), is_it))
            complain(words[kSystem], fmt::format("ups.conf has no UPS \"{}\"{}", escaped(system->ups),
                                                 did_you_mean(system->ups, upses_)));
        const auto* const user = set_.users.find(words[kUser].text);
        if (user == nullptr)
            complain(words[kUser], fmt::format("upsd.users has no user \"{}\"{}", escaped(words[kUser].text),
                                               did_you_mean(words[kUser].text, users_)));
        else if (!user->usable())
            complain(words[kUser], fmt::format("{} can do nothing: see upsd.users:{}", escaped(user->name),
                                               user->header.line));
        else
            check_login(words, *system, *user);
    }

    void check_login(const std::vector<Word>& words, const Designation& system, const User& user)
    {
        if (!is_right(user, words[kPassword].text))
            complain(words[kPassword], fmt::format("this is not the password that upsd.users:{} has for {}",
                                                   user.header.line, escaped(user.name)));
        const auto& type = words[kType];
        const bool primary =
            equal_ignoring_case(type.text, "primary") || equal_ignoring_case(type.text, "master");
        const auto lacks = [&](Action action) { return !user.actions.contains(action); };
        if (lacks(Action::login))
            complain(words[kUser], fmt::format("{} has no upsmon line in upsd.users:{}", escaped(user.name),
                                               user.header.line));
        else if (primary && (lacks(Action::primary) || lacks(Action::fsd)))
            complain(type, fmt::format("{} is no primary for upsd: upsd.users:{} lacks \"upsmon primary\"",
                                       escaped(user.name), user.header.line));
        const auto names_it = [&](const Word& one) { return equal_ignoring_case(one.text, system.ups); };
        if (user.upses && std::none_of(user.upses->begin(), user.upses->end(), names_it))
            complain(words[kUser], fmt::format("the ups = lines of {} leave out {}", escaped(user.name),
                                               escaped(system.ups)));
        auto severity = Severity::error; // of localhost's two addresses the first is tried first
        for (const auto& from : addresses_of(system.server.host)) {
            if (!listens_on(from, system.server.port))
                continue;
            check_from(words, user, from, severity);
            severity = Severity::warning;
        }
    }

    void check_from(const std::vector<Word>& words, const User& user, const ip::address& from,
                    Severity severity)
    {
        if (!set_.config.access.accepts(from))
            complain(words[kSystem],
                     fmt::format("upsd.conf rejects {}, from where this comes", from.to_string()), severity);
        const auto holds = [&](const Word& acl) { return set_.config.access.contains(acl.text, from); };
        if (user.allow_from && std::none_of(user.allow_from->begin(), user.allow_from->end(), holds))
            complain(words[kUser],
                     fmt::format("the allowfrom lines of {} leave out {}, from where this comes",
                                 escaped(user.name), from.to_string()),
                     severity);
    }

    bool is_right(const User& user, const std::string& password)
    {
        if (user.password)
            return password::same_text(*user.password, password);
        const auto known = tried_.find({*user.password_hash, password}); // hashing takes its time
        if (known != tried_.end())
            return known->second;
        return tried_[{*user.password_hash, password}] = password::matches(password, *user.password_hash);
    }

    // Our LISTEN lines, or what stands for none.
    std::vector<ListenOn> listening() const
    {
        if (!set_.config.listen.empty())
            return set_.config.listen;
        return {{"::1", "3493"}, {"127.0.0.1", "3493"}};
    }

    // This host's upsd rather than another one, on this host or elsewhere.
    bool is_this_server(const Server& server) const
    {
        const auto all = listening();
        return std::any_of(all.begin(), all.end(), [&](const ListenOn& one) {
            const auto port = port_number(one.port);
            return (!port || *port == server.port)
                   && (is_local(server.host) || equal_ignoring_case(one.address, server.host));
        });
    }

    bool serves(const Server& server) const
    {
        const auto from = addresses_of(server.host);
        return !is_local(server.host) || std::any_of(from.begin(), from.end(), [&](const auto& one) {
            return listens_on(one, server.port);
        });
    }

    bool listens_on(const ip::address& address, std::uint16_t port) const
    {
        const auto all = listening();
        return std::any_of(all.begin(), all.end(), [&](const ListenOn& one) {
            const auto number = port_number(one.port);
            if (number && *number != port)
                return false;
            boost::system::error_code is_name;
            const auto own = ip::make_address(one.address, is_name);
            if (is_name) // a name but localhost may mean any of our addresses
                return one.address == "*" || !equal_ignoring_case(one.address, "localhost")
                       || address.is_loopback();
            return own == address || (own.is_unspecified() && own.is_v4() == address.is_v4());
        });
    }

    void complain(const Word& where, std::string text, Severity severity = Severity::error)
    {
        problems_.push_back(problem_at(upsmon_, where, std::move(text), severity));
    }

    const ConfigSet& set_;
    const Document& upsmon_;
    std::vector<std::string> names_;
    std::vector<std::string_view> upses_; // the same
    std::vector<std::string_view> users_;
    std::map<std::pair<std::string, std::string>, bool> tried_;
    std::vector<Diagnostic> problems_;
};

} // namespace

std::vector<Diagnostic> check_monitors(const ConfigSet& set, const Document& upsmon)
{
    return Monitors(set, upsmon).check();
}

} // namespace upright::upsd
