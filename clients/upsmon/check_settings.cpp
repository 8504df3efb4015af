#include "clients/upsmon/check_settings.hpp"

#include "common/power_flag/power_flag.hpp"

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <pwd.h>
#include <set>
#include <sys/stat.h>
#include <system_error>

namespace fs = std::filesystem;

namespace upright::upsmon {
namespace {

class Settings {
public:
    Settings(const Document& document, const Config& config)
        : document_(document), config_(config), policy_(config.policy)
    {
    }

    std::vector<Diagnostic> check() &&
    {
        check_readable_by_all();
        check_repeated();
        check_power();
        check_times();
        check_flag_file();
        check_account();
        check_conditions();
        return std::move(problems_);
    }

private:
    void check_readable_by_all()
    {
        struct stat status {};
        const bool secrets = !config_.accounts.empty() || config_.cert_ident;
        if (secrets && ::stat(document_.file.c_str(), &status) == 0
            && (status.st_mode & (S_IROTH | S_IXOTH)) != 0)
            problems_.push_back({document_.file, 0, 0,
                                 "everybody can read this file, and the passwords in it: chmod o= it",
                                 Severity::warning});
    }

    // Of most directives the last line counts.
    void check_repeated()
    {
        static const std::set<std::string_view> kRepeatable{"MONITOR", "NOTIFYMSG", "NOTIFYFLAG", "CERTHOST",
                                                            "SHUTDOWNWHEN"};
        for (const auto& statement : document_.statements) {
            const auto& name = statement.words[0];
            const auto is_it = [&](const Directive<Config>& row) { return row.name == name.text; };
            const bool known = std::any_of(directives().begin(), directives().end(), is_it);
            const auto* const last = last_line(document_, name.text);
            if (known && !kRepeatable.contains(name.text) && last != &statement)
                warn(name, fmt::format("{} comes again in line {}, which counts", name.text, last->line));
        }
    }

    void check_power()
    {
        const auto* const need = last_line(document_, "MINSUPPLIES");
        if (config_.power_value() < policy_.min_supplies)
            complain_of(need, 1,
                        fmt::format("insufficient power configured: the MONITOR lines have a power value of "
                                    "{} together, MINSUPPLIES wants {}",
                                    config_.power_value(), policy_.min_supplies),
                        Severity::error);
        if (policy_.min_supplies == 0)
            for (const auto& line : config_.shutdown_when)
                warn(line.system, "this has no effect: with MINSUPPLIES 0 no UPS is needed");
        std::vector<const Word*> systems;
        for (const auto& statement : document_.statements)
            if (statement.words[0].text == "MONITOR" && statement.words.size() > 5)
                check_same_ups(statement.words[1], systems);
    }

    // Two lines with one UPS count its power twice.
    void check_same_ups(const Word& system, std::vector<const Word*>& before)
    {
        const auto where = parse_designation(system.text);
        if (!where)
            return;
        for (const auto* const other : before)
            if (const auto same = parse_designation(other->text);
                same && other->text != system.text && equal_ignoring_case(same->ups, where->ups)
                && same->server == where->server)
                warn(system, fmt::format("this is the same UPS as {} in line {}: its power value counts "
                                         "twice",
                                         escaped(other->text), other->line));
        before.push_back(&system);
    }

    void check_times()
    {
        const auto poll = std::max(policy_.poll, policy_.poll_alert);
        if (policy_.dead_time < poll)
            blame("DEADTIME", policy_.poll > policy_.poll_alert ? "POLLFREQ" : "POLLFREQALERT",
                  fmt::format("a UPS on battery counts as dead after {}, but is asked every {} only",
                              text(policy_.dead_time), text(poll)));
        if (policy_.poll_alert > policy_.poll)
            blame("POLLFREQALERT", "POLLFREQ",
                  fmt::format("a UPS is asked less often while something is wrong ({}) than usually ({})",
                              text(policy_.poll_alert), text(policy_.poll)));
        for (const auto& [name, time] :
             {std::pair{"POLLFREQ", policy_.poll}, std::pair{"POLLFREQALERT", policy_.poll_alert}})
            if (time == Duration(0))
                blame(name, name, "servers are asked as often as upsmon can");
        if (policy_.host_sync < policy_.poll_alert && !policy_.feeds.empty())
            blame("HOSTSYNC", "POLLFREQALERT",
                  fmt::format("secondaries that ask every {} have {} to see a forced shutdown",
                              text(policy_.poll_alert), text(policy_.host_sync)));
        if (policy_.final_delay >= kLong)
            blame("FINALDELAY", "FINALDELAY",
                  "the battery is low already, and must last so much longer than the shutdown takes");
        if (policy_.host_sync >= kLong)
            blame("HOSTSYNC", "HOSTSYNC",
                  "the battery is low already, and one host that hangs costs so much");
    }

    void check_flag_file()
    {
        const auto* const line = last_line(document_, "POWERDOWNFLAG");
        if (line == nullptr || !config_.power_down_flag)
            return;
        const auto& word = line->words[1];
        const fs::path path(*config_.power_down_flag);
        std::error_code failed;
        if (!path.is_absolute())
            complain(word, "this must begin with /");
        else if (!fs::is_directory(path.parent_path(), failed))
            complain(word, fmt::format("there is no folder {}", escaped(path.parent_path().string())));
        else if ((fs::status(path.parent_path(), failed).permissions() & fs::perms::others_write)
                 != fs::perms::none)
            complain(word,
                     fmt::format("anybody may write in {}: a file of somebody else there is not taken for "
                                 "the flag, and can keep upsmon from setting it",
                                 escaped(path.parent_path().string())),
                     Severity::warning);
        else if (is_foreign(path))
            complain(word, "this file is something else, and would not be used");
    }

    static bool is_foreign(const fs::path& path)
    {
        const bool unreadable =
            ::access(path.c_str(), R_OK) != 0 && errno == EACCES; // by us, who aren't root
        return !unreadable && power_flag::look(path.string()) == PowerFlag::foreign;
    }

    void check_account()
    {
        const auto* const line = last_line(document_, "RUN_AS_USER");
        if (line != nullptr && config_.run_as_user
            && ::getpwnam(config_.run_as_user->c_str())
                   == nullptr) // NOLINT(concurrency-mt-unsafe): one thread
            complain(line->words[1], "there is no such account");
    }

    // A condition that leaves less time than the shutdown takes.
    void check_conditions()
    {
        for (const auto& line : config_.shutdown_when)
            for (std::size_t i = 0; i < line.conditions.size(); ++i) {
                const auto& limit = line.rule.limits[i];
                const auto waits = std::chrono::duration<double>(policy_.final_delay).count();
                const auto needs = config_.shutdown_duration.value_or(0) + waits;
                if (limit.of == Limit::Of::runtime && config_.shutdown_duration && limit.value < needs)
                    warn(line.conditions[i],
                         fmt::format("too late: SHUTDOWNDURATION and FINALDELAY come to {:g} s", needs));
            }
    }

    static std::string text(Duration time)
    {
        return fmt::format("{:g} s", std::chrono::duration<double>(time).count());
    }

    // At the one directive if the file has it, else at the other, else at the whole.
    void blame(std::string_view name, std::string_view other, std::string text)
    {
        const auto* const line = last_line(document_, name);
        complain_of(line != nullptr ? line : last_line(document_, other), 1, std::move(text),
                    Severity::warning);
    }

    void complain_of(const Statement* line, std::size_t word, std::string text, Severity severity)
    {
        if (line != nullptr && line->words.size() > word)
            complain(line->words[word], std::move(text), severity);
        else
            problems_.push_back({document_.file, 0, 0, std::move(text), severity});
    }
    void complain(const Word& where, std::string text, Severity severity = Severity::error)
    {
        problems_.push_back(problem_at(document_, where, std::move(text), severity));
    }
    void warn(const Word& where, std::string text) { complain(where, std::move(text), Severity::warning); }

    static constexpr Duration kLong = std::chrono::minutes(5);

    const Document& document_;
    const Config& config_;
    const Policy& policy_;
    std::vector<Diagnostic> problems_;
};

} // namespace

std::vector<Diagnostic> check_settings(const Document& document, const Config& config)
{
    return Settings(document, config).check();
}

const Statement* last_line(const Document& document, std::string_view directive)
{
    const auto line =
        std::find_if(document.statements.rbegin(), document.statements.rend(), [&](const Statement& one) {
            return one.words.size() > 1 && one.words[0].text == directive;
        });
    return line == document.statements.rend() ? nullptr : &*line;
}

} // namespace upright::upsmon
