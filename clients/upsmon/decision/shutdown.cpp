#include "clients/upsmon/decision/shutdown.hpp"

#include <algorithm>

namespace upright::upsmon {

void Shutdown::begin(const Policy& policy, std::string why, Instant now, std::vector<Action>& actions)
{
    step_ = Step::setting_fsd;
    why_ = std::move(why);
    begun_ = now;
    for (std::size_t feed = 0; feed < policy.feeds.size(); ++feed)
        if (policy.feeds[feed].primary) {
            primaries_.push_back(feed);
            actions.emplace_back(SetFsd{feed});
        }
    advance(policy, now, actions);
}

void Shutdown::take(const FsdAnswer& /*answer*/, std::size_t feed) { answered_[feed] = true; }

void Shutdown::take(const Logins& logins, std::size_t feed)
{
    ++heard_;
    logins_[feed] = logins.count.value_or(0); // whom it does not tell of it does not protect
}

void Shutdown::advance(const Policy& policy, Instant now, std::vector<Action>& actions)
{
    for (auto before = Step::none; before != step_;) { // several may be passed at once
        before = step_;
        next_step(policy, now, actions);
    }
}

void Shutdown::next_step(const Policy& policy, Instant now, std::vector<Action>& actions)
{
    switch (step_) {
    case Step::setting_fsd:
        next_ = begun_ + kAnswerLimit;
        if (answered_.size() < primaries_.size() && now < *next_)
            return;
        step_ = Step::waiting;
        begun_ = now;
        ask_at_ = now;
        break;
    case Step::waiting: wait_for_secondaries(policy, now, actions); break;
    case Step::last_words:
        next_ = begun_ + policy.final_delay;
        if (now < *next_)
            return;
        step_ = Step::shutting_down;
        begun_ = now;
        ask_at_ = now + kKeepAlive;
        actions.emplace_back(ShutDown{why_});
        break;
    case Step::shutting_down:
        if (policy.shutdown_exit && now >= begun_ + *policy.shutdown_exit) {
            step_ = Step::over;
            next_.reset();
            actions.emplace_back(End{});
            return;
        }
        if (now >= ask_at_) {
            ask_all(actions);
            ask_at_ = now + kKeepAlive;
        }
        next_ = policy.shutdown_exit ? std::min(ask_at_, begun_ + *policy.shutdown_exit) : ask_at_;
        break;
    default: break; // nothing is under way any more
    }
}

// Until nobody is logged in but ourselves, or for HOSTSYNC.
void Shutdown::wait_for_secondaries(const Policy& policy, Instant now, std::vector<Action>& actions)
{
    const auto end = begun_ + policy.host_sync;
    if (primaries_.empty())
        return say_last_words(now, actions);
    if (asked_ > 0 && heard_ >= asked_) { // all servers have answered
        asked_ = 0;
        const bool alone =
            std::all_of(logins_.begin(), logins_.end(), [](const auto& of) { return of.second <= 1; });
        if (alone)
            return say_last_words(now, actions);
        if (!std::exchange(told_of_waiting_, true))
            actions.emplace_back(Notify{NotifyType::shutdown_hostsync, {}, {}});
    }
    if (now >= end) {
        actions.emplace_back(Say{Say::Level::info, "Host sync timer expired, forcing shutdown"});
        for (const auto& [feed, logins] : logins_)
            if (logins > 1)
                actions.emplace_back(TellWho{feed});
        return say_last_words(now, actions);
    }
    if (asked_ == 0 && now >= ask_at_) {
        ask_all(actions);
        asked_ = primaries_.size();
        heard_ = 0;
        ask_at_ = now + kAskAgain;
    }
    next_ = asked_ == 0 ? std::min(ask_at_, end) : end;
}

void Shutdown::say_last_words(Instant now, std::vector<Action>& actions)
{
    step_ = Step::last_words;
    begun_ = now;
    actions.emplace_back(Say{Say::Level::error, "Executing automatic power-fail shutdown", true});
    actions.emplace_back(Notify{NotifyType::shutdown, {}, {}});
}

void Shutdown::ask_all(std::vector<Action>& actions)
{
    for (const auto feed : primaries_)
        actions.emplace_back(AskLogins{feed});
}

} // namespace upright::upsmon
