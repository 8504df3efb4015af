#include "drivers/usbhid/hid_maps.hpp"

#include "common/text/number.hpp"
#include "drivers/runtime/device_files.hpp"

#include <fmt/format.h>

#include <utility>

namespace upright::usbhid {
namespace {

constexpr std::string_view kUsages = "usages";

} // namespace

HidMaps::HidMaps(const std::vector<std::string>& folders) : files_(device_files(folders))
{
    if (const auto it = files_.find(kUsages); it != files_.end()) {
        usages_file_ = it->second;
        files_.erase(it);
    }
}

HidMaps::HidMaps(std::vector<HidMap> maps)
{
    for (auto& map : maps) {
        auto name = map.name;
        files_.emplace(name, "");
        maps_.emplace(std::move(name), std::make_unique<const HidMap>(std::move(map)));
    }
}

std::vector<std::string_view> HidMaps::names() const
{
    std::vector<std::string_view> all;
    all.reserve(files_.size());
    for (const auto& [name, file] : files_)
        all.push_back(name);
    return all;
}

const HidMap& HidMaps::get(std::string_view name)
{
    if (const auto loaded = maps_.find(name); loaded != maps_.end())
        return *loaded->second;
    const auto file = files_.find(name);
    if (file == files_.end())
        throw DeviceError(fmt::format("there is no map called {}", escaped(name)), DeviceError::Kind::fatal);
    if (!usages_)
        usages_ = std::make_unique<const hid::UsageTables>(sound(hid::load_usages(usages_file_)));
    auto map = std::make_unique<const HidMap>(sound(load_hid_map(file->second, *usages_)));
    return *maps_.emplace(file->first, std::move(map)).first->second;
}

} // namespace upright::usbhid
