#include "drivers/runtime/device_files.hpp"

#include "common/config/paths.hpp"

#include <filesystem>

namespace upright {

std::vector<std::string> device_folders(const DriverOptions& options, std::string_view kind)
{
    const auto config_dir = options.config_dir.empty() ? paths::config_dir() : options.config_dir;
    const std::string name(kind);
    return {config_dir + "/devices/" + name, paths::device_dir() + "/" + name};
}

std::map<std::string, std::string, std::less<>> device_files(const std::vector<std::string>& folders)
{
    std::map<std::string, std::string, std::less<>> files;
    for (const auto& folder : folders) {
        std::error_code unreadable;
        for (const auto& entry : std::filesystem::directory_iterator(folder, unreadable))
            if (entry.path().extension() == ".toml")
                files.emplace(entry.path().stem(), entry.path());
    }
    return files;
}

void want_none(const std::vector<Diagnostic>& problems)
{
    if (problems.empty())
        return;
    std::string all = "a device file is wrong";
    for (const auto& problem : problems)
        all += "\n" + to_string(problem);
    throw DeviceError(all, DeviceError::Kind::fatal);
}

} // namespace upright
