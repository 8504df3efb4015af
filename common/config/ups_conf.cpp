#include "common/config/ups_conf.hpp"

#include "common/config/paths.hpp"
#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright {
namespace {

// clang-format off
constexpr std::array<std::string_view, 16> kGlobalKeys{
    "chroot",       "driverpath",  "statepath",           "maxstartdelay",
    "maxretry",     "retrydelay",  "nowait",              "pollinterval",
    "synchronous",  "group",       "reconnect_max_tries", "reconnect_report_freq",
    "user",         "debug_min",   "LIBUSB_DEBUG",        "sddelay"};

constexpr std::array<std::string_view, 21> kSectionKeys{
    "driver",       "port",        "desc",                "sdorder",
    "sddelay",      "nolock",      "ignorelb",            "allow_killpower",
    "user",         "group",       "pollinterval",        "synchronous",
    "sdcommands",   "debug_min",   "reconnect_max_tries", "reconnect_report_freq",
    "maxretry",     "retrydelay",  "maxstartdelay",       "LIBUSB_DEBUG",
    "nowait"};
// clang-format on

bool is_name_character(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_'
           || c == '.';
}

class Reader {
public:
    explicit Reader(Loaded<UpsConf>& loaded) : loaded_(loaded) {}

    void read()
    {
        for (const auto& statement : loaded_.value.document.statements) {
            if (const auto name = section_header(statement))
                open_section(*name, statement.words.front());
            else
                add_setting(statement);
        }
        for (const auto& setting : loaded_.value.globals.all())
            check_words(setting);
        for (const auto& section : loaded_.value.sections) {
            for (const auto& setting : section.settings.all())
                if (!section.is_virtual() || setting.key != "of") // a list of UPSes
                    check_words(setting);
            check_section(section);
        }
    }

private:
    void open_section(std::string_view name, const Word& header)
    {
        auto& sections = loaded_.value.sections;
        if (name.empty() || !std::all_of(name.begin(), name.end(), is_name_character))
            complain(
                header,
                fmt::format("\"{}\" is no name for a UPS: use letters, digits, - _ and .", escaped(name)),
                Severity::warning);
        const auto known =
            std::find_if(sections.begin(), sections.end(), [&](const auto& s) { return s.name == name; });
        if (known == sections.end()) {
            sections.push_back({std::string(name), header, {}});
            current_ = sections.size() - 1;
        } else {
            current_ = static_cast<std::size_t>(known - sections.begin());
        }
        in_section_ = true;
    }

    void add_setting(const Statement& statement)
    {
        const auto& words = statement.words;
        if (words[0].text.starts_with('[') && !words[0].quoted) {
            complain(words[0], "a section begins with [name], without blanks", Severity::error);
            return;
        }
        Setting setting{words[0].text, std::nullopt, words[0], words[0]};
        if (words.size() >= 2 && words[1].text == "=" && !words[1].quoted) {
            if (words.size() == 2) {
                complain(words[1], fmt::format("no value behind \"{} =\"", words[0].text), Severity::warning);
            } else {
                setting.value = words[2].text;
                setting.value_word = words[2];
                setting.more.assign(words.begin() + 3, words.end());
            }
        } else if (words.size() >= 2) {
            complain(words[1], fmt::format("expected \"=\" behind \"{}\"", words[0].text), Severity::warning);
        }
        if (!in_section_)
            check_global(setting);
        settings().add(std::move(setting));
    }

    void check_words(const Setting& setting)
    {
        if (!setting.more.empty())
            complain(
                setting.more.front(),
                fmt::format("only the first word counts as the value of {}: put it in quotes", setting.key),
                Severity::warning);
    }

    // Nothing starts without these two: a misspelt one is pointed at.
    void check_section(const UpsSection& section)
    {
        if (equal_ignoring_case(section.name, "default") || section.is_virtual())
            return;
        for (const std::string_view needed : {"driver", "port"}) {
            if (section.settings.value(needed))
                continue;
            const auto& all = section.settings.all();
            const auto near = std::find_if(all.begin(), all.end(), [&](const auto& setting) {
                const bool known =
                    std::find(kSectionKeys.begin(), kSectionKeys.end(), setting.key) != kSectionKeys.end();
                return !known && nearest(setting.key, std::span(&needed, 1)).has_value();
            });
            if (near != all.end())
                complain(near->key_word,
                         fmt::format("unknown setting \"{}\" (did you mean \"{}\"?)", near->key, needed),
                         Severity::error);
        }
    }

    void check_global(const Setting& setting)
    {
        const auto known = std::find(kGlobalKeys.begin(), kGlobalKeys.end(), setting.key) != kGlobalKeys.end()
                           || equal_ignoring_case(setting.key, "statepath")
                           || equal_ignoring_case(setting.key, "debug_min");
        if (!known)
            complain(setting.key_word,
                     fmt::format("unknown global setting \"{}\"{}", setting.key,
                                 did_you_mean(setting.key, kGlobalKeys)),
                     Severity::error);
    }

    Settings& settings()
    {
        return in_section_ ? loaded_.value.sections[current_].settings : loaded_.value.globals;
    }

    void complain(const Word& where, std::string text, Severity severity)
    {
        loaded_.problems.push_back(problem_at(loaded_.value.document, where, std::move(text), severity));
    }

    Loaded<UpsConf>& loaded_;
    std::size_t current_ = 0;
    bool in_section_ = false;
};

} // namespace

const Setting* Settings::find(std::string_view key) const
{
    const auto it = std::find_if(all_.rbegin(), all_.rend(), [&](const auto& s) { return s.key == key; });
    return it == all_.rend() ? nullptr : &*it;
}

const Setting* Settings::find_ignoring_case(std::string_view key) const
{
    const auto it = std::find_if(all_.rbegin(), all_.rend(),
                                 [&](const auto& s) { return equal_ignoring_case(s.key, key); });
    return it == all_.rend() ? nullptr : &*it;
}

std::optional<std::string> Settings::value(std::string_view key) const
{
    const auto* const setting = find(key);
    return setting == nullptr ? std::nullopt : setting->value;
}

const UpsSection* UpsConf::find(std::string_view name) const
{
    const auto it =
        std::find_if(sections.begin(), sections.end(), [&](const auto& s) { return s.name == name; });
    return it == sections.end() ? nullptr : &*it;
}

std::optional<std::string> UpsConf::state_path() const
{
    const auto* const setting = globals.find_ignoring_case("statepath");
    return setting == nullptr ? std::nullopt : setting->value;
}

Loaded<UpsConf> parse_ups_conf(std::string file, std::string text)
{
    Loaded<UpsConf> loaded;
    auto document = parse_document(std::move(file), std::move(text));
    loaded.value.document = std::move(document.value);
    loaded.problems = std::move(document.problems);
    Reader(loaded).read();
    return loaded;
}

Result<Loaded<UpsConf>> load_ups_conf()
{
    const auto path = paths::config_file("ups.conf");
    auto text = read_file(path);
    if (!text)
        return Error{text.error().code, "Can't open " + path};
    return parse_ups_conf(path, *std::move(text));
}

int number_setting(const UpsConf& conf, const Setting* setting, int low, int high, int fallback,
                   std::vector<Diagnostic>& problems)
{
    if (setting == nullptr)
        return fallback;
    const auto number = setting->value ? to_int(*setting->value) : std::nullopt;
    if (number && *number >= low && *number <= high)
        return *number;
    problems.push_back(problem_at(
        conf.document, setting->value_word,
        fmt::format("Invalid {} value found in ups.conf: \"{}\" is no whole number from {} to {}; using {}",
                    setting->key, setting->value.value_or(""), low, high, fallback)));
    return fallback;
}

std::span<const std::string_view> global_ups_conf_keys() { return kGlobalKeys; }

std::span<const std::string_view> section_ups_conf_keys() { return kSectionKeys; }

bool is_variable_default(std::string_view key)
{
    return starts_ignoring_case(key, "default.") || starts_ignoring_case(key, "override.");
}

} // namespace upright
