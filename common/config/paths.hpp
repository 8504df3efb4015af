// Where files are: the environment beats the configuration, which beats what was built in.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace upright::paths {

std::string config_dir();                       // NUT_CONFPATH
std::string config_file(std::string_view name); // in config_dir()

// Driver sockets: NUT_STATEPATH, else what the configuration says, else built in.
std::string state_dir(const std::optional<std::string>& configured = std::nullopt);

// PID files of drivers, upsd and other unprivileged programs: NUT_ALTPIDPATH, NUT_STATEPATH, configured,
// built in.
std::string unprivileged_pid_dir(const std::optional<std::string>& configured = std::nullopt);
std::string root_pid_dir(); // NUT_PIDPATH, else built in
std::string lasting_dir();  // what outlives a boot: UPRIGHT_LASTINGPATH, else built in

// The installation this executable belongs to, found from its own path; so a tree can be moved as a whole.
std::string executable(); // absolute path of the running program
std::string prefix();     // the folder above bin, sbin or libexec/upright
std::string driver_dir(); // <prefix>/libexec/upright
std::string device_dir(); // <prefix>/share/upright/devices
std::string data_dir();   // <prefix>/share/upright

// The environment variable is set and empty or "true": how NUT's NUT_QUIET_... switches are read.
bool quiet(const char* variable);
std::optional<std::string> environment(const char* variable); // nothing if unset or empty

} // namespace upright::paths
