#include "clients/upssched/check.hpp"

#include "clients/notify_types/notify_types.hpp"
#include "common/config/paths.hpp"
#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::upssched {
namespace {

// What tells that something is over, so that a timer begun by it should be cancelled. Also the other way
// round, where both are states that people wait for.
struct End {
    std::string_view type;
    std::string_view by;
};

constexpr std::array kEnds{
    End{"ONBATT", "ONLINE"},
    End{"LOWBATT", "ONLINE"},
    End{"ONLINE", "ONBATT"},
    End{"COMMBAD", "COMMOK"},
    End{"NOCOMM", "COMMOK"},
    End{"CAL", "NOTCAL"},
    End{"OFF", "NOTOFF"},
    End{"BYPASS", "NOTBYPASS"},
    End{"ECO", "NOTECO"},
    End{"ALARM", "NOTALARM"},
    End{"OVER", "NOTOVER"},
    End{"TRIM", "NOTTRIM"},
    End{"BOOST", "NOTBOOST"},
    End{"OTHER", "NOTOTHER"},
    End{"SUSPEND_STARTING", "SUSPEND_FINISHED"},
    End{"UNPROTECTED", "PROTECTED"},
};

// Nothing undoes these.
constexpr std::array<std::string_view, 3> kFinal{"FSD", "SHUTDOWN", "SHUTDOWN_HOSTSYNC"};

bool starts(const Rule& rule)
{
    return rule.action == Action::start_timer || rule.action == Action::start_timer_shared;
}

bool cancels(const Rule& rule)
{
    return rule.action == Action::cancel_timer || rule.action == Action::cancel_timer_matched;
}

bool same_ups(const Rule& a, const Rule& b)
{
    return a.ups.text == b.ups.text || a.ups.text == "*" || b.ups.text == "*";
}

Diagnostic warning(const std::string& file, const Word& where, std::string text)
{
    return {file, where.line, where.column, std::move(text), Severity::warning};
}

std::string whose(const Rule& rule) { return rule.ups.text == "*" ? "any UPS" : escaped(rule.ups.text); }

std::optional<std::string_view> end_of(std::string_view type)
{
    const auto* const end = std::find_if(kEnds.begin(), kEnds.end(),
                                         [&](const End& e) { return equal_ignoring_case(e.type, type); });
    return end == kEnds.end() ? std::nullopt : std::optional(end->by);
}

// Whether one of the lines cancels what `start` starts, when `end` is told of, or at all without it.
bool is_cancelled(const Config& config, const Rule& start, std::optional<std::string_view> end)
{
    return std::any_of(config.rules.begin(), config.rules.end(), [&](const Rule& rule) {
        return cancels(rule) && rule.name.text == start.name.text
               && (rule.ups.text == "*" || rule.ups.text == start.ups.text)
               && (!end || equal_ignoring_case(rule.type.text, *end));
    });
}

std::optional<std::string> never_cancelled(const Config& config, const Rule& start)
{
    const auto final = std::any_of(kFinal.begin(), kFinal.end(),
                                   [&](auto type) { return equal_ignoring_case(type, start.type.text); });
    const auto end = end_of(start.type.text);
    if (final || is_cancelled(config, start, end))
        return std::nullopt;
    const auto name = escaped(start.name.text);
    if (!end)
        return fmt::format("timer {} of {} is never cancelled", name, whose(start));
    return fmt::format(
        "timer {} of {} is not cancelled when {} is over: \"AT {} {} CANCEL-TIMER {}\" is missing", name,
        whose(start), escaped(start.type.text), *end, escaped(start.ups.text), name);
}

std::optional<std::string> never_started(const Config& config, const Rule& cancel)
{
    const bool started = std::any_of(config.rules.begin(), config.rules.end(), [&](const Rule& rule) {
        return starts(rule) && rule.name.text == cancel.name.text && same_ups(rule, cancel);
    });
    if (started)
        return std::nullopt;
    std::vector<std::string_view> names;
    for (const auto& rule : config.rules)
        if (starts(rule) && rule.name.text != cancel.name.text)
            names.push_back(rule.name.text);
    return fmt::format("timer {} of {} is never started{}", escaped(cancel.name.text), whose(cancel),
                       did_you_mean(cancel.name.text, names));
}

// The script as it would be looked for; empty if it is nowhere.
std::string find_program(const std::string& name)
{
    if (name.find('/') != name.npos)
        return fs::exists(name) ? name : "";
    auto path = paths::environment("PATH").value_or("/bin:/usr/bin");
    for (std::size_t begin = 0; begin <= path.size();) {
        const auto end = std::min(path.find(':', begin), path.size());
        if (auto full = path.substr(begin, end - begin) + "/" + name; fs::exists(full))
            return full;
        begin = end + 1;
    }
    return "";
}

void check_script(const std::string& file, const Config& config, std::vector<Diagnostic>& problems)
{
    const auto command = script_command(config);
    if (command.empty())
        return;
    const auto& where = config.script.front();
    const auto path = find_program(command.front());
    if (path.empty())
        problems.push_back({file, where.line, where.column,
                            fmt::format("CMDSCRIPT {} does not exist", escaped(command.front())),
                            Severity::error});
    else if (fs::is_directory(path) || ::access(path.c_str(), X_OK) != 0)
        problems.push_back({file, where.line, where.column,
                            fmt::format("CMDSCRIPT {} can't be executed", escaped(path)), Severity::error});
    else if (command.size() > 1 && config.script.size() == 1)
        problems.push_back(
            warning(file, where,
                    "program and arguments in one word: write CMDSCRIPT <program> <argument>…; "
                    "there is no shell"));
}

// Only for this account: --check may be run by another than upsmon's.
void check_folder(const std::string& file, std::string_view directive, const Word& word,
                  std::vector<Diagnostic>& problems)
{
    const auto folder = fs::path(word.text).parent_path().string();
    std::error_code failed;
    std::string text;
    if (!word.text.starts_with('/'))
        text = fmt::format("{} should be an absolute path: upsmon's folder may be any", directive);
    else if (!fs::is_directory(folder, failed))
        text = fmt::format("there is no folder {} for {}", escaped(folder), directive);
    else if (::access(folder.c_str(), W_OK | X_OK) != 0)
        text = fmt::format("{} can't be written to, for {}, by the account that runs this", escaped(folder),
                           directive);
    struct stat status {};
    if (text.empty() && ::stat(folder.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0)
        text = fmt::format("everybody may write to {}, and put another {} there", escaped(folder), directive);
    if (text.empty() && fs::is_directory(word.text, failed))
        text = fmt::format("{} is a folder", escaped(word.text));
    if (!text.empty())
        problems.push_back(warning(file, word, std::move(text)));
    if (directive == "PIPEFN" && word.text.size() >= sizeof(sockaddr_un::sun_path))
        problems.push_back({file, word.line, word.column,
                            fmt::format("longer than the {} characters that a socket's name may have",
                                        sizeof(sockaddr_un::sun_path) - 1),
                            Severity::error});
}

} // namespace

std::vector<Diagnostic> check_rules(const std::string& file, const Config& config)
{
    std::vector<Diagnostic> problems;
    for (const auto& rule : config.rules) {
        if (!find_notify_type(rule.type.text))
            problems.push_back(warning(file, rule.type,
                                       fmt::format("upsmon has no notification {}{}", escaped(rule.type.text),
                                                   did_you_mean(rule.type.text, notify_types()))));
        if (starts(rule))
            if (auto text = never_cancelled(config, rule))
                problems.push_back(warning(file, rule.name, *std::move(text)));
        if (cancels(rule))
            if (auto text = never_started(config, rule))
                problems.push_back(warning(file, rule.name, *std::move(text)));
    }
    return problems;
}

std::vector<Diagnostic> check_host(const std::string& file, const Config& config)
{
    std::vector<Diagnostic> problems;
    check_script(file, config, problems);
    if (config.pipe)
        check_folder(file, "PIPEFN", *config.pipe, problems);
    if (config.lock)
        check_folder(file, "LOCKFN", *config.lock, problems);
    if (config.pipe && config.lock && config.pipe->text == config.lock->text)
        problems.push_back({file, config.lock->line, config.lock->column,
                            "PIPEFN and LOCKFN are the same file", Severity::error});
    return problems;
}

int check(std::FILE* out)
{
    const auto path = paths::config_file("upssched.conf");
    CheckedFile checked;
    auto text = read_file(path);
    if (text) {
        checked.source = *std::move(text);
        const auto loaded = parse_config(path, checked.source);
        checked.problems = loaded.problems;
        for (const auto& more : {check_rules(path, loaded.value), check_host(path, loaded.value)})
            checked.problems.insert(checked.problems.end(), more.begin(), more.end());
    } else {
        checked.problems.push_back({path, 0, 0, text.error().code.message(), Severity::error});
    }
    return print_problems({checked}, out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace upright::upssched
