#include "drivers/upsdrvctl/shutdown.hpp"

#include "common/daemon/log.hpp"
#include "drivers/upsdrvctl/process.hpp"
#include "drivers/upsdrvctl/start.hpp"

#include <algorithm>
#include <mutex>

namespace upright::upsdrvctl {
namespace {

// systemd leaves its shutdown hooks 90 s for everything: who is slower than this goes on beside the next
// order, and is waited for at the end.
constexpr std::chrono::seconds kTurn{30};
constexpr std::chrono::seconds kPatience{75}; // even if maxstartdelay is short: a start can be repeated

class Shutdown {
public:
    explicit Shutdown(const Options& options) : options_(options) {}

    void turn_of(const std::vector<Job>& group)
    {
        side_by_side(group.size(), [&](std::size_t i) { switch_off(group[i]); });
    }

    int end()
    {
        for (const auto& late : late_) {
            if (const auto status = wait_for_child(late.child, late.until)) {
                failed_ += succeeded(late.ups, *status, "shut down") ? 0 : 1;
            } else {
                log::error("UPS [{}]: the driver did not end in time: it is left running", late.ups);
                ++failed_;
            }
        }
        return failed_;
    }

private:
    struct Late {
        std::string ups;
        pid_t child;
        Clock::time_point until;
    };

    void switch_off(const Job& job)
    {
        log::debug(1, "Shutdown UPS: {}", job.ups);
        const auto begun = Clock::now();
        const auto child = launch(job, command_line(job, options_, "-k"));
        const auto turn = std::min(job.start_limit, kTurn);
        const auto status = child ? wait_for_child(*child, begun + turn) : std::nullopt;
        const bool done = status && succeeded(job.ups, *status, "shut down");
        const std::lock_guard lock(mutex_);
        if (child && !status) {
            log::warning("UPS [{}]: the driver is not done after {} s: going on with the others", job.ups,
                         turn.count());
            late_.push_back({job.ups, *child, begun + std::max(job.start_limit, kPatience)});
        } else if (!done) {
            ++failed_;
        }
    }

    const Options& options_;
    std::mutex mutex_;
    std::vector<Late> late_;
    int failed_ = 0;
};

} // namespace

std::vector<Job> in_shutdown_order(std::vector<Job> jobs, const Options& options)
{
    if (!options.ups)
        std::erase_if(jobs, [](const Job& job) { return job.shutdown_order < 0; });
    std::stable_sort(jobs.begin(), jobs.end(),
                     [](const Job& a, const Job& b) { return a.shutdown_order < b.shutdown_order; });
    return jobs;
}

int shut_down_in_order(const std::vector<Job>& jobs, const Options& options)
{
    Shutdown shutdown(options);
    const auto all = in_shutdown_order(jobs, options);
    for (auto first = all.begin(); first != all.end();) {
        const auto next = std::find_if(
            first, all.end(), [&](const Job& job) { return job.shutdown_order != first->shutdown_order; });
        shutdown.turn_of({first, next});
        first = next;
    }
    return shutdown.end();
}

} // namespace upright::upsdrvctl
