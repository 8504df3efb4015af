// Decision: what is to be done, given the policy and all that has been observed so far. A fold: the same
// policy and the same observations give the same actions. It reads no clock and touches nothing.
#pragma once

#include "clients/upsmon/decision/judge.hpp"
#include "clients/upsmon/decision/shutdown.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

class Decision {
public:
    explicit Decision(Policy policy);

    // What to do about it, in this order. Observations come in the order of their time.
    std::vector<Action> take(const Observation& observation);

    // After a reload: a UPS that stays keeps what is known of it, and a Tick is due at once. Not once a
    // shutdown has begun.
    void adopt(Policy policy);

    // When a Tick is due, if nothing is observed before.
    std::optional<Instant> next() const;

    // How often a UPS is to be asked now.
    Duration poll_interval() const;

    const Policy& policy() const noexcept { return policy_; }
    const Watch& watch(std::size_t feed) const { return watches_.at(feed); }
    const Verdict& verdict(std::size_t feed) const { return verdicts_.at(feed); } // of the last look
    Shutdown::Step step() const noexcept { return shutdown_.step(); }
    bool shutting_down() const noexcept { return step() != Shutdown::Step::none; }

private:
    void apply(const Observation& observation, Actions& actions);
    void wake(const Woken& woken, Instant at, Actions& actions);
    void tell_parent_gone(Instant at, Actions& actions);
    void look(Instant now, Actions& actions);
    void tell_change(std::size_t feed, const Verdict& before, Actions& actions) const;
    void begin_shutdown(std::string why, Instant now, Actions& actions);
    bool low_for_a_while() const;

    Policy policy_;
    std::vector<Watch> watches_; // as policy_.feeds
    std::vector<Verdict> verdicts_;
    Shutdown shutdown_;
    std::optional<Instant> told_parent_gone_;
    Instant now_{0};
};

} // namespace upright::upsmon
