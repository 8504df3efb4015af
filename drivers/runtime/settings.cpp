#include "drivers/runtime/settings.hpp"

#include "common/config/paths.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/runtime/power_off_way.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright {
namespace {

constexpr int kLongest = 1000000; // s, or attempts; larger numbers are mistakes

// clang-format off
// Keys that the core takes itself: never handed to the driver, never "unknown".
constexpr std::array<std::string_view, 21> kCoreKeys{
    "driver",       "port",          "desc",       "sdorder",     "sddelay",
    "nolock",       "ignorelb",      "user",       "group",       "pollinterval",
    "synchronous",  "sdcommands",    "debug_min",  "maxretry",    "retrydelay",
    "maxstartdelay", "LIBUSB_DEBUG", "nowait",     "allow_killpower", "reconnect_max_tries",
    "reconnect_report_freq"};

// Keys that say nothing about the running driver and are not published.
constexpr std::array<std::string_view, 9> kUnpublished{"driver",   "desc",    "sdorder",    "sddelay", "user",
                                                       "group",    "maxretry", "retrydelay", "maxstartdelay"};
// clang-format on

template <class Array>
bool contains(const Array& all, std::string_view one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

class Resolver {
public:
    Resolver(const UpsConf& conf, const CommandLine& line, const DriverProgram& program,
             std::string_view name)
        : conf_(conf), line_(line), program_(program), name_(name)
    {
    }

    Result<Loaded<DriverSettings>> resolve()
    {
        read();
        if (!error_.empty())
            return Error{Errc::bad_config, error_};
        return std::move(loaded_);
    }

    Loaded<DriverSettings> check()
    {
        read();
        loaded_.problems.insert(loaded_.problems.end(), refused_.begin(), refused_.end());
        return std::move(loaded_);
    }

private:
    void read()
    {
        auto& settings = loaded_.value;
        settings.options.program = name_;
        settings.options.ups = line_.ups();
        settings.options.config_dir = paths::config_dir();
        settings.state_path = conf_.state_path();
        for (const auto& setting : conf_.globals.all())
            take_global(setting);
        if (line_.section)
            take_section(*line_.section);
        for (const auto& [key, value] : line_.extra)
            take({key, value, {}, {}}, false);
        if (settings.options.port.empty())
            fail("Error: you must specify a port name in ups.conf or in '-x port=...' argument.\n"
                 "Try -h for help.");
        apply_command_line();
    }

    void take_section(const std::string& id)
    {
        const auto* const section = conf_.find(id);
        if (section == nullptr) {
            fail(fmt::format("Error: Section {} not found in ups.conf", escaped(id)));
            return;
        }
        for (const auto& setting : section->settings.all())
            take(setting, true);
        if (const auto driver = section->settings.value("driver"); driver && *driver != name_)
            fail(fmt::format("Error: UPS [{}] is for driver '{}', but I'm {}!", id, *driver, name_));
    }

    void take_global(const Setting& setting)
    {
        auto& s = loaded_.value;
        if (setting.key == "chroot")
            s.chroot = setting.value;
        else if (setting.key == "user")
            s.user = setting.value;
        else if (setting.key == "group")
            s.group = setting.value;
        else if (setting.key == "LIBUSB_DEBUG" || setting.key == "nowait" || setting.key == "maxretry")
            return;
        else
            take_core(setting, true);
    }

    void take(const Setting& setting, bool from_file)
    {
        auto& s = loaded_.value;
        const std::string_view key = setting.key;
        const auto value = setting.value.value_or("");
        if (key == "port" && setting.value)
            s.options.port = value;
        else if (key == "user")
            s.user = setting.value;
        else if (key == "group")
            s.group = setting.value;
        else if (starts_ignoring_case(key, "override."))
            take_text(setting, s.overrides, "override.", key.substr(9));
        else if (starts_ignoring_case(key, "default."))
            take_text(setting, s.defaults, "default.", key.substr(8));
        else if (!take_core(setting, from_file) && !contains(kCoreKeys, key)
                 && !equal_ignoring_case(key, "debug_min"))
            take_own(setting);
        publish(setting);
    }

    // True if the key belongs to the core.
    bool take_core(const Setting& setting, bool from_file)
    {
        auto& s = loaded_.value;
        const auto number = [&](int low, int high, int fallback) {
            if (from_file)
                return number_setting(conf_, &setting, low, high, fallback, loaded_.problems);
            const auto given = to_int(setting.value.value_or(""));
            return given && *given >= low && *given <= high ? *given : fallback;
        };
        const auto key = std::string_view(setting.key);
        if (key == "pollinterval")
            take_poll_interval(setting);
        else if (equal_ignoring_case(key, "debug_min"))
            s.debug_min = number(0, 100, 0);
        else if (key == "reconnect_max_tries")
            s.reconnect_max_tries = number(-1, kLongest, -1);
        else if (key == "reconnect_report_freq")
            s.reconnect_report_freq = number(-1, kLongest, -1);
        else if (key == "ignorelb")
            s.ignorelb = true;
        else if (key == "nolock")
            s.nolock = true;
        else if (key == "allow_killpower")
            s.allow_killpower = !setting.value || to_bool(*setting.value).value_or(false) ? 1 : 0;
        else if (key == "synchronous")
            s.synchronous = setting.value.value_or("yes");
        else if (key == "sdcommands")
            s.sdcommands = parse_sdcommands(setting.value.value_or(""));
        else
            return false;
        return true;
    }

    void take_poll_interval(const Setting& setting)
    {
        const auto given = setting.value.value_or("");
        // NUT's drivers take leading digits: 1.5 is 1, and only what is less than 1 stops them.
        const auto seconds = std::optional(leading_int(given));
        if (!seconds || *seconds < 1 || *seconds > kLongest)
            fail(fmt::format("Error: invalid pollinterval: {}", escaped(given)), &setting);
        else
            loaded_.value.poll_interval = std::chrono::seconds(*seconds);
    }

    // What stands for a reading is for the runtime, and for drivers that work out others from it.
    template <class Texts>
    void take_text(const Setting& setting, Texts& texts, std::string_view kind, std::string_view variable)
    {
        const auto value = setting.value.value_or("");
        texts[std::string(variable)] = value;
        loaded_.value.options.set(std::string(kind).append(variable), value, place_of(setting));
    }

    // A key for the driver itself: it must be in its table, and be a flag or a value as the table says.
    void take_own(const Setting& setting)
    {
        const auto option = std::find_if(program_.options.begin(), program_.options.end(),
                                         [&](const auto& o) { return o.name == setting.key; });
        if (option == program_.options.end()) {
            fail(fmt::format("Fatal error: '{}' is not a valid {} for this driver.{}", escaped(setting.key),
                             setting.value ? "variable name" : "flag", suggestion(setting.key)),
                 &setting);
            return;
        }
        if (option->kind == DriverOption::Kind::value && !setting.value) {
            fail(fmt::format("Fatal error: '{}' needs a value.", setting.key), &setting);
            return;
        }
        if (option->kind == DriverOption::Kind::flag && setting.value)
            loaded_.problems.push_back(
                problem_at(conf_.document, setting.value_word,
                           fmt::format("{} is a flag: it is set, whatever stands behind it", setting.key),
                           Severity::warning));
        loaded_.value.options.set(setting.key, setting.value, place_of(setting));
    }

    std::string place_of(const Setting& setting) const
    {
        const auto& word = setting.value_word;
        if (word.line == 0)
            return {}; // from the command line
        return fmt::format("{}:{}:{}", conf_.document.file, word.line, word.column);
    }

    std::string suggestion(std::string_view key) const
    {
        std::vector<std::string_view> known(kCoreKeys.begin(), kCoreKeys.end());
        for (const auto& option : program_.options)
            known.push_back(option.name);
        return did_you_mean(key, known);
    }

    void publish(const Setting& setting)
    {
        const auto secret = std::any_of(program_.options.begin(), program_.options.end(),
                                        [&](const auto& o) { return o.name == setting.key && o.secret; });
        if (secret || contains(kUnpublished, setting.key) || setting.key == "allow_killpower")
            return;
        auto& published = loaded_.value.published;
        if (setting.value)
            published["driver.parameter." + setting.key] = *setting.value;
        else
            published["driver.flag." + setting.key] = "enabled";
    }

    void apply_command_line()
    {
        auto& s = loaded_.value;
        if (line_.poll_interval)
            s.poll_interval = std::chrono::seconds(*line_.poll_interval);
        if (line_.user)
            s.user = line_.user;
        if (line_.group)
            s.group = line_.group;
        if (line_.chroot)
            s.chroot = line_.chroot;
        s.options.poll_interval = s.poll_interval;
        s.options.lock = !s.nolock;
        s.published["driver.parameter.pollinterval"] = std::to_string(s.poll_interval.count());
        s.published["driver.parameter.synchronous"] = s.synchronous;
    }

    // The first of them is what the driver ends with; `where` adds file:line:column to it.
    void fail(std::string text, const Setting* where = nullptr)
    {
        const bool in_file = where != nullptr && where->key_word.line != 0;
        const auto* const section = line_.section ? conf_.find(*line_.section) : nullptr;
        const Word place = in_file ? where->key_word : section != nullptr ? section->header : Word{};
        refused_.push_back(problem_at(conf_.document, place, plain(text)));
        if (!error_.empty())
            return;
        if (in_file)
            text += fmt::format("\n{}:{}:{}: error: this setting is refused", conf_.document.file,
                                where->key_word.line, where->key_word.column);
        error_ = std::move(text);
    }

    // Without what stands around it in a message of its own.
    static std::string plain(std::string_view text)
    {
        for (const std::string_view lead : {"Error: ", "Fatal error: "})
            if (text.starts_with(lead))
                text.remove_prefix(lead.size());
        return std::string(text.substr(0, text.find('\n')));
    }

    const UpsConf& conf_;
    const CommandLine& line_;
    const DriverProgram& program_;
    std::string_view name_;
    Loaded<DriverSettings> loaded_;
    std::string error_;
    std::vector<Diagnostic> refused_;
};

} // namespace

Result<Loaded<DriverSettings>> resolve_settings(const UpsConf& conf, const CommandLine& line,
                                                const DriverProgram& program, std::string_view program_name)
{
    return Resolver(conf, line, program, program_name).resolve();
}

Loaded<DriverSettings> check_settings(const UpsConf& conf, const CommandLine& line,
                                      const DriverProgram& program, std::string_view program_name)
{
    return Resolver(conf, line, program, program_name).check();
}

SettingsDifference compare(const DriverSettings& running, const DriverSettings& wanted,
                           const DriverProgram& program)
{
    SettingsDifference difference;
    const auto can_change = [&](const std::string& name) {
        const auto option = std::find_if(program.options.begin(), program.options.end(),
                                         [&](const auto& o) { return o.name == name; });
        return option != program.options.end() && option->reloadable;
    };
    const auto note = [&](const std::string& name) {
        if (is_variable_default(name))
            return; // compared below
        (can_change(name) ? difference.reloadable : difference.fixed).push_back(name);
    };
    for (const auto& [name, value] : wanted.options.all())
        if (!running.options.flag(name) || running.options.text(name) != value)
            note(name);
    for (const auto& [name, value] : running.options.all())
        if (!wanted.options.flag(name))
            note(name);
    const auto core = [](std::vector<std::string>& into, bool changed, const char* name) {
        if (changed)
            into.emplace_back(name);
    };
    core(difference.fixed, running.options.port != wanted.options.port, "port");
    core(difference.fixed, running.ignorelb != wanted.ignorelb, "ignorelb");
    core(difference.fixed, running.nolock != wanted.nolock, "nolock");
    core(difference.fixed, running.user != wanted.user, "user");
    core(difference.fixed, running.group != wanted.group, "group");
    core(difference.reloadable, running.poll_interval != wanted.poll_interval, "pollinterval");
    core(difference.reloadable, running.debug_min != wanted.debug_min, "debug_min");
    core(difference.reloadable, running.allow_killpower != wanted.allow_killpower, "allow_killpower");
    core(difference.reloadable, running.sdcommands != wanted.sdcommands, "sdcommands");
    core(difference.reloadable, running.reconnect_max_tries != wanted.reconnect_max_tries,
         "reconnect_max_tries");
    core(difference.reloadable, running.reconnect_report_freq != wanted.reconnect_report_freq,
         "reconnect_report_freq");
    core(difference.reloadable, running.defaults != wanted.defaults, "default.*");
    core(difference.reloadable, running.overrides != wanted.overrides, "override.*");
    return difference;
}

std::map<std::string, std::string, CaseLess> published_after_reload(const DriverSettings& running,
                                                                    const DriverSettings& wanted,
                                                                    const SettingsDifference& difference)
{
    auto published = wanted.published;
    for (const auto& name : difference.fixed) {
        for (const auto* const kind : {"driver.parameter.", "driver.flag."}) {
            const auto key = kind + name;
            published.erase(key);
            if (const auto it = running.published.find(key); it != running.published.end())
                published.insert(*it);
        }
    }
    return published;
}

} // namespace upright
