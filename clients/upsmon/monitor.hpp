// Monitor: the unprivileged half of upsmon. It owns the Decision and one Link for each UPS, gives the one
// what the others observe, and has carried out what is decided. Everything happens in one event loop.
#pragma once

#include "clients/upsmon/decision/decision.hpp"
#include "clients/upsmon/link.hpp"
#include "clients/upsmon/notifier.hpp"
#include "clients/upsmon/setup.hpp"
#include "clients/upsmon/shutdown_hand.hpp"
#include "common/daemon/daemon.hpp"

#include <functional>
#include <list>
#include <string>
#include <vector>

namespace upright::upsmon {

class Monitor final : private Link::Listener {
public:
    // All outlive the loop.
    struct Parts {
        Daemon& daemon;
        Notifier& notifier;
        ShutdownHand& hand;
        std::function<Result<Setup>()> load; // for a reload; fails with what is wrong
    };

    Monitor(Parts parts, Setup setup);
    Monitor(const Monitor&) = delete;
    Monitor& operator=(const Monitor&) = delete;
    ~Monitor() = default;

    void start();
    void stop(int exit_code); // logs out everywhere first
    void reload();

    // Something of this host: a user's wish, sleep.
    void observe(Occurrence what);

    // Sees each observation and what was decided; once, before, the policy, and again after each reload.
    std::function<void(const Observation&, const std::vector<Action>&)> on_decided;
    std::function<void(const Policy&)> on_policy = [](const Policy&) {};
    // Before each decision, for what wants to be looked at now and then: the clocks.
    std::function<void()> on_look = [] {};

    const Decision& decision() const noexcept { return decision_; }
    const Config& config() const noexcept { return config_; }
    bool can_shut_down() const noexcept { return parts_.hand.parent_alive(); }
    Instant now() const;

private:
    void observed(Link& link, Occurrence what) override;
    Duration poll_interval() const override { return decision_.poll_interval(); }
    void ended(Link& link) override;

    void take(const Observation& observation);
    void carry_out(const Action& action);
    void say(const Say& line);
    void order(std::size_t feed, void (Link::*what)());
    void await_next();
    void adopt(std::vector<Link::Settings> settings);
    void end_when_shut_down();
    void log_out();
    void shut_down_went(ShutdownStep step);
    void end_if_idle();

    Parts parts_;
    Config config_;
    Decision decision_;
    std::list<Link> links_;                      // also those that are ending
    std::vector<Link*> links_of_feeds_;          // null: has logged out
    std::vector<Link::Settings> first_settings_; // until start()
    boost::asio::steady_timer next_;
    boost::asio::steady_timer patience_;
    std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
    Duration last_interval_{0};
    std::optional<ShutdownStep> went_; // SHUTDOWNCMD
    bool is_to_end_ = false;           // once SHUTDOWNCMD allows it
    std::optional<int> exit_code_;     // stopping
};

} // namespace upright::upsmon
