#include "server/upsd/virtual_group.hpp"

#include "common/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsd {
namespace {

// Each member is one of these.
enum class Supply {
    mains,       // carries its load and is on mains
    calibrating, // on battery of its own will
    battery,     // carries its load for now
    low,         // on battery, and that is low
    off,         // feeds nothing
    going,       // FSD: will be switched off
    unknown      // no data
};

Supply supply_of(const UpsView& member)
{
    if (member.fsd)
        return Supply::going;
    const StatusWords words(member.status());
    if (words.has("FSD"))
        return Supply::going;
    if (words.has("OFF"))
        return Supply::off;
    if (words.has("OB") && words.has("CAL"))
        return Supply::calibrating;
    if (words.has("OB"))
        return words.has("LB") ? Supply::low : Supply::battery;
    return words.has("OL") || words.has("BYPASS") ? Supply::mains : Supply::unknown; // WAIT: nothing yet
}

class Sum {
public:
    Sum(const VirtualSettings& settings, std::span<const UpsView> members)
        : settings_(settings), members_(members)
    {
        for (const auto& member : members)
            supplies_.push_back(supply_of(member));
    }

    // Silence is no power failure: without a member that is seen to fail, too few that are seen to be well
    // means that nobody can say how the group is.
    bool known() const
    {
        const bool failing =
            count(Supply::battery) + count(Supply::low) + count(Supply::off) + count(Supply::going) > 0;
        return well() >= need() || failing;
    }
    bool on_mains() const { return count(Supply::mains) >= need(); }

    // `latched`: FSD stands in front of it already.
    std::vector<std::string_view> status(bool latched) const
    {
        std::vector<std::string_view> words;
        if (!latched && members_.size() - count(Supply::going) < need())
            words.push_back("FSD");
        if (depends_on("ALARM"))
            words.push_back("ALARM");
        words.push_back(on_mains() ? "OL" : "OB");
        if (!on_mains() && well() >= need())
            words.push_back("CAL");
        if (able() < need())
            words.push_back(able() + count(Supply::off) >= need() ? "OFF" : "LB");
        if (depends_on("BYPASS"))
            words.push_back("BYPASS");
        for (const std::string_view word : {"RB", "OVER"})
            if (any(word))
                words.push_back(word);
        const std::string_view battery = on_mains() ? "CHRG" : "DISCHRG";
        if (any(battery))
            words.push_back(battery);
        return words;
    }

    std::string alarms() const
    {
        std::string text;
        for (std::size_t i = 0; i < members_.size(); ++i)
            if (StatusWords(members_[i].status()).has("ALARM"))
                text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", settings_.of[i],
                                    members_[i].state->value("ups.alarm"));
        return text;
    }

    void add_numbers(Shown& shown) const
    {
        const auto worst = [&](std::string_view variable, bool least) {
            std::optional<double> value;
            for (const auto& member : members_)
                if (const auto one = member.number(variable); one && (!value || (*one < *value) == least))
                    value = one;
            if (value)
                shown.variables[std::string(variable)] = plain_number(*value);
        };
        worst("battery.charge", true);
        worst("battery.runtime", true);
        worst("ups.load", false);
    }

    void add_members(Shown& shown) const
    {
        static constexpr std::array<std::string_view, 7> kNames{"mains", "calibrating", "battery", "low",
                                                                "off",   "going",       "unknown"};
        for (std::size_t i = 0; i < members_.size(); ++i) {
            const auto prefix = fmt::format("ups.virtual.{}.", i + 1);
            shown.variables[prefix + "name"] = settings_.of[i];
            shown.variables[prefix + "supply"] = kNames[static_cast<std::size_t>(supplies_[i])];
        }
        shown.variables["ups.virtual.need"] = std::to_string(settings_.need);
        shown.variables["ups.virtual.online"] = std::to_string(count(Supply::mains));
        shown.variables["ups.virtual.able"] = std::to_string(able());
    }

private:
    std::size_t count(Supply supply) const
    {
        return static_cast<std::size_t>(std::count(supplies_.begin(), supplies_.end(), supply));
    }
    std::size_t need() const { return static_cast<std::size_t>(settings_.need); }
    std::size_t well() const { return count(Supply::mains) + count(Supply::calibrating); }
    std::size_t able() const { return well() + count(Supply::battery); }

    bool any(std::string_view word) const
    {
        return std::any_of(members_.begin(), members_.end(),
                           [&](const auto& member) { return StatusWords(member.status()).has(word); });
    }

    // Too few carry the load without those that have this word. Clients take it as a danger, so a member that
    // is not needed must not spread it.
    bool depends_on(std::string_view word) const
    {
        std::size_t without = 0;
        for (std::size_t i = 0; i < members_.size(); ++i)
            without +=
                supplies_[i] == Supply::mains && !StatusWords(members_[i].status()).has(word) ? 1U : 0U;
        return any(word) && without < need();
    }

    const VirtualSettings& settings_;
    std::span<const UpsView> members_;
    std::vector<Supply> supplies_;
};

} // namespace

bool Latch::served(bool held, bool on_mains, bool empty, std::chrono::seconds limit, TimePoint now)
{
    if (!held) {
        since_.reset();
        calm_since_.reset();
        return false;
    }
    if (!since_)
        since_ = now;
    if (!on_mains) {
        calm_since_.reset();
        return false;
    }
    if (!calm_since_)
        calm_since_ = now;
    return now - *calm_since_ >= kCalm && (empty || now - *since_ >= limit);
}

Shown Group::show(std::span<const UpsView> members, const OwnView& own, TimePoint now)
{
    const Sum sum(settings_, members);
    Shown shown;
    shown.release_fsd = latch_.served(own.fsd, sum.on_mains(), own.logins == 0, settings_.limit, now);
    shown.available = sum.known();
    if (!shown.available)
        return shown;
    shown.variables = {{"device.type", "ups"},
                       {"driver.name", "virtual"},
                       {"driver.version", std::string(kVersion)},
                       {"ups.status", joined(sum.status(own.fsd))}};
    if (auto alarms = sum.alarms(); !alarms.empty())
        shown.variables["ups.alarm"] = std::move(alarms);
    sum.add_numbers(shown);
    sum.add_members(shown);
    return shown;
}

} // namespace upright::upsd
