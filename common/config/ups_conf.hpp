// ups.conf: global settings and one section for each UPS, with the place of everything, as drivers, upsd and
// upsdrvctl read it. Owns the parsed file; knows nothing of what drivers accept.
#pragma once

#include "common/config/document.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

struct Setting {
    std::string key;
    std::optional<std::string> value; // nothing for a flag
    Word key_word;                    // where it stands
    Word value_word;                  // where its value stands (as key_word for a flag)
    std::vector<Word> more{};         // words behind the value; NUT ignores them, and so do most keys here
};

// Settings in file order; of a key given twice the later one counts.
class Settings {
public:
    void add(Setting setting) { all_.push_back(std::move(setting)); }
    const Setting* find(std::string_view key) const; // exact
    const Setting* find_ignoring_case(std::string_view key) const;
    std::optional<std::string> value(std::string_view key) const; // of a key with a value
    bool flag(std::string_view key) const { return find(key) != nullptr; }
    const std::vector<Setting>& all() const noexcept { return all_; }

private:
    std::vector<Setting> all_;
};

inline constexpr std::string_view kVirtualDriver = "virtual"; // `driver =` of what is no process

struct UpsSection {
    std::string name; // as spelled; sockets and PID files keep its case
    Word header;
    Settings settings;

    // upsd works it out from other UPSes; there is no driver, and no port.
    bool is_virtual() const { return settings.value("driver") == kVirtualDriver; }
    // It says all that it takes to serve it: its driver and, if that is a process, its port.
    bool is_complete() const { return settings.value("driver") && (settings.value("port") || is_virtual()); }
};

struct UpsConf {
    Document document;
    Settings globals;
    std::vector<UpsSection> sections; // in file order: that of LIST UPS, upsc -l and upsdrvctl start

    const UpsSection* find(std::string_view name) const; // exact spelling
    std::optional<std::string> state_path() const;       // the global statepath, in any case
};

Loaded<UpsConf> parse_ups_conf(std::string file, std::string text);

// Reads <config_dir>/ups.conf; fails only if that can't be opened: `Can't open <path>: <reason>`.
Result<Loaded<UpsConf>> load_ups_conf();

// A number in a setting: `low`..`high`, else `fallback` and a problem that points at the value.
int number_setting(const UpsConf& conf, const Setting* setting, int low, int high, int fallback,
                   std::vector<Diagnostic>& problems);

// The keys that ups.conf knows for every driver: global ones, and those of a section.
std::span<const std::string_view> global_ups_conf_keys();
std::span<const std::string_view> section_ups_conf_keys();
bool is_variable_default(std::string_view key); // default.<variable> or override.<variable>, in any case

} // namespace upright
