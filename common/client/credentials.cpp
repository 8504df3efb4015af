#include "common/client/credentials.hpp"

#include "common/config/document.hpp"
#include "common/config/paths.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <netdb.h>

namespace upright {
namespace {

constexpr int kDeepest = 8;

struct TextKey {
    std::string_view name;
    std::optional<std::string> Credentials::*member;
};

constexpr std::array kTextKeys{
    TextKey{"user", &Credentials::user},
    TextKey{"username", &Credentials::user},
    TextKey{"pass", &Credentials::password},
    TextKey{"password", &Credentials::password},
    TextKey{"certpath", &Credentials::certpath},
    TextKey{"certfile", &Credentials::certfile},
    TextKey{"certident_name", &Credentials::certident_name},
    TextKey{"certident_pass", &Credentials::certident_pass},
    TextKey{"certhost", &Credentials::certhost},
};

std::string lower(std::string_view text)
{
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return out;
}

// A port as a number or the name of a service.
std::optional<std::uint16_t> port_from(const std::string& text)
{
    const auto number = to_int(text);
    if (number && *number >= 1 && *number <= 65535)
        return static_cast<std::uint16_t>(*number);
    const auto* const service =
        number ? nullptr : ::getservbyname(text.c_str(), "tcp"); // NOLINT(concurrency-mt-unsafe)
    if (service == nullptr)
        return std::nullopt;
    return static_cast<std::uint16_t>(ntohs(static_cast<std::uint16_t>(service->s_port)));
}

// [], [_global_defaults], [user@host:port], [user@host], [@host:port], [@host]; an IPv6 host in brackets.
std::optional<AuthSection> parse_title(std::string_view title)
{
    if (title.empty() || equal_ignoring_case(title, "_global_defaults"))
        return AuthSection{};
    const auto at = title.rfind('@');
    if (at == std::string_view::npos)
        return std::nullopt;
    AuthSection section{std::string(title.substr(0, at)), {}, kNutPort, {}};
    auto rest = title.substr(at + 1);
    const auto host_end = rest.starts_with('[') ? rest.find(']') : std::min(rest.find(':'), rest.size());
    if (host_end == std::string_view::npos)
        return std::nullopt;
    section.host = lower(rest.starts_with('[') ? rest.substr(1, host_end - 1) : rest.substr(0, host_end));
    rest.remove_prefix(rest.starts_with('[') ? host_end + 1 : host_end);
    if (section.host.empty())
        section.host = "localhost";
    if (rest.empty())
        return section;
    const auto port = rest.starts_with(':') ? port_from(std::string(rest.substr(1))) : std::nullopt;
    if (!port)
        return std::nullopt;
    section.port = *port;
    return section;
}

// `section` says more about a server than what was found in less specific ones.
void prefer(Credentials& so_far, const AuthSection& section)
{
    const auto& more = section.credentials;
    const auto take = [](auto& to, const auto& from) {
        if (from)
            to = from;
    };
    const auto user = section.user.empty() ? more.user : std::optional(section.user);
    if (user && so_far.user && *user != *so_far.user && !more.password)
        so_far.password.reset(); // another user's password would only give that user's secret away
    take(so_far.user, user);
    take(so_far.password, more.password);
    take(so_far.force_tls, more.force_tls);
    take(so_far.verify, more.verify);
    take(so_far.certpath, more.certpath);
    take(so_far.certfile, more.certfile);
    take(so_far.certident_name, more.certident_name);
    take(so_far.certident_pass, more.certident_pass);
    take(so_far.certhost, more.certhost);
}

class Reader {
public:
    explicit Reader(Loaded<AuthFile>& loaded) : loaded_(loaded) { loaded_.value.sections.push_back({}); }

    Result<void> read(const std::string& path, std::size_t scope, int depth)
    {
        if (depth > kDeepest)
            return Error{Errc::bad_config, path + ": too many files include each other"};
        auto text = read_file(path);
        if (!text)
            return Error{text.error().code, "Can't open " + path};
        const auto document = parse_document(path, *std::move(text));
        loaded_.problems.insert(loaded_.problems.end(), document.problems.begin(), document.problems.end());
        const bool included_in_section = scope != 0;
        std::optional<std::size_t> current = scope;
        for (const auto& statement : document.value.statements) {
            if (const auto title = section_header(statement)) {
                current = open(document.value, statement, *title);
                if (included_in_section && current && !same_title(*current, scope))
                    current.reset(); // a section for somebody else
                continue;
            }
            if (!current)
                continue;
            if (auto done = take(document.value, statement, *current, depth); !done)
                return done;
        }
        return {};
    }

private:
    std::optional<std::size_t> open(const Document& document, const Statement& statement,
                                    std::string_view title)
    {
        auto section = parse_title(title);
        if (!section) {
            complain(document, statement.words[0], "a section is titled [user@host:port] or [@host:port]");
            return std::nullopt;
        }
        auto& all = loaded_.value.sections;
        const auto known = std::find_if(all.begin(), all.end(), [&](const AuthSection& s) {
            return s.user == section->user && s.host == section->host && s.port == section->port;
        });
        if (known != all.end())
            return static_cast<std::size_t>(known - all.begin());
        all.push_back(*std::move(section));
        return all.size() - 1;
    }

    bool same_title(std::size_t a, std::size_t b) const { return a == b; } // open() joins equal titles

    Result<void> take(const Document& document, const Statement& statement, std::size_t section, int depth)
    {
        const auto& words = statement.words;
        const auto key = lower(words[0].text);
        const bool include = key == "include" || key == "include_required";
        const std::size_t at = words.size() > 1 && words[1].text == "=" && !words[1].quoted ? 2 : 1;
        if (words.size() <= at) {
            complain(document, words[0], fmt::format("{} needs a value", escaped(words[0].text)));
            return {};
        }
        const auto& value = words[at];
        if (!include) {
            set(document, words[0], value, key, loaded_.value.sections[section].credentials);
            return {};
        }
        const auto folder = std::filesystem::path(document.file).parent_path();
        auto done = read((folder / value.text).string(), section, depth + 1);
        if (!done && key == "include") {
            complain(document, value, to_string(done.error()));
            return {};
        }
        return done;
    }

    void set(const Document& document, const Word& name, const Word& value, const std::string& key,
             Credentials& c)
    {
        const auto* const text =
            std::find_if(kTextKeys.begin(), kTextKeys.end(), [&](const TextKey& k) { return k.name == key; });
        if (text != kTextKeys.end()) {
            c.*(text->member) = value.text;
        } else if (key == "forcessl" || key == "certverify") {
            const auto wanted = to_bool(value.text);
            if (!wanted)
                complain(document, value, "neither on nor off: taken as on");
            (key == "forcessl" ? c.force_tls : c.verify) = wanted.value_or(true);
        } else if (key != "sslbackend") {
            complain(document, name, fmt::format("unknown setting \"{}\"", escaped(name.text)));
        }
    }

    void complain(const Document& document, const Word& where, std::string text)
    {
        loaded_.problems.push_back(problem_at(document, where, std::move(text), Severity::warning));
    }

    Loaded<AuthFile>& loaded_;
};

} // namespace

std::vector<std::string_view> auth_file_keys()
{
    std::vector<std::string_view> keys{"certverify", "forcessl", "sslbackend", "include", "include_required"};
    for (const auto& key : kTextKeys)
        keys.push_back(key.name);
    return keys;
}

Result<tls::ClientSettings> tls_settings(const Credentials& credentials)
{
    tls::ClientSettings settings;
    settings.ca_path = credentials.certpath.value_or("");
    settings.certfile = credentials.certfile.value_or("");
    settings.ident_name = credentials.certident_name.value_or("");
    settings.key_password = credentials.certident_pass.value_or("");
    if (credentials.certhost)
        if (auto expected = settings.expect(*credentials.certhost); !expected)
            return expected.error();
    settings.demand(credentials.verify, credentials.force_tls);
    return settings;
}

Credentials AuthFile::find(const Server& server, const std::string& user) const
{
    const auto host = lower(server.host);
    Credentials found;
    for (const bool global : {true, false})
        for (const bool with_user : {false, true})
            for (const auto& section : sections) {
                if (section.host.empty() != global || section.user.empty() == with_user)
                    continue;
                const bool fits = global || (section.host == host && section.port == server.port);
                if (fits && (!with_user || user.empty() || section.user == user))
                    prefer(found, section);
            }
    return found;
}

Result<Loaded<AuthFile>> load_auth_file(const std::string& path)
{
    Loaded<AuthFile> loaded;
    auto done = Reader(loaded).read(path, 0, 0);
    if (!done)
        return done.error();
    return loaded;
}

std::optional<std::string> find_auth_file(const std::optional<std::string>& option)
{
    if (option && *option == "none")
        return std::nullopt;
    if (option && *option != "default")
        return option;
    if (auto named = paths::environment("NUT_AUTHCONF_FILE"))
        return named;
    std::vector<std::string> places;
    if (const auto folder = paths::environment("NUT_AUTHCONF_PATH"))
        places.push_back(*folder + "/nutauth.conf");
    if (const auto home = paths::environment("HOME")) {
        places.push_back(*home + "/.config/nut/nutauth.conf");
        places.push_back(*home + "/.nutauth.conf");
    }
    places.push_back(paths::config_file("nutauth.conf"));
    std::error_code ignored;
    const auto first = std::find_if(places.begin(), places.end(), [&](const auto& path) {
        return std::filesystem::is_regular_file(path, ignored);
    });
    return first == places.end() ? std::nullopt : std::optional(*first);
}

Result<Credentials> find_credentials(const std::optional<std::string>& option, const Server& server,
                                     const std::string& user)
{
    const auto path = find_auth_file(option);
    if (!path)
        return Credentials{};
    const bool named = option && *option != "default";
    const auto file = load_auth_file(*path);
    if (!file && named)
        return file.error();
    return file ? file->value.find(server, user) : Credentials{};
}

} // namespace upright
