#include "clients/upsmon/record/play.hpp"

#include <algorithm>

namespace upright::upsmon {
namespace {

constexpr int kMostTicks = 100'000; // of those that are not in the recording

class Player {
public:
    Player(const Recording& recording, const std::function<void(const Step&)>& heard)
        : recording_(recording), heard_(heard), outcome_(std::get<Policy>(recording.parts.front()))
    {
    }

    Outcome play()
    {
        for (auto part = std::next(recording_.parts.begin()); part != recording_.parts.end(); ++part)
            if (const auto* const policy = std::get_if<Policy>(&*part))
                outcome_.decision.adopt(*policy);
            else if (!play(std::get<Entry>(*part)))
                break;
        return std::move(outcome_);
    }

private:
    bool play(const Entry& entry)
    {
        if (!recording_.ticks_stand_in_it && !pass_time(entry.observation.at))
            return false;
        last_line_ = entry.line;
        take(entry.observation, &entry);
        return true;
    }

    // All that is due before the next line.
    bool pass_time(Instant until)
    {
        while (true) {
            const auto due = outcome_.decision.next();
            if (!due || *due >= until)
                return true;
            if (++ticks_ > kMostTicks) {
                outcome_.complete = false;
                return false;
            }
            take({std::max(*due, outcome_.end), 0, Tick{}}, nullptr);
        }
    }

    void take(const Observation& observation, const Entry* entry)
    {
        const auto actions = outcome_.decision.take(observation);
        outcome_.end = observation.at;
        for (const auto& action : actions)
            if (const auto* const shut_down = std::get_if<ShutDown>(&action)) {
                outcome_.shut_down_at = observation.at;
                outcome_.why = shut_down->why;
            }
        if (recording_.has_actions && !outcome_.difference)
            compare(actions, entry);
        heard_({observation, actions, entry, outcome_.decision.policy()});
    }

    // As text: what was recorded has no more than that.
    void compare(const std::vector<Action>& actions, const Entry* entry)
    {
        const auto& policy = outcome_.decision.policy();
        const auto recorded = entry == nullptr ? 0 : entry->actions.size();
        for (std::size_t i = 0; i < std::max(actions.size(), recorded); ++i) {
            const auto now = i < actions.size() ? to_text(actions[i], policy) : std::string();
            const auto then = i < recorded ? to_text(entry->actions[i].action, policy) : std::string();
            if (now == then)
                continue;
            outcome_.difference = {i < recorded ? entry->actions[i].line : last_line_, then, now};
            return;
        }
    }

    const Recording& recording_;
    const std::function<void(const Step&)>& heard_;
    Outcome outcome_;
    int ticks_ = 0;
    int last_line_ = 0;
};

} // namespace

Outcome play(const Recording& recording, const std::function<void(const Step&)>& heard)
{
    return Player(recording, heard).play();
}

} // namespace upright::upsmon
