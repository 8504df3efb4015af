// killpower --check: the steps that concern the host.
#include "common/config/paths.hpp"
#include "common/power_flag/power_flag.hpp"
#include "common/text/number.hpp"
#include "drivers/upsdrvctl/host_settings.hpp"
#include "drivers/upsdrvctl/rehearsal.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <sys/stat.h>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::upsdrvctl {
namespace {

constexpr std::string_view kOurHook = "upright-killpower";
constexpr std::string_view kNutsHook = "nutshutdown";
constexpr double kHookLimit = 90; // s that systemd leaves its hooks, systemd-shutdown(8)

dev_t device_of(const std::string& path)
{
    struct stat about {};
    return ::stat(path.c_str(), &about) == 0 ? about.st_dev : 0;
}

// systemd-shutdown unmounts everything else before it runs its hooks.
bool stays_mounted(const std::string& path, const HostPlaces& places)
{
    const auto device = device_of(path);
    return device != 0 && std::any_of(places.kept.begin(), places.kept.end(), [&](const auto& kept) {
               return device == device_of(kept);
           });
}

void rehearse_mode(const NutConf& conf, Steps& steps)
{
    const auto path = paths::config_file("nut.conf");
    const auto mode = conf.find("MODE");
    if (mode == conf.end() || mode->second.empty())
        steps.warn(fmt::format("{}: no MODE: NUT's scripts take that as none and do nothing", path));
    else if (mode->second == "none")
        steps.fail(fmt::format("{}: MODE=none: the shutdown hook would do nothing", path));
    else
        steps.ok(fmt::format("{}: MODE={}", path, escaped(mode->second)));
}

// Without a mains failure at the end nobody would switch the host on again.
void rehearse_wait(const NutConf& conf, const HostPlaces& places, Steps& steps)
{
    const auto path = paths::config_file("nut.conf");
    const auto wait = conf.find("POWEROFF_WAIT");
    if (wait == conf.end() || wait->second.empty())
        return steps.warn(
            path
            + ": no POWEROFF_WAIT: if a UPS does not switch off because the mains are back, this "
              "host stays off");
    const auto what = fmt::format("{}: POWEROFF_WAIT={}", path, escaped(wait->second));
    const auto seconds = sleep_seconds(wait->second);
    const bool is_unit = ::access(places.late_unit.c_str(), F_OK) == 0; // it has all the time it wants
    if (!seconds)
        steps.fail(what + ": this is no time for sleep(1)");
    else if (*seconds >= kHookLimit && !is_unit)
        steps.warn(fmt::format("{}: systemd ends its hooks after {} s: this host would stay off instead of "
                               "coming back",
                               what, kHookLimit));
    else
        steps.ok(what + ": if this host is still on then, it reboots");
}

std::string_view state_text(PowerFlag flag)
{
    switch (flag) {
    case PowerFlag::set: return "SET NOW: the UPS switches off at the end of the next shutdown";
    case PowerFlag::not_set: return "not set now";
    case PowerFlag::stale: return "one of another boot is there, it does not count";
    case PowerFlag::foreign: break;
    }
    return "";
}

void rehearse_flag(const std::string& path, const HostPlaces& places, Steps& steps)
{
    const auto folder = fs::path(path).parent_path().string();
    const auto what = fmt::format("POWERDOWNFLAG {}", escaped(path));
    struct stat about {};
    if (!path.starts_with('/'))
        return steps.fail(what + ": not an absolute path");
    if (::stat(folder.c_str(), &about) != 0 || !S_ISDIR(about.st_mode))
        return steps.fail(what + ": there is no such folder");
    if (!stays_mounted(folder, places))
        return steps.fail(what + ": its file system is unmounted before the hook looks; take a path in /run");
    if (::access(folder.c_str(), W_OK) != 0 && ::access(path.c_str(), W_OK) != 0)
        return steps.fail(fmt::format("{}; take a path in /run", to_string(system_error(what))));
    const auto flag = power_flag::look(path);
    if (flag == PowerFlag::foreign)
        return steps.fail(what + ": there is something that is not upsmon's, so upsmon will not set it");
    if (about.st_uid != 0 || (about.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        steps.warn(what + ": others than root can write in its folder, and so set it");
    if (flag == PowerFlag::set)
        steps.warn(fmt::format("{}: {}", what, state_text(flag)));
    else
        steps.ok(fmt::format("{}: {}", what, state_text(flag)));
}

void rehearse_upsmon_conf(const HostPlaces& places, Steps& steps)
{
    const auto path = paths::config_file("upsmon.conf");
    const auto settings = read_upsmon_conf();
    if (!settings)
        return steps.fail(to_string(settings.error()));
    if (settings->shutdown_command)
        steps.ok(fmt::format("{}: SHUTDOWNCMD {}", path, escaped(*settings->shutdown_command)));
    else
        steps.fail(path + ": no SHUTDOWNCMD: this host is never shut down");
    if (settings->power_flag)
        rehearse_flag(*settings->power_flag, places, steps);
    else
        steps.fail(path + ": no POWERDOWNFLAG: the hook is never told that the UPS is to switch off");
}

// Ours finds upsdrvctl from its own place, as the installed tree may stand anywhere.
void rehearse_one_hook(const fs::path& hook, Steps& steps)
{
    if (::access(hook.c_str(), X_OK) != 0)
        return steps.fail(hook.string() + ": can't be run");
    std::error_code failed;
    const auto real = fs::canonical(hook, failed);
    const auto tool = (real.parent_path() / "../../../sbin/upsdrvctl").lexically_normal();
    if (real.filename() == kOurHook && ::access(tool.c_str(), X_OK) != 0)
        return steps.fail(fmt::format("{}: there is no {}", hook.string(), tool.string()));
    steps.ok(hook.string());
}

void rehearse_hook(const HostPlaces& places, Steps& steps)
{
    if (::access(places.systemd.c_str(), F_OK) != 0)
        return steps.fail("systemd does not run here: what halts this host has to run upsdrvctl killpower");
    std::set<fs::path> seen; // /lib may be /usr/lib
    int found = 0;
    for (const auto& folder : places.hooks)
        for (const auto name : {kOurHook, kNutsHook}) {
            const auto hook = fs::path(folder) / name;
            std::error_code failed;
            if (!fs::exists(fs::symlink_status(hook, failed))
                || !seen.insert(fs::canonical(hook, failed)).second)
                continue;
            ++found;
            rehearse_one_hook(hook, steps);
        }
    if (::access(places.late_unit.c_str(), F_OK) == 0) {
        ++found;
        steps.ok(places.late_unit);
    }
    if (found == 0)
        steps.fail(fmt::format("no shutdown hook: link {}/lib/systemd/system-shutdown/{} into {}",
                               paths::prefix(), kOurHook, places.hooks.front()));
    else if (found > 1)
        steps.warn("more than one of these would act, in the same moment: keep one");
}

// With no network, and all but the system's own file systems gone.
void rehearse_files(const HostPlaces& places, Steps& steps)
{
    for (const auto& path : {paths::executable(), paths::config_dir()})
        if (!stays_mounted(path, places))
            steps.fail(path + ": its file system is unmounted before the hook runs");
}

} // namespace

void rehearse_host(const HostPlaces& places, Steps& steps)
{
    if (::geteuid() != 0)
        steps.warn("not root: what only root may read or write fails here");
    const auto conf = read_nut_conf();
    rehearse_mode(conf, steps);
    rehearse_upsmon_conf(places, steps);
    rehearse_hook(places, steps);
    rehearse_wait(conf, places, steps);
    rehearse_files(places, steps);
}

} // namespace upright::upsdrvctl
