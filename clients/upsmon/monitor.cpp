#include "clients/upsmon/monitor.hpp"

#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"

#include <algorithm>
#include <cstdlib>
#include <type_traits>

namespace upright::upsmon {
namespace {

constexpr std::chrono::seconds kGoodbye{2};          // for logging out everywhere
constexpr std::chrono::seconds kShutdownCommand{60}; // until SHUTDOWNCMD has ended

} // namespace

Monitor::Monitor(Parts parts, Setup setup)
    : parts_(std::move(parts)), config_(std::move(setup.config)), decision_(config_.policy),
      first_settings_(std::move(setup.links)), next_(parts_.daemon.executor()),
      patience_(parts_.daemon.executor())
{
    parts_.notifier.configure(config_.notify, config_.notify_command);
    parts_.hand.on_parent_gone = [this] { observe(ParentGone{}); };
    parts_.hand.on_step = [this](ShutdownStep step) { shut_down_went(step); };
}

Instant Monitor::now() const
{
    return std::chrono::duration_cast<Instant>(std::chrono::steady_clock::now() - begun_);
}

void Monitor::start()
{
    on_policy(decision_.policy());
    last_interval_ = decision_.poll_interval();
    adopt(std::move(first_settings_));
    on_look();
}

// ---- what is observed, and what follows ----------------------------------------------------------------

void Monitor::observe(Occurrence what) { take({now(), 0, std::move(what)}); }

void Monitor::observed(Link& link, Occurrence what)
{
    const auto feed = std::find(links_of_feeds_.begin(), links_of_feeds_.end(), &link);
    if (feed == links_of_feeds_.end())
        return; // dropped by a reload, and on its way out
    take({now(), static_cast<std::size_t>(feed - links_of_feeds_.begin()), std::move(what)});
}

void Monitor::take(const Observation& observation)
{
    // Whoever slept must not judge by the clock before it is known.
    if (!std::holds_alternative<Woken>(observation.what))
        on_look();
    const auto actions = decision_.take(observation);
    if (on_decided)
        on_decided(observation, actions);
    for (const auto& action : actions)
        carry_out(action);
    if (const auto interval = decision_.poll_interval(); interval != std::exchange(last_interval_, interval))
        for (auto* const link : links_of_feeds_)
            if (link != nullptr) // logged out
                link->hurry();
    if (!parts_.hand.parent_alive() && !std::holds_alternative<ParentGone>(observation.what))
        observe(ParentGone{});
    else
        await_next();
}

void Monitor::carry_out(const Action& action)
{
    std::visit(
        [this](const auto& what) {
            using What = std::decay_t<decltype(what)>;
            if constexpr (std::is_same_v<What, Notify>) {
                parts_.notifier.tell(what);
            } else if constexpr (std::is_same_v<What, Say>) {
                say(what);
            } else if constexpr (std::is_same_v<What, SetFsd>) {
                order(what.feed, &Link::set_fsd);
            } else if constexpr (std::is_same_v<What, AskLogins>) {
                order(what.feed, &Link::ask_logins);
            } else if constexpr (std::is_same_v<What, TellWho>) {
                order(what.feed, &Link::tell_who);
            } else if constexpr (std::is_same_v<What, ShutDown>) {
                log::warning("Shutting down because: {}", what.why);
                parts_.hand.shut_down();
            } else if constexpr (std::is_same_v<What, End>) {
                is_to_end_ = true;
                end_when_shut_down();
            } else {
                reload();
            }
        },
        action);
}

void Monitor::order(std::size_t feed, void (Link::*what)())
{
    if (auto* const link = links_of_feeds_.at(feed))
        (link->*what)();
}

void Monitor::say(const Say& line)
{
    switch (line.level) {
    case Say::Level::info: log::info("{}", line.text); break;
    case Say::Level::notice: log::notice("{}", line.text); break;
    case Say::Level::warning: log::warning("{}", line.text); break;
    case Say::Level::error: log::error("{}", line.text); break;
    }
    const auto& shutdown = config_.notify[static_cast<std::size_t>(NotifyType::shutdown)];
    if (line.to_all && shutdown.wall && !shutdown.ignore)
        parts_.notifier.say_to_all(line.text);
}

void Monitor::await_next()
{
    const auto when = decision_.next();
    if (!when || exit_code_) {
        next_.cancel();
        return;
    }
    next_.expires_at(begun_ + *when);
    next_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled)
            observe(Tick{});
    });
}

// ---- reload --------------------------------------------------------------------------------------------

void Monitor::reload()
{
    if (decision_.shutting_down() || exit_code_)
        return;
    notify::reloading();
    auto setup = parts_.load();
    if (!setup) {
        log::error("Reload failed: {}", setup.error().what);
        notify::ready();
        return;
    }
    config_ = std::move(setup->config);
    parts_.notifier.configure(config_.notify, config_.notify_command);
    decision_.adopt(config_.policy);
    on_policy(decision_.policy());
    adopt(std::move(setup->links));
    await_next();
    notify::ready();
}

// Links that stay as they are go on; what was logged in stays logged in.
void Monitor::adopt(std::vector<Link::Settings> settings)
{
    std::vector<Link*> kept;
    for (auto& one : settings) {
        const auto old = std::find_if(links_of_feeds_.begin(), links_of_feeds_.end(), [&](const Link* link) {
            return link != nullptr && link->settings() == one;
        });
        if (old != links_of_feeds_.end()) {
            kept.push_back(std::exchange(*old, nullptr));
            continue;
        }
        Link::Listener& listener = *this;
        kept.push_back(&links_.emplace_back(parts_.daemon.executor(), std::move(one), listener));
        parts_.daemon.tasks().spawn(kept.back()->settings().system, kept.back()->run());
    }
    for (auto* const dropped : std::exchange(links_of_feeds_, std::move(kept)))
        if (dropped != nullptr)
            dropped->finish();
}

// ---- the end -------------------------------------------------------------------------------------------

void Monitor::shut_down_went(ShutdownStep step)
{
    went_ = step;
    end_when_shut_down();
}

// Who logs out before SHUTDOWNCMD has started lets the primary go on too early. Who ends before SHUTDOWNCMD
// has may take it along: a service manager ends what a service leaves behind.
void Monitor::end_when_shut_down()
{
    if (!is_to_end_ || !went_)
        return;
    if (*went_ != ShutdownStep::started)
        return stop(EXIT_SUCCESS);
    log_out();
    patience_.expires_after(kShutdownCommand);
    patience_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled)
            stop(EXIT_SUCCESS);
    });
}

void Monitor::log_out()
{
    next_.cancel();
    for (auto& link : links_)
        link.finish();
}

void Monitor::stop(int exit_code)
{
    if (exit_code_)
        return;
    exit_code_ = exit_code;
    log_out();
    patience_.expires_after(kGoodbye);
    patience_.async_wait([this](const boost::system::error_code& cancelled) {
        if (!cancelled)
            parts_.daemon.stop(*exit_code_);
    });
    end_if_idle();
}

void Monitor::ended(Link& link)
{
    // It is in its own last step: it goes when that is over.
    boost::asio::post(parts_.daemon.executor(), [this, gone = &link] {
        std::replace(links_of_feeds_.begin(), links_of_feeds_.end(), gone, static_cast<Link*>(nullptr));
        links_.remove_if([gone](const Link& one) { return &one == gone; });
        end_if_idle();
    });
}

void Monitor::end_if_idle()
{
    if (exit_code_ && links_.empty())
        parts_.daemon.stop(*exit_code_);
}

} // namespace upright::upsmon
