#include "server/upsd/virtual_settings.hpp"

#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <span>

namespace upright::upsd {
namespace {

constexpr int kMostSeconds = 1'000'000;
constexpr int kMostStages = 1000;

// clang-format off
constexpr std::array kKeys{
    //         name        usage                  manual
    VirtualKey{"driver",  "driver = virtual",    "Makes the section a virtual UPS."},
    VirtualKey{"of",      "of = <ups>…",         "What it is made of; a stage of one, a group of any number."},
    VirtualKey{"desc",    "desc = <text>",       "Description for people."},
    VirtualKey{"need",    "need = <n>",          "Group: how many of them must carry the load."},
    VirtualKey{"stage",   "stage = <n>",         "Makes it a stage: its turn, ascending."},
    VirtualKey{"after",   "after = <seconds>",   "Stage: due when the UPS was on battery for so long."},
    VirtualKey{"charge",  "charge = <percent>",  "Stage: due when its charge is that or less."},
    VirtualKey{"runtime", "runtime = <seconds>", "Stage: due when its runtime is that or less."},
    VirtualKey{"limit",   "limit = <seconds>",   "Stage: the next one waits so long at most for its hosts."},
    VirtualKey{"port",    "port = <anything>",   "Ignored: there is no device."},
};
// clang-format on

// The words of a list, written `of = a b` or `of = "a b"`, each with its place.
std::vector<Word> list_words(const Setting& setting)
{
    std::vector<Word> all{setting.value_word};
    all.insert(all.end(), setting.more.begin(), setting.more.end());
    std::vector<Word> names;
    for (const auto& word : all) {
        const int opening = word.quoted ? 1 : 0;
        for (std::size_t at = 0; at < word.text.size();) {
            const auto begin = std::min(word.text.find_first_not_of(" ,\t", at), word.text.size());
            at = std::min(word.text.find_first_of(" ,\t", begin), word.text.size());
            const auto column = word.column + (begin > 0 ? opening + static_cast<int>(begin) : 0);
            if (at > begin)
                names.push_back({word.text.substr(begin, at - begin), word.line, column});
        }
    }
    return names;
}

class Reader {
public:
    explicit Reader(const UpsConf& conf) : conf_(conf)
    {
        for (const auto& section : conf.sections) {
            const bool complete = section.settings.value("driver") && section.settings.value("port");
            if (!equal_ignoring_case(section.name, "default") && (complete || section.is_virtual()))
                sections_.emplace(section.name, &section);
        }
    }

    Loaded<std::vector<VirtualSettings>> read() &&
    {
        for (const auto& section : conf_.sections) {
            const auto served = sections_.find(section.name); // not [default], nor a name in another case
            if (section.is_virtual() && served != sections_.end() && served->second == &section)
                read_section(section);
        }
        remove_incomplete();
        return std::move(loaded_);
    }

private:
    void read_section(const UpsSection& section)
    {
        VirtualSettings settings;
        settings.name = section.name;
        usable_ = true;
        check_keys(section);
        const bool is_stage = section.settings.find("stage") != nullptr;
        read_members(section, settings);
        if (is_stage)
            read_stage(section, settings);
        else
            read_group(section, settings);
        if (usable_)
            read_.emplace(section.name, std::move(settings));
    }

    void check_keys(const UpsSection& section)
    {
        std::vector<std::string_view> names;
        for (const auto& key : kKeys)
            names.push_back(key.name);
        for (const auto& setting : section.settings.all())
            if (std::find(names.begin(), names.end(), setting.key) == names.end())
                complain(setting.key_word,
                         fmt::format("\"{}\" is no key of a virtual UPS{}", escaped(setting.key),
                                     did_you_mean(setting.key, names)));
    }

    void read_members(const UpsSection& section, VirtualSettings& settings)
    {
        const auto* const of = section.settings.find("of");
        const auto words = of != nullptr && of->value ? list_words(*of) : std::vector<Word>{};
        if (words.empty())
            return refuse(of != nullptr ? of->key_word : section.header,
                          fmt::format("[{}] is left out: of = names no UPS", section.name));
        for (const auto& word : words) {
            const auto known = sections_.find(word.text);
            if (known == sections_.end()) {
                refuse(word, fmt::format("[{}] is left out: there is no UPS \"{}\"{}", section.name,
                                         escaped(word.text), did_you_mean(word.text, names_of_all())));
            } else if (known->second->settings.find("stage") != nullptr && known->second->is_virtual()) {
                refuse(word, fmt::format("[{}] is left out: {} is a stage, and feeds nobody", section.name,
                                         known->first));
            } else if (std::find(settings.of.begin(), settings.of.end(), known->first) != settings.of.end()) {
                refuse(word, fmt::format("[{}] is left out: {} comes twice", section.name, known->first));
            } else {
                settings.of.push_back(known->first);
            }
        }
    }

    void read_group(const UpsSection& section, VirtualSettings& settings)
    {
        for (const auto* const key : {"after", "charge", "runtime", "limit"})
            if (const auto* const setting = section.settings.find(key))
                complain(setting->key_word, fmt::format("{} is for stages: stage = is missing", key));
        const auto* const need = section.settings.find("need");
        if (need == nullptr)
            return;
        const auto most = static_cast<int>(settings.of.size());
        const auto number = need->value ? to_int(*need->value) : std::nullopt;
        if (number && *number >= 1 && (*number <= most || !usable_))
            settings.need = *number;
        else
            refuse(need->value_word,
                   fmt::format("[{}] is left out: need = is a number from 1 to {}", section.name, most));
    }

    void read_stage(const UpsSection& section, VirtualSettings& settings)
    {
        if (const auto* const need = section.settings.find("need"))
            complain(need->key_word, "need is for groups, and this is a stage");
        if (settings.of.size() > 1)
            refuse(section.settings.find("of")->value_word,
                   fmt::format("[{}] is left out: a stage is of one UPS; make a group of several",
                               section.name));
        settings.stage = number(section, "stage", 0, kMostStages);
        if (!settings.stage)
            usable_ = false;
        settings.after = seconds(section, "after", 0);
        settings.runtime = seconds(section, "runtime", 1);
        settings.limit = seconds(section, "limit", 0).value_or(settings.limit);
        if (const auto* const charge = section.settings.find("charge")) {
            const auto percent = charge->value ? to_double(*charge->value) : std::nullopt;
            if (percent && *percent >= 0 && *percent <= 100)
                settings.charge = percent;
            else
                complain(charge->value_word, "charge = is a percentage from 0 to 100");
        }
        if (!settings.after && !settings.charge && !settings.runtime)
            complain(section.header,
                     fmt::format("[{}] has none of after, charge and runtime: it is never due of itself",
                                 section.name),
                     Severity::warning);
    }

    std::optional<int> number(const UpsSection& section, std::string_view key, int low, int high)
    {
        const auto* const setting = section.settings.find(key);
        if (setting == nullptr)
            return std::nullopt;
        const auto value = setting->value ? to_int(*setting->value) : std::nullopt;
        if (value && *value >= low && *value <= high)
            return value;
        complain(setting->value_word, fmt::format("{} = is a whole number from {} to {}", key, low, high));
        return std::nullopt;
    }

    std::optional<std::chrono::seconds> seconds(const UpsSection& section, std::string_view key, int low)
    {
        const auto value = number(section, key, low, kMostSeconds);
        return value ? std::optional(std::chrono::seconds(*value)) : std::nullopt;
    }

    // In the end each stands behind what it is made of; what never gets there depends on something left out,
    // or on itself.
    void remove_incomplete()
    {
        std::set<std::string, CaseLess> done;
        const auto is_done = [&](const std::string& name) {
            return done.contains(name) || !sections_.at(name)->is_virtual();
        };
        for (bool more = true; more;) {
            more = false;
            for (const auto& section : conf_.sections) {
                const auto it = read_.find(section.name);
                if (it == read_.end() || done.contains(section.name)
                    || !std::all_of(it->second.of.begin(), it->second.of.end(), is_done))
                    continue;
                done.insert(section.name);
                loaded_.value.push_back(it->second);
                more = true;
            }
        }
        for (const auto& [name, settings] : read_)
            if (!done.contains(name))
                complain(
                    sections_.at(name)->header,
                    fmt::format("[{}] is left out: what it is made of is left out, or is made of it", name));
    }

    std::vector<std::string_view> names_of_all() const
    {
        std::vector<std::string_view> names;
        for (const auto& [name, section] : sections_)
            names.push_back(name);
        return names;
    }

    void refuse(const Word& where, std::string text)
    {
        usable_ = false;
        complain(where, std::move(text));
    }

    void complain(const Word& where, std::string text, Severity severity = Severity::error)
    {
        loaded_.problems.push_back(problem_at(conf_.document, where, std::move(text), severity));
    }

    const UpsConf& conf_;
    std::map<std::string, const UpsSection*, CaseLess> sections_; // that have all they need
    std::map<std::string, VirtualSettings, CaseLess> read_;
    Loaded<std::vector<VirtualSettings>> loaded_;
    bool usable_ = true; // the section being read
};

} // namespace

Loaded<std::vector<VirtualSettings>> virtual_upses(const UpsConf& conf) { return Reader(conf).read(); }

std::vector<VirtualKey> virtual_keys() { return {kKeys.begin(), kKeys.end()}; }

} // namespace upright::upsd
