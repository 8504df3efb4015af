#include "drivers/upsdrvctl/rehearsal.hpp"

#include "common/config/paths.hpp"
#include "drivers/upsdrvctl/host_settings.hpp"
#include "drivers/upsdrvctl/shutdown.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace upright::upsdrvctl {
namespace {

// Those that would be asked, in their order; those that would not, and why.
void rehearse_all(const UpsConf& conf, const Plan& plan, const Options& options, Steps& steps)
{
    const auto jobs = in_shutdown_order(plan.jobs, options);
    for (const auto& job : jobs)
        rehearse_ups(job, *conf.find(job.ups), steps);
    for (const auto& section : conf.sections) {
        const auto is_it = [&](const Job& job) { return job.ups == section.name; };
        if ((options.ups && *options.ups != section.name) || std::any_of(jobs.begin(), jobs.end(), is_it))
            continue;
        if (section.is_virtual())
            steps.ok(fmt::format("[{}]: virtual, left out", section.name));
        else if (std::any_of(plan.jobs.begin(), plan.jobs.end(), is_it))
            steps.ok(fmt::format("[{}]: left out, as sdorder is below 0", section.name));
        else
            steps.fail(fmt::format("[{}]: names no driver program", section.name));
    }
    if (jobs.empty())
        steps.fail("no UPS would be switched off");
}

void rehearse_upses(const Options& options, Steps& steps)
{
    const auto nut_conf = read_nut_conf();
    const auto mode = nut_conf.find("MODE");
    const auto conf = load_ups_conf();
    const bool none =
        conf ? conf->value.sections.empty() : conf.error().code == std::errc::no_such_file_or_directory;
    if (none && mode != nut_conf.end() && mode->second == "netclient")
        return steps.ok("ups.conf: no UPS: with MODE=netclient another host switches it off");
    if (!conf)
        return steps.fail(to_string(conf.error()));
    std::vector<Diagnostic> problems;
    const auto plan = make_plan(conf->value, options, problems);
    if (!plan)
        return steps.fail(fmt::format("{}: {}", paths::config_file("ups.conf"), plan.error().what));
    rehearse_all(conf->value, *plan, options, steps);
}

} // namespace

void Steps::ok(const std::string& text) { fmt::print(out_, "ok       {}\n", text); }

void Steps::warn(const std::string& text) { fmt::print(out_, "warning  {}\n", text); }

void Steps::fail(const std::string& text)
{
    fmt::print(out_, "FAILED   {}\n", text);
    ++failures_;
}

int rehearse(const Options& options, std::FILE* out, const HostPlaces& places)
{
    Steps steps(out);
    rehearse_host(places, steps);
    rehearse_upses(options, steps);
    if (steps.failures() > 0)
        fmt::print(out, "It would not work: {} of the steps failed.\n", steps.failures());
    else
        fmt::print(out, "It would work.\n");
    return steps.failures() == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace upright::upsdrvctl
