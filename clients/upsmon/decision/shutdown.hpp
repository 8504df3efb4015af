// Shutdown: a forced shutdown under way, step by step: FSD to the servers, waiting for the secondaries,
// telling people, SHUTDOWNCMD. There is no way back: other hosts have been told. Pure.
#pragma once

#include "clients/upsmon/decision/action.hpp"
#include "clients/upsmon/decision/observation.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

class Shutdown {
public:
    enum class Step { none, setting_fsd, waiting, last_words, shutting_down, over };

    static constexpr Duration kAnswerLimit{10000}; // for FSD
    static constexpr Duration kAskAgain{250};      // NUMLOGINS
    static constexpr Duration kKeepAlive{1000};    // the same, once SHUTDOWNCMD runs

    void begin(const Policy& policy, std::string why, Instant now, std::vector<Action>& actions);
    void take(const FsdAnswer& answer, std::size_t feed);
    void take(const Logins& logins, std::size_t feed);
    void advance(const Policy& policy, Instant now, std::vector<Action>& actions);

    Step step() const noexcept { return step_; }
    std::optional<Instant> next() const noexcept { return next_; }

private:
    void next_step(const Policy& policy, Instant now, std::vector<Action>& actions);
    void wait_for_secondaries(const Policy& policy, Instant now, std::vector<Action>& actions);
    void say_last_words(Instant now, std::vector<Action>& actions);
    void ask_all(std::vector<Action>& actions);

    Step step_ = Step::none;
    std::string why_;
    std::vector<std::size_t> primaries_; // feeds
    std::map<std::size_t, bool> answered_;
    std::map<std::size_t, int> logins_; // of this round
    std::size_t asked_ = 0;             // how many answers are to come
    std::size_t heard_ = 0;
    bool told_of_waiting_ = false;
    Instant begun_{0}; // the step
    Instant ask_at_{0};
    std::optional<Instant> next_;
};

} // namespace upright::upsmon
