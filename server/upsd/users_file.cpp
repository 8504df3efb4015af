// upsd.users: sections of settings, one for each user.
#include "common/config/directives.hpp"
#include "common/config/paths.hpp"
#include "common/password/password.hpp"
#include "server/upsd/users.hpp"

#include <array>
#include <utility>

namespace upright::upsd {
namespace {

constexpr std::size_t kMostUsers = 10000;

using Said = std::optional<Complaint>;

Said take_password(User& user, Arguments words, const AccessLists&)
{
    if (user.password)
        return Complaint{words[0], "a second password is ignored: the first one counts", Severity::warning};
    user.password = words[0].text;
    if (user.password->empty())
        return Complaint{words[0], "the password is empty", Severity::warning};
    if (words.size() > 1)
        return Complaint{words[1], "only the first word is the password: put it in quotes"};
    return std::nullopt;
}

Said take_hash(User& user, Arguments words, const AccessLists&)
{
    if (user.password_hash)
        return Complaint{words[0], "a second password_hash is ignored: the first one counts",
                         Severity::warning};
    user.password_hash = words[0].text;
    if (password::is_hash(words[0].text))
        return std::nullopt;
    user.locked = true;
    return Complaint{words[0], "this is no hash that the system's crypt library can check: make one with "
                               "upsd --hash-password"};
}

Said take_actions(User& user, Arguments words, const AccessLists&)
{
    static constexpr std::array<std::string_view, 5> kNames{"SET", "FSD", "LOGIN", "PRIMARY", "MASTER"};
    static constexpr std::array kActions{Action::set, Action::fsd, Action::login, Action::primary,
                                         Action::primary};
    Said said;
    for (const auto& word : words) {
        const auto name = std::find_if(kNames.begin(), kNames.end(),
                                       [&](auto known) { return equal_ignoring_case(known, word.text); });
        if (name != kNames.end())
            user.actions.insert(kActions[static_cast<std::size_t>(name - kNames.begin())]);
        else if (!said)
            said = Complaint{word, fmt::format("unknown action \"{}\"{}", escaped(word.text),
                                               did_you_mean(word.text, kNames))};
    }
    return said;
}

Said take_commands(User& user, Arguments words, const AccessLists&)
{
    for (const auto& word : words) {
        if (equal_ignoring_case(word.text, "ALL"))
            user.all_commands = true;
        else
            user.commands.push_back(word.text);
    }
    return std::nullopt;
}

Said take_upsmon(User& user, Arguments words, const AccessLists&)
{
    static constexpr std::array<std::string_view, 4> kRoles{"primary", "master", "secondary", "slave"};
    const auto is = [&](std::size_t role) { return equal_ignoring_case(words[0].text, kRoles[role]); };
    if (is(0) || is(1))
        user.actions.insert({Action::login, Action::primary, Action::fsd});
    else if (is(2) || is(3))
        user.actions.insert(Action::login);
    else
        return Complaint{words[0], fmt::format("Unknown upsmon type {}{}", escaped(words[0].text),
                                               did_you_mean(words[0].text, kRoles))};
    return std::nullopt;
}

Said take_allow_from(User& user, Arguments words, const AccessLists& lists)
{
    auto& names = user.allow_from ? *user.allow_from : user.allow_from.emplace();
    names.insert(names.end(), words.begin(), words.end());
    const auto unknown =
        std::find_if(words.begin(), words.end(), [&](const Word& name) { return !lists.knows(name.text); });
    if (unknown == words.end())
        return std::nullopt;
    user.locked = true;
    const auto known = lists.names();
    return Complaint{*unknown, fmt::format("upsd.conf has no ACL \"{}\"{}: {} can log in from nowhere",
                                           escaped(unknown->text), did_you_mean(unknown->text, known),
                                           escaped(user.name))};
}

Said take_upses(User& user, Arguments words, const AccessLists&)
{
    auto& names = user.upses ? *user.upses : user.upses.emplace();
    names.insert(names.end(), words.begin(), words.end());
    return std::nullopt;
}

Said ignore(User&, Arguments, const AccessLists&) { return std::nullopt; }

struct Row {
    UserSetting setting;
    Said (*take)(User&, Arguments, const AccessLists&);
    bool restricts = false; // one that can't be read must not leave the user free of it
    bool bare = false;      // `key value` without = will do
};

// clang-format off
constexpr std::array kRows{
    //   name             usage                                    manual
    Row{{"password",      "password = <text>",                     "In clear text. The first one counts; a user without one can do nothing."}, take_password},
    Row{{"password_hash", "password_hash = <hash>",                "Instead of it: what `upsd --hash-password` prints."},                      take_hash},
    Row{{"actions",       "actions = <SET|FSD|LOGIN|PRIMARY>…",  "Change variables, shut down, log in, log in as primary; repeatable."},     take_actions},
    Row{{"instcmds",      "instcmds = <command>…",                 "Commands that the user may give, or `ALL`; repeatable."},                  take_commands},
    Row{{"upsmon",        "upsmon <primary|secondary>",           "What an upsmon needs: LOGIN, and as primary PRIMARY and FSD."},            take_upsmon, false, true},
    Row{{"allowfrom",     "allowfrom = <ACL>…",                    "Only from these networks of upsd.conf; repeatable."},                      take_allow_from, true},
    Row{{"ups",           "ups = <name>…",                         "Only for these UPSes; repeatable."},                                       take_upses, true},
    Row{{"user",          "user",                                  "Very old files have it; ignored."},                                        ignore, false, true},
};
// clang-format on

const Row* row_named(std::string_view name)
{
    const auto* const row = std::find_if(kRows.begin(), kRows.end(), [&](const Row& one) {
        return equal_ignoring_case(one.setting.name, name);
    });
    return row == kRows.end() ? nullptr : row;
}

// The setting that a misspelt word was meant to be, if one is near.
const Row* row_near(std::string_view name)
{
    std::vector<std::string_view> names;
    for (const auto& row : kRows)
        names.push_back(row.setting.name);
    const auto near = nearest(name, names);
    return near ? row_named(*near) : nullptr;
}

// The lines, each without what the lexer passes over at its beginning.
std::vector<std::string_view> lines_of(std::string_view text)
{
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        while (!line.empty() && (line[0] == '\\' || line[0] <= ' ' || line[0] == 0x7F))
            line.remove_prefix(1);
        lines.push_back(line);
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

class Reader {
public:
    Reader(Loaded<Document> document, const AccessLists& lists)
        : document_(std::move(document.value)), lines_(lines_of(document_.source)), lists_(lists)
    {
        loaded_.problems = std::move(document.problems);
        for (const auto& problem : loaded_.problems)
            if (problem.severity == Severity::error)
                broken_.push_back(problem.line);
    }

    Loaded<Users> read() &&
    {
        for (const auto& statement : document_.statements) {
            const auto& first = statement.words.front();
            pass_lines_before(first.line);
            done_ = first.line;
            if (!first.quoted && (first.text.starts_with('[') || first.text.ends_with(']')))
                open_section(section_header(statement).value_or(""), statement.words);
            else
                take(statement.words);
        }
        pass_lines_before(static_cast<int>(lines_.size()) + 1);
        for (auto& user : users_)
            finish(user);
        return std::move(loaded_);
    }

private:
    // Lines that began no statement: of one that looks like a head, what follows belongs to nobody. One that
    // may have been a restriction locks the user rather than leave him free of it: by its first word, or by
    // any that is unknown if something there is broken.
    void pass_lines_before(int line)
    {
        const auto next = std::upper_bound(broken_.begin(), broken_.end(), done_);
        const bool broken = next != broken_.end() && *next < line;
        for (auto at = done_ + 1; at < line; ++at) {
            const auto text = lines_[static_cast<std::size_t>(at) - 1];
            if (text.empty() || text[0] == '#')
                continue;
            const auto* const row = row_named(text.substr(0, text.find_first_of(" \t\r=")));
            if (text[0] == '[')
                lose_section({.text = {}, .line = at, .column = 1}, "this is no head of a section: a line "
                                                                    "before it goes on, or it is broken");
            else if (user() != nullptr && (row == nullptr ? broken : row->restricts))
                user()->locked = true;
        }
    }

    void lose_section(const Word& head, std::string why)
    {
        complain(head, std::move(why) + ": what follows is left out");
        where_ = Where::nowhere;
    }

    void open_section(std::string_view text, std::span<const Word> words)
    {
        const std::string name(text);
        where_ = Where::nowhere;
        if (name.empty() || name.find_first_of("[]") != name.npos)
            return lose_section(words[0], "a user begins with [name], without blanks");
        if (!names_.insert(name).second)
            return complain(words[0],
                            fmt::format("Ignoring duplicate user {}, with all its settings", escaped(name)));
        if (users_.size() == kMostUsers)
            return complain(words[0], "too many users: this one is left out");
        if (words.size() > 1)
            complain(words[1], "nothing may stand behind [name]: ignored", Severity::warning);
        users_.emplace_back().name = name;
        users_.back().header = words[0];
        where_ = Where::user;
    }

    void take(std::span<const Word> words)
    {
        if (where_ == Where::start && row_named(words[0].text) != row_named("user"))
            return complain(words[0], "this stands before the first [user]: ignored", Severity::warning);
        if (user() == nullptr)
            return;
        const auto* const row = row_named(words[0].text);
        if (row == nullptr)
            return unknown(words[0]);
        const bool equals = words.size() > 1 && words[1].text == "=";
        const auto values = words.subspan(equals ? 2 : 1);
        if (row == row_named("user"))
            return;
        if (values.empty() || (!equals && !row->bare)) {
            complain(words[0], fmt::format("expected {}", row->setting.usage));
            user()->locked = user()->locked || row->restricts;
        } else if (const auto said = row->take(*user(), values, lists_)) {
            complain(said->where, said->text, said->severity);
        }
    }

    // What is near a setting was meant to be it; what is not may be one of another program.
    void unknown(const Word& word)
    {
        const auto* const near = row_near(word.text);
        complain(
            word,
            fmt::format("Unrecognized user setting {}{}", escaped(word.text),
                        near == nullptr ? "" : fmt::format(" (did you mean \"{}\"?)", near->setting.name)),
            near == nullptr ? Severity::warning : Severity::error);
        user()->locked = user()->locked || (near != nullptr && near->restricts);
    }

    void finish(User& user)
    {
        if (user.password && user.password_hash) {
            user.locked = true;
            complain(user.header, "both a password and a password_hash: neither counts");
        }
        if (user.locked)
            complain(user.header,
                     fmt::format("{} can do nothing until the mistakes here are mended", escaped(user.name)));
        else if (!user.usable())
            complain(user.header, fmt::format("{} has no password and can do nothing", escaped(user.name)),
                     Severity::warning);
        loaded_.value.add(std::move(user));
    }

    User* user() { return where_ == Where::user ? &users_.back() : nullptr; }

    void complain(const Word& word, std::string text, Severity severity = Severity::error)
    {
        loaded_.problems.push_back(problem_at(document_, word, std::move(text), severity));
    }

    enum class Where { start, user, nowhere };

    Document document_;
    std::vector<std::string_view> lines_;
    const AccessLists& lists_;
    std::vector<int> broken_; // lines, ascending
    std::set<std::string> names_;
    std::vector<User> users_; // in file order
    Loaded<Users> loaded_;
    Where where_ = Where::start;
    int done_ = 0; // the last line that was dealt with
};

} // namespace

Loaded<Users> parse_users(std::string file, std::string text, const AccessLists& lists)
{
    // Bytes above 0x7F do not arrive over the network, neither here nor at NUT's upsd: without them names and
    // passwords match.
    return Reader(parse_document(std::move(file), std::move(text), false), lists).read();
}

Result<Loaded<Users>> load_users(const AccessLists& lists)
{
    const auto path = paths::config_file("upsd.users");
    auto text = read_file(path);
    if (!text)
        return Error{text.error().code, "Can't open " + path};
    return parse_users(path, *std::move(text), lists);
}

std::vector<UserSetting> user_settings()
{
    std::vector<UserSetting> settings;
    for (const auto& row : kRows)
        settings.push_back(row.setting);
    return settings;
}

} // namespace upright::upsd
