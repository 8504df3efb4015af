#include "clients/upsmon/setup.hpp"

#include "clients/upsmon/link_settings.hpp"
#include "common/config/paths.hpp"
#include "common/daemon/log.hpp"

#include <sys/stat.h>

namespace upright::upsmon {
namespace {

void report(const std::vector<Diagnostic>& problems)
{
    int errors = 0;
    for (const auto& problem : problems) {
        log::warning("{}", to_string(problem));
        errors += problem.severity == Severity::error ? 1 : 0;
    }
    if (errors > 0)
        log::warning("Encountered {} config errors, those entries were ignored", errors);
}

void warn_if_readable_by_all(const std::string& path)
{
    struct stat info {};
    if (::stat(path.c_str(), &info) == 0 && (info.st_mode & (S_IROTH | S_IXOTH)) != 0)
        log::warning("WARNING: {} is world readable (hope you don't have passwords there)", path);
}

Error unusable(std::string text) { return {Errc::bad_config, std::move(text)}; }

} // namespace

Result<Setup> load_setup(const Options& options)
{
    auto loaded = load_config(options.config);
    if (!loaded)
        return unusable(to_string(loaded.error()));
    report(loaded->problems);
    warn_if_readable_by_all(options.config.value_or(paths::config_file("upsmon.conf")));
    auto& config = loaded->value;
    if (config.unusable)
        return unusable("Fatal error: unusable configuration");
    if (const int sum = config.power_value(); sum < config.policy.min_supplies)
        return unusable(fmt::format("Fatal error: insufficient power configured!\n\n"
                                    "Sum of power values........: {}\nMinimum value (MINSUPPLIES): {}\n\n"
                                    "Edit your upsmon.conf and change the values.",
                                    sum, config.policy.min_supplies));
    const auto limit = connect_limit(options.limit);
    if (!limit)
        return unusable("Error: " + limit.error().what);
    auto links = link_settings(config, *limit, options.family);
    if (!links)
        return unusable("Configuration error: " + to_string(links.error()));
    return Setup{std::move(config), *std::move(links)};
}

} // namespace upright::upsmon
