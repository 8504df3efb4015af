#include "drivers/upsdrvctl/killpower.hpp"

#include "common/config/ups_conf.hpp"
#include "common/daemon/log.hpp"
#include "common/power_flag/power_flag.hpp"
#include "drivers/upsdrvctl/control.hpp"
#include "drivers/upsdrvctl/host_settings.hpp"
#include "drivers/upsdrvctl/rehearsal.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>

namespace upright::upsdrvctl {
namespace {

// Says why not.
bool flag_is_set()
{
    const auto settings = read_upsmon_conf();
    if (!settings) {
        log::error("{}: nothing is switched off", to_string(settings.error()));
        return false;
    }
    if (!settings->power_flag) {
        fmt::print("upsmon.conf has no POWERDOWNFLAG: nothing is switched off\n");
        return false;
    }
    const auto& path = *settings->power_flag;
    switch (power_flag::look(path)) {
    case PowerFlag::set: return true;
    case PowerFlag::not_set: fmt::print("Power down flag is not set\n"); break;
    case PowerFlag::stale:
        log::warning("The power down flag {} is of another boot: nothing is switched off", path);
        break;
    case PowerFlag::foreign:
        log::warning("The power down flag {} is not upsmon's: nothing is switched off", path);
        break;
    }
    return false;
}

} // namespace

int killpower(Options options)
{
    if (options.rehearse)
        return rehearse(options, stdout);
    if (!flag_is_set())
        return kFlagNotSet;
    const auto conf = load_ups_conf();
    if (conf ? conf->value.sections.empty() : conf.error().code == std::errc::no_such_file_or_directory) {
        fmt::print("No UPS in ups.conf: this host has none to switch off\n"); // a secondary
        return EXIT_SUCCESS;
    }
    options.verb = Verb::shutdown;
    return control(options);
}

} // namespace upright::upsdrvctl
