// Device files: the TOML files by which a driver knows its devices, ours and the user's.
#pragma once

#include "common/config/diagnostic.hpp"
#include "drivers/runtime/driver.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upright {

// Where those of a kind ("usbhid", "snmp") are. The user's folder comes first: a file of the same name there
// takes the place of ours.
std::vector<std::string> device_folders(const DriverOptions& options, std::string_view kind);

// The TOML files of the folders by their names without folder and ending; a file in an earlier folder hides
// one of the same name in a later.
std::map<std::string, std::string, std::less<>> device_files(const std::vector<std::string>& folders);

// DeviceError (fatal) with all of them, if there are any.
void want_none(const std::vector<Diagnostic>& problems);

// What was loaded, if it is sound.
template <class T>
T sound(Loaded<T> loaded)
{
    want_none(loaded.problems);
    return std::move(loaded.value);
}

} // namespace upright
