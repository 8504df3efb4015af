// upsmon.conf: what it says, and what is wrong with it. Reads nothing but the text it is given, but for
// load_config().
#pragma once

#include "clients/notify_types/notify_types.hpp"
#include "clients/upsmon/decision/policy.hpp"
#include "common/client/designation.hpp"
#include "common/config/directives.hpp"
#include "common/result.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

// Who we are for the server of a feed. Same order as Policy::feeds.
struct Account {
    Designation where;
    std::string user;
    std::string password;
};

struct NotifySetting {
    bool ignore = false;
    bool syslog = true;
    bool wall = true;
    bool exec = false;
    std::string text; // with %s

    bool operator==(const NotifySetting&) const = default;
};

struct CertIdent {
    std::string name;
    std::string password;
};

struct CertHost {
    std::string host;
    std::string cert_name;
    std::optional<bool> verify; // nothing: as CERTVERIFY
    std::optional<bool> force;  // nothing: as FORCESSL
};

// One line of SHUTDOWNWHEN as it is written.
struct ShutdownWhen {
    Word system; // or *
    ShutdownRule rule;
    std::vector<Word> conditions; // where each of the rule's limits stands
};

struct Config {
    Config();

    Policy policy;
    std::vector<Account> accounts;
    std::optional<std::string> shutdown_command; // for /bin/sh
    std::vector<std::string> notify_command;     // program and its first arguments; empty: none
    std::array<NotifySetting, kNotifyTypes> notify;
    std::optional<std::string> power_down_flag;
    std::optional<std::string> run_as_user;
    std::optional<std::string> cert_path, cert_file;
    std::optional<CertIdent> cert_ident;
    std::vector<CertHost> cert_hosts;
    std::optional<bool> cert_verify, force_ssl;
    std::optional<int> debug_min;
    std::optional<double> shutdown_duration; // SHUTDOWNDURATION: s that this host takes to shut down
    std::vector<ShutdownWhen> shutdown_when; // what stands in Policy::feeds, for --check
    std::array<bool, kNotifyTypes> flags_given{};
    // Some MONITOR line names no UPS, or is of the old form without a user: a host that starts all the same
    // would believe itself protected.
    bool unusable = false;

    int power_value() const; // of all feeds together
};

const Directives<Config>& directives();

// A line with a mistake takes no effect, but a number in which NUT would see one is what NUT sees in it.
// Whether the whole is usable is for the caller to see. Rules of SHUTDOWNWHEN are put to the feeds they name
// wherever they stand in the file.
Loaded<Config> parse_config(std::string file, std::string text);

// The file itself, `path` if given, else <config_dir>/upsmon.conf. Fails if it can't be read.
Result<Loaded<Config>> load_config(const std::optional<std::string>& path);

} // namespace upright::upsmon
