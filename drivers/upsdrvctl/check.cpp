#include "drivers/upsdrvctl/check.hpp"

#include "common/config/paths.hpp"
#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/upsdrvctl/plan.hpp"
#include "drivers/upsdrvctl/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::upsdrvctl {
namespace {

class Checker {
public:
    Checker(Loaded<UpsConf> loaded, std::optional<std::string> ups)
        : conf_(std::move(loaded.value)), problems_(std::move(loaded.problems)), ups_(std::move(ups)),
          driver_dir_(conf_.globals.value("driverpath").value_or(paths::driver_dir()))
    {
        std::error_code none;
        for (const auto& entry : fs::directory_iterator(driver_dir_, none))
            drivers_.push_back(entry.path().filename().string());
    }

    std::vector<Diagnostic> check() &&
    {
        Options options;
        options.ups = ups_;
        const auto plan = make_plan(conf_, options, problems_); // numbers, and sections without a driver
        if (!plan)
            problems_.push_back({conf_.document.file, 0, 0, plan.error().what});
        check_driver_path();
        for (const auto& section : conf_.sections)
            if (!section.is_virtual()) // those are upsd's, and upsd --check looks at them
                check_section(section);
        if (plan)
            ask_drivers(plan->jobs);
        return std::move(problems_);
    }

private:
    bool is_asked_for(const UpsSection& section) const { return !ups_ || *ups_ == section.name; }

    void check_driver_path()
    {
        const auto* const setting = conf_.globals.find("driverpath");
        if (setting != nullptr && setting->value && !fs::is_directory(*setting->value))
            complain(setting->value_word, "this is no folder");
    }

    void check_section(const UpsSection& section)
    {
        const auto* const port = section.settings.find("port");
        if (port != nullptr && port->value)
            check_port(section, *port);
        else if (is_asked_for(section))
            complain(section.header, fmt::format("[{}] has no port =", escaped(section.name)));
        const auto* const driver = section.settings.find("driver");
        if (is_asked_for(section) && driver != nullptr && driver->value)
            check_driver(section, *driver);
    }

    // Two drivers can't share a device; other ports (files, addresses, auto) may well be the same.
    void check_port(const UpsSection& section, const Setting& port)
    {
        const auto [first, fresh] = ports_.emplace(*port.value, section.name);
        if (!fresh && port.value->starts_with("/dev/") && is_asked_for(section))
            complain(port.value_word, fmt::format("[{}] has the same port", escaped(first->second)));
    }

    void check_driver(const UpsSection& section, const Setting& driver)
    {
        const auto path = fs::path(driver_dir_) / *driver.value;
        const std::vector<std::string_view> known(drivers_.begin(), drivers_.end());
        if (driver.value->find('/') != std::string::npos)
            return; // make_plan() said so
        if (::access(path.c_str(), F_OK) != 0)
            complain(driver.value_word, fmt::format("there is no driver {} in {}{}", escaped(*driver.value),
                                                    driver_dir_, did_you_mean(*driver.value, known)));
        else if (::access(path.c_str(), X_OK) != 0)
            complain(driver.value_word, fmt::format("{} can't be run", path.string()));
        else if (!is_our_driver(path))
            check_keys(section);
    }

    // What only a driver can know is asked of it; of others just what looks like a common key is said.
    void check_keys(const UpsSection& section)
    {
        const auto known = section_ups_conf_keys();
        for (const auto& setting : section.settings.all()) {
            const bool common = std::find(known.begin(), known.end(), setting.key) != known.end()
                                || is_variable_default(setting.key)
                                || equal_ignoring_case(setting.key, "debug_min");
            if (const auto near = nearest(setting.key, known); !common && near)
                complain(setting.key_word,
                         fmt::format("\"{}\" is no key for all drivers{}", escaped(setting.key),
                                     did_you_mean(setting.key, known)),
                         Severity::warning);
        }
    }

    void ask_drivers(std::vector<Job> jobs)
    {
        std::erase_if(jobs, [this](const Job& job) {
            return ::access(job.program.c_str(), X_OK) != 0 || !is_our_driver(job.program)
                   || !conf_.find(job.ups)->settings.value("port");
        });
        std::vector<std::vector<Diagnostic>> answers(jobs.size());
        side_by_side(jobs.size(), [&](std::size_t i) { answers[i] = ask_driver(jobs[i]); });
        for (const auto& answer : answers)
            problems_.insert(problems_.end(), answer.begin(), answer.end());
    }

    std::vector<Diagnostic> ask_driver(const Job& job) const
    {
        const auto& file = conf_.document.file;
        const auto printed =
            output_of({job.program, "-a", job.ups, "--check"}, Clock::now() + std::chrono::seconds(10));
        std::vector<Diagnostic> problems;
        for (std::string_view rest = printed ? std::string_view(printed->text) : ""; !rest.empty();) {
            const auto line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            if (auto problem = parse_diagnostic(line, file)) // not what it shows below it
                problems.push_back(*std::move(problem));
        }
        if (!printed || (printed->status != 0 && problems.empty()))
            problems.push_back(
                problem_at(conf_.document, conf_.find(job.ups)->header,
                           fmt::format("{} can't say what it thinks of this section", escaped(job.driver))));
        return problems;
    }

    void complain(const Word& where, std::string text, Severity severity = Severity::error)
    {
        problems_.push_back(problem_at(conf_.document, where, std::move(text), severity));
    }

    UpsConf conf_;
    std::vector<Diagnostic> problems_;
    std::optional<std::string> ups_;
    std::string driver_dir_;
    std::vector<std::string> drivers_;
    std::map<std::string, std::string> ports_; // the first section with each
};

} // namespace

bool is_our_driver(const std::string& program)
{
    std::error_code failed;
    const auto real = fs::canonical(program, failed);
    const auto ours = fs::canonical(paths::driver_dir(), failed);
    return !failed && real.parent_path() == ours;
}

int check(const std::optional<std::string>& ups, std::FILE* out)
{
    const auto path = paths::config_file("ups.conf");
    const auto source = read_file(path);
    CheckedFile file;
    if (source)
        file = {*source, Checker(parse_ups_conf(path, *source), ups).check()};
    else
        file.problems.push_back({path, 0, 0, source.error().code.message()});
    return print_problems({std::move(file)}, out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace upright::upsdrvctl
