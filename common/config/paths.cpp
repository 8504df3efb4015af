#include "common/config/paths.hpp"

#include "common/text/case_less.hpp"
#include "common/version.hpp"

#include <cstdlib>
#include <filesystem>

namespace upright::paths {

std::optional<std::string> environment(const char* variable)
{
    const char* const value = std::getenv(variable); // NOLINT(concurrency-mt-unsafe)
    if (value == nullptr || *value == '\0')
        return std::nullopt;
    return value;
}

bool quiet(const char* variable)
{
    const char* const value = std::getenv(variable); // NOLINT(concurrency-mt-unsafe)
    return value != nullptr && (*value == '\0' || equal_ignoring_case(value, "true"));
}

std::string config_dir() { return environment("NUT_CONFPATH").value_or(std::string(kBuiltInConfDir)); }

std::string config_file(std::string_view name) { return config_dir() + "/" + std::string(name); }

std::string state_dir(const std::optional<std::string>& configured)
{
    if (const auto path = environment("NUT_STATEPATH"))
        return *path;
    return configured.value_or(std::string(kBuiltInStateDir));
}

std::string unprivileged_pid_dir(const std::optional<std::string>& configured)
{
    if (const auto path = environment("NUT_ALTPIDPATH"))
        return *path;
    return state_dir(configured);
}

std::string root_pid_dir() { return environment("NUT_PIDPATH").value_or(std::string(kBuiltInPidDir)); }

std::string lasting_dir()
{
    return environment("UPRIGHT_LASTINGPATH").value_or(std::string(kBuiltInLastingDir));
}

std::string executable()
{
    std::error_code ignored;
    return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

std::string prefix()
{
    const auto folder = std::filesystem::path(executable()).parent_path();
    const bool driver = folder.filename() == "upright" && folder.parent_path().filename() == "libexec";
    return (driver ? folder.parent_path().parent_path() : folder.parent_path()).string();
}

std::string driver_dir() { return prefix() + "/libexec/upright"; }

std::string device_dir() { return prefix() + "/share/upright/devices"; }

std::string data_dir() { return prefix() + "/share/upright"; }

} // namespace upright::paths
