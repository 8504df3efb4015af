#include "clients/upsmon/check_programs.hpp"

#include "clients/upsmon/check_settings.hpp"
#include "common/config/paths.hpp"

#include <algorithm>
#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::upsmon {
namespace {

bool is_program(const std::string& path)
{
    std::error_code failed;
    return fs::is_regular_file(path, failed) && ::access(path.c_str(), X_OK) == 0;
}

// In the folders of this PATH and in those that the PATH of services has.
bool is_in_path(const std::string& name)
{
    auto folders = paths::environment("PATH").value_or("")
                   + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:";
    for (auto end = folders.find(':'); end != folders.npos; end = folders.find(':')) {
        if (end > 0 && is_program(folders.substr(0, end) + "/" + name))
            return true;
        folders.erase(0, end + 1);
    }
    return false;
}

// What the shell does itself.
bool is_word_of_the_shell(std::string_view word)
{
    static constexpr std::array<std::string_view, 29> kWords{
        ".",    ":",     "[",    "alias",  "bg",    "break", "case",   "cd",    "command", "echo",
        "eval", "exec",  "exit", "export", "false", "for",   "if",     "kill",  "nohup",   "printf",
        "set",  "shift", "test", "time",   "trap",  "true",  "ulimit", "umask", "wait"};
    return std::find(kWords.begin(), kWords.end(), word) != kWords.end() || word == "while"
           || word == "until";
}

// Why it can't be run; empty if it can, or if that can't be said without a shell.
std::string what_is_wrong(const std::string& program)
{
    const auto plain = program.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
                                                 "0123456789/._+-");
    if (program.empty() || plain != program.npos)
        return {};
    if (program.front() == '/') {
        struct stat status {};
        if (::stat(program.c_str(), &status) != 0)
            return errno == EACCES ? std::string() : "there is no such program";
        return is_program(program) ? std::string() : "this can't be run";
    }
    if (program.find('/') != program.npos)
        return "begin it with /: upsmon is not started where you are now";
    return is_in_path(program) || is_word_of_the_shell(program) ? std::string()
                                                                : "there is no such program in PATH";
}

class Programs {
public:
    Programs(const Document& document, const Config& config) : document_(document), config_(config) {}

    std::vector<Diagnostic> check() &&
    {
        check_shutdown();
        check_notify();
        return std::move(problems_);
    }

private:
    void check_shutdown()
    {
        const auto* const line = last_line(document_, "SHUTDOWNCMD");
        if (line != nullptr && config_.shutdown_command) {
            const auto& command = line->words[1].text;
            if (const auto wrong = what_is_wrong_with(command); !wrong.empty())
                complain(line->words[1], wrong, Severity::error);
            else if (trimmed(command).empty())
                complain(line->words[1], "this command does nothing", Severity::error);
        } else if (config_.policy.min_supplies > 0) {
            problems_.push_back({document_.file, 0, 0,
                                 "no shutdown command defined: without SHUTDOWNCMD this host will not be "
                                 "shut down",
                                 Severity::warning});
        }
    }

    void check_notify()
    {
        const auto* const line = last_line(document_, "NOTIFYCMD");
        const auto& all = config_.notify;
        const bool used = std::any_of(all.begin(), all.end(),
                                      [](const NotifySetting& one) { return one.exec && !one.ignore; });
        if (line != nullptr) {
            if (const auto wrong = what_is_wrong(line->words[1].text); !wrong.empty())
                complain(line->words[1], wrong, Severity::error);
            if (!used)
                complain(line->words[0], "this is never run: no NOTIFYFLAG line says EXEC",
                         Severity::warning);
            return;
        }
        for (const auto& statement : document_.statements)
            if (statement.words[0].text == "NOTIFYFLAG" && statement.words.size() > 2
                && find_notify_type(statement.words[1].text)
                && ("+" + statement.words[2].text + "+").find("+EXEC+") != std::string::npos)
                complain(statement.words[2], "EXEC has no effect without NOTIFYCMD", Severity::warning);
    }

    void complain(const Word& where, std::string text, Severity severity)
    {
        problems_.push_back(problem_at(document_, where, std::move(text), severity));
    }

    const Document& document_;
    const Config& config_;
    std::vector<Diagnostic> problems_;
};

} // namespace

std::string what_is_wrong_with(const std::string& command)
{
    const auto line = trimmed(command);
    return what_is_wrong(std::string(line.substr(0, line.find_first_of(" \t;&|"))));
}

std::vector<Diagnostic> check_programs(const Document& document, const Config& config)
{
    return Programs(document, config).check();
}

} // namespace upright::upsmon
