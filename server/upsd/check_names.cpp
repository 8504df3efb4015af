#include "server/upsd/check_names.hpp"

#include "common/wire/quote.hpp"
#include "server/upsd/virtual_settings.hpp"

#include <algorithm>
#include <set>

namespace upright::upsd {
namespace {

bool contains_name(const std::vector<Word>& words, std::string_view name)
{
    return std::any_of(words.begin(), words.end(),
                       [&](const Word& word) { return equal_ignoring_case(word.text, name); });
}

bool is_reserved(const UpsSection& section) { return equal_ignoring_case(section.name, "default"); }

} // namespace

std::vector<std::string> names_of_upses(const UpsConf& conf)
{
    std::vector<std::string> names;
    for (const auto& section : conf.sections)
        if (!is_reserved(section) && section.is_complete() && !section.is_virtual())
            names.push_back(section.name);
    for (const auto& ups : virtual_upses(conf).value)
        names.push_back(ups.name);
    return names;
}

std::vector<Diagnostic> check_ups_sections(const ConfigSet& set)
{
    auto problems = virtual_upses(set.ups_conf).problems;
    const auto complain = [&](const UpsSection& section, std::string text) {
        problems.push_back(problem_at(set.ups_conf.document, section.header, std::move(text)));
    };
    std::set<std::string_view, CaseLess> names;
    for (const auto& section : set.ups_conf.sections) {
        if (is_reserved(section))
            continue;
        if (!section.is_complete())
            complain(section,
                     fmt::format("[{}] is left out: it needs {}", escaped(section.name),
                                 section.settings.value("driver") ? "port =" : "driver = and port ="));
        else if (as_word(section.name) != section.name)
            complain(section,
                     fmt::format("[{}] is left out: no client could name it", escaped(section.name)));
        else if (!names.insert(section.name).second)
            complain(section, fmt::format("[{}] is left out: there is one whose name differs only in case",
                                          section.name));
    }
    if (names.empty() && !set.config.allow_no_device)
        problems.push_back(
            {set.ups_conf.document.file, 0, 0,
             "no UPS is defined: upsd does not start, unless upsd.conf says ALLOW_NO_DEVICE yes"});
    return problems;
}

std::vector<Diagnostic> check_access(const ConfigSet& set)
{
    std::vector<Diagnostic> problems;
    const auto warn = [&](const Word& where, std::string text) {
        problems.push_back(problem_at(set.upsd_conf, where, std::move(text), Severity::warning));
    };
    if (!set.config.acl_uses.empty())
        warn(set.config.acl_uses.front(),
             "ACCEPT and REJECT decide who may connect here (NUT has ignored them for years)");
    const auto used_by_a_user = [&](std::string_view name) {
        return std::any_of(set.users.all().begin(), set.users.all().end(), [&](const auto& entry) {
            const auto& from = entry.second.allow_from;
            return from && contains_name(*from, name);
        });
    };
    for (const auto& acl : set.config.acl_definitions)
        if (!equal_ignoring_case(acl.text, "all") && !contains_name(set.config.acl_uses, acl.text)
            && !used_by_a_user(acl.text))
            warn(acl, fmt::format("ACL {} is never used", escaped(acl.text)));
    return problems;
}

std::vector<Diagnostic> check_users(const ConfigSet& set)
{
    std::vector<Diagnostic> problems;
    const auto names = names_of_upses(set.ups_conf);
    const std::vector<std::string_view> known(names.begin(), names.end());
    for (const auto& [name, user] : set.users.all()) {
        if (!user.upses)
            continue;
        for (const auto& ups : *user.upses)
            if (std::none_of(known.begin(), known.end(),
                             [&](auto one) { return equal_ignoring_case(one, ups.text); }))
                problems.push_back({set.users_file, ups.line, ups.column,
                                    fmt::format("ups.conf has no UPS \"{}\"{}", escaped(ups.text),
                                                did_you_mean(ups.text, known))});
    }
    return problems;
}

} // namespace upright::upsd
