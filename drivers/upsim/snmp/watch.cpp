#include "drivers/upsim/snmp/binding.hpp"
#include "drivers/upsim/snmp/notifications.hpp"

namespace upright::upsim::snmp {
namespace {

std::vector<Binding> values_of(const std::vector<Oid>& objects, const Tree& tree)
{
    std::vector<Binding> bindings;
    for (const auto& oid : objects)
        if (const auto* const object = tree.find(oid); object != nullptr)
            if (auto value = object->read())
                bindings.push_back({oid, std::move(*value)});
    return bindings;
}

// RFC 1628, section 4: those two have a notification of their own, or none.
bool is_told(const Oid& alarm)
{
    static const Oid kOnBattery{1, 3, 6, 1, 2, 1, 33, 1, 6, 3, 2};
    static const Oid kTestInProgress{1, 3, 6, 1, 2, 1, 33, 1, 6, 3, 24};
    return alarm != kOnBattery && alarm != kTestInProgress;
}

Notification of_alarm(const Profile& profile, const Settings& settings, const Oid& notification,
                      const Oid& alarm)
{
    const auto number = alarm_number(profile, settings, alarm);
    return {notification,
            {{below(profile.alarm_table, {1, number}), Value::of(Type::integer, number)},
             {below(profile.alarm_table, {2, number}), Value::identifier(alarm)}}};
}

} // namespace

std::vector<Notification> Watch::look(const Profile& profile, const std::vector<Event>& events,
                                      const Tree& tree, const State& state)
{
    std::vector<Notification> told;
    const double now = state.model.now();
    seen_.resize(events.size());
    for (std::size_t i = 0; i < events.size(); ++i) {
        const auto& event = events[i];
        auto& seen = seen_[i];
        const bool holds = event.holds.read(state, event.holds.number) != 0;
        const bool again = holds && event.every > 0 && now >= seen.told_at + event.every;
        const auto& what = holds ? event.begins : event.ends;
        if ((holds != seen.holds || again) && !first_ && !what.empty())
            told.push_back({what, values_of(event.objects, tree)});
        if (holds != seen.holds || again)
            seen = {holds, now};
    }
    const auto& alarms = state.settings.alarms;
    for (const auto& [alarm, since] : alarms)
        if (!first_ && !alarms_.contains(alarm) && !profile.alarm_added.empty() && is_told(alarm))
            told.push_back(of_alarm(profile, state.settings, profile.alarm_added, alarm));
    for (const auto& [alarm, since] : alarms_)
        if (!alarms.contains(alarm) && !profile.alarm_removed.empty() && is_told(alarm))
            told.push_back(of_alarm(profile, state.settings, profile.alarm_removed, alarm));
    alarms_ = alarms;
    first_ = false;
    return told;
}

} // namespace upright::upsim::snmp
