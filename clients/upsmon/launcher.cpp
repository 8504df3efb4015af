#include "clients/upsmon/launcher.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <algorithm>
#include <csignal>

namespace upright::upsmon {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kReserve = 8; // places that only urgent ones take

} // namespace

Launcher::Launcher(Children& children, std::string name, Limits limits)
    : children_(children), name_(std::move(name)), limits_(limits)
{
}

void Launcher::launch(Program program, bool urgent)
{
    if (running_.size() < limits_.at_once + (urgent ? kReserve : 0)) {
        start(program);
        return;
    }
    end_the_overdue();
    if (waiting_.empty() && left_out_ == 0)
        log::warning("{} runs {} times already: the next events wait", name_, running_.size());
    if (waiting_.size() >= limits_.waiting)
        leave_out_the_oldest();
    const auto place = urgent ? std::find_if(waiting_.begin(), waiting_.end(),
                                             [](const auto& other) { return !other.urgent; })
                              : waiting_.end();
    waiting_.insert(place, {std::move(program), urgent});
}

void Launcher::leave_out_the_oldest()
{
    const auto oldest =
        std::find_if(waiting_.begin(), waiting_.end(), [](const auto& other) { return !other.urgent; });
    if (oldest == waiting_.end())
        return;
    waiting_.erase(oldest);
    if (left_out_++ == 0)
        log::error("{}: too many events wait, the oldest are left out", name_);
}

void Launcher::end_the_overdue()
{
    const auto limit = Clock::now() - limits_.patience;
    for (auto& [number, child] : running_) {
        if (child.since > limit)
            break;
        if (child.killed)
            continue;
        log::warning("{} (process {}) does not end, and others wait: killed", name_, child.pid);
        ::kill(-child.pid, SIGKILL); // with its own children
        child.killed = true;
    }
}

void Launcher::start(const Program& program)
{
    const auto number = started_++;
    const auto pid = children_.start(program, [this, number](int status) { ended(number, status); });
    if (!pid) {
        auto failure = to_string(pid.error());
        if (failure != last_failure_) // else it was said before
            log::error("{} can't be started: {}", name_, escaped(failure));
        last_failure_ = std::move(failure);
        return;
    }
    last_failure_.clear();
    running_.emplace(number, Running{Clock::now(), *pid});
}

void Launcher::ended(std::uint64_t number, int status)
{
    const auto child = running_.find(number);
    log::debug(2, "{} (process {}): {}", name_, child->second.pid, describe_end(status));
    running_.erase(child);
    while (running_.size() < limits_.at_once && !waiting_.empty()) {
        const auto next = std::move(waiting_.front());
        waiting_.pop_front();
        start(next.program);
    }
    if (waiting_.empty() && left_out_ > 0)
        log::error("{}: {} events were left out", name_, left_out_);
    if (waiting_.empty())
        left_out_ = 0;
}

} // namespace upright::upsmon
