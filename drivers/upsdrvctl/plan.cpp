#include "drivers/upsdrvctl/plan.hpp"

#include "common/config/paths.hpp"

#include <fmt/format.h>

#include <limits>

namespace upright::upsdrvctl {
namespace {

class Planner {
public:
    Planner(const UpsConf& conf, std::vector<Diagnostic>& problems) : conf_(conf), problems_(problems)
    {
        const auto state = conf.state_path();
        state_dir_ = paths::state_dir(state);
        pid_dir_ = paths::unprivileged_pid_dir(state);
        driver_dir_ = conf.globals.value("driverpath").value_or(paths::driver_dir());
        nowait_ = conf.globals.flag("nowait");
        ignore_nowait_ = paths::environment("NUT_IGNORE_NOWAIT").value_or("") == "true";
    }

    std::optional<Job> job(const UpsSection& section)
    {
        const auto driver = section.settings.value("driver").value_or("");
        if (driver.empty() || driver.find('/') != std::string::npos) {
            problems_.push_back(problem_at(conf_.document, section.header,
                                           fmt::format("UPS [{}] names no driver program", section.name)));
            return std::nullopt;
        }
        Job job;
        job.ups = section.name;
        job.driver = driver;
        job.program = fmt::format("{}/{}", driver_dir_, driver);
        job.socket = fmt::format("{}/{}-{}", state_dir_, driver, section.name);
        job.pid_file = fmt::format("{}/{}-{}.pid", pid_dir_, driver, section.name);
        job.shutdown_order = number(section, "sdorder", std::numeric_limits<int>::min(), 0);
        job.start_limit = std::chrono::seconds(number(section, "maxstartdelay", 0, 75));
        job.attempts = number(section, "maxretry", 1, 1);
        job.retry_delay = std::chrono::seconds(number(section, "retrydelay", 0, 5));
        job.wait = ignore_nowait_ || !(nowait_ || section.settings.flag("nowait"));
        return job;
    }

private:
    // What the section says, else what the file says for all.
    int number(const UpsSection& section, std::string_view key, int low, int fallback)
    {
        const auto* setting = section.settings.find(key);
        if (setting == nullptr)
            setting = conf_.globals.find(key);
        return number_setting(conf_, setting, low, std::numeric_limits<int>::max(), fallback, problems_);
    }

    const UpsConf& conf_;
    std::vector<Diagnostic>& problems_;
    std::string state_dir_;
    std::string pid_dir_;
    std::string driver_dir_;
    bool nowait_ = false;
    bool ignore_nowait_ = false;
};

} // namespace

Result<Plan> make_plan(const UpsConf& conf, const Options& options, std::vector<Diagnostic>& problems)
{
    if (conf.sections.empty())
        return Error{Errc::bad_config, "Error: no UPS definitions found in ups.conf"};
    if (options.ups && conf.find(*options.ups) == nullptr)
        return Error{Errc::unknown_ups, fmt::format("UPS {} not found in ups.conf", *options.ups)};
    Plan plan;
    Planner planner(conf, problems);
    for (const auto& section : conf.sections) {
        if ((options.ups && section.name != *options.ups) || section.is_virtual()) // upsd's own
            continue;
        if (auto job = planner.job(section))
            plan.jobs.push_back(*std::move(job));
        else
            ++plan.unusable;
    }
    return plan;
}

std::vector<std::string> command_line(const Job& job, const Options& options, const std::string& extra)
{
    std::vector<std::string> words{job.program, "-a", job.ups};
    if (!extra.empty())
        words.push_back(extra);
    if (options.pass_debug && options.debug > 0)
        words.push_back("-" + std::string(static_cast<std::size_t>(options.debug), 'D'));
    if (!options.ground.empty() && extra.empty())
        words.push_back(options.ground);
    words.insert(words.end(), options.pass_on.begin(), options.pass_on.end());
    return words;
}

} // namespace upright::upsdrvctl
