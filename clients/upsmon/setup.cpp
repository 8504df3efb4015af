#include "clients/upsmon/setup.hpp"

#include "clients/upsmon/link_settings.hpp"
#include "common/config/paths.hpp"
#include "common/daemon/config_problems.hpp"

namespace upright::upsmon {
namespace {

Error unusable(std::string text) { return {Errc::bad_config, std::move(text)}; }

} // namespace

Result<Setup> load_setup(const Options& options)
{
    auto loaded = load_config(options.config);
    if (!loaded)
        return unusable(to_string(loaded.error()));
    log_problems(loaded->problems);
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
