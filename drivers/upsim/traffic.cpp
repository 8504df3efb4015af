#include "drivers/upsim/traffic.hpp"

#include <algorithm>
#include <utility>

namespace upright::upsim {

using namespace std::chrono_literals;

Traffic::Traffic(const boost::asio::any_io_executor& executor, std::vector<SocketUps*> fleet,
                 double changes_per_second, std::uint64_t seed)
    : fleet_(std::move(fleet)), changes_per_second_(changes_per_second), random_(seed), look_(executor),
      change_(executor)
{
}

void Traffic::start()
{
    started_ = std::chrono::steady_clock::now();
    look();
    if (changes_per_second_ > 0 && !fleet_.empty())
        change();
}

void Traffic::look()
{
    for (auto* const ups : fleet_)
        if (!ups->settled())
            ups->look();
    look_.expires_after(1s);
    look_.async_wait([this](const boost::system::error_code& stopped) {
        if (!stopped)
            look();
    });
}

// As many as are due by now: a late wake-up makes up for what it missed, but not for a machine that slept.
void Traffic::change()
{
    constexpr double kMostAtOnce = 1000;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started_;
    const double due = passed.count() * changes_per_second_;
    changes_ = std::max(changes_, due - kMostAtOnce);
    for (; changes_ < due; ++changes_)
        fleet_[random_() % fleet_.size()]->fidget(random_);
    const auto next = std::chrono::duration<double>(changes_ / changes_per_second_);
    change_.expires_at(started_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(next)
                       + 1us);
    change_.async_wait([this](const boost::system::error_code& stopped) {
        if (!stopped)
            change();
    });
}

} // namespace upright::upsim
