// HidMaps: the maps there are, each read when it is wanted: a driver needs one, and a mistake in another's
// file is none of its business. It owns them and the usages that they name.
#pragma once

#include "drivers/usbhid/hid_map.hpp"

#include <memory>

namespace upright::usbhid {

class HidMaps {
public:
    // A file in an earlier folder hides one of the same name in a later.
    explicit HidMaps(const std::vector<std::string>& folders);
    explicit HidMaps(std::vector<HidMap> maps); // for tests

    std::vector<std::string_view> names() const;
    // DeviceError (fatal) with all its mistakes if the file is wrong, or if there is none.
    const HidMap& get(std::string_view name);

private:
    std::map<std::string, std::string, std::less<>> files_; // by name of the map
    std::string usages_file_;
    std::unique_ptr<const hid::UsageTables> usages_; // once they are needed
    std::map<std::string, std::unique_ptr<const HidMap>, std::less<>> maps_;
};

} // namespace upright::usbhid
