#include "server/upsd/failed_logins.hpp"

#include "server/upsd/access.hpp"

#include <algorithm>

namespace ip = boost::asio::ip;
using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr std::size_t kMostAddresses = 4096;
constexpr auto kWindow = 60s;
constexpr std::chrono::milliseconds kFirstDelay = 1s;
constexpr std::chrono::milliseconds kLongestDelay = 30s;

ip::address one_for_all(const ip::address& address)
{
    const auto one = plain(address);
    if (one.is_v4())
        return one;
    auto bytes = one.to_v6().to_bytes();
    std::fill(bytes.begin() + 8, bytes.end(), static_cast<unsigned char>(0));
    return ip::address_v6(bytes);
}

} // namespace

bool FailedLogins::Offender::forgiven(TimePoint now) const { return now - times[last] >= kWindow; }

void FailedLogins::Offender::add(TimePoint now)
{
    last = (last + 1) % kFree;
    times[last] = now;
    count = std::min(count + 1, kFree);
    const auto oldest = times[(last + 1) % kFree];
    if (over > 0 || (count == kFree && now - oldest <= kWindow))
        ++over;
}

void FailedLogins::failed(const ip::address& from, TimePoint now)
{
    const auto address = one_for_all(from);
    const auto known = by_address_.find(address);
    if (known == by_address_.end()) {
        if (latest_first_.size() == kMostAddresses) {
            by_address_.erase(latest_first_.back().address);
            latest_first_.pop_back();
        }
        latest_first_.emplace_front().address = address;
        by_address_.emplace(address, latest_first_.begin());
    } else {
        latest_first_.splice(latest_first_.begin(), latest_first_, known->second);
        if (latest_first_.front().forgiven(now)) {
            latest_first_.front() = {};
            latest_first_.front().address = address;
        }
    }
    latest_first_.front().add(now);
}

std::chrono::milliseconds FailedLogins::step(unsigned over)
{
    constexpr unsigned kDoublings = 5; // 1 s, 2, 4, 8, 16, then the longest
    return over == 0 ? 0ms : std::min(kLongestDelay, kFirstDelay * (1 << std::min(over - 1, kDoublings)));
}

std::chrono::milliseconds FailedLogins::delay(const ip::address& from, TimePoint now) const
{
    const auto known = by_address_.find(one_for_all(from));
    if (known == by_address_.end() || known->second->forgiven(now))
        return 0ms;
    return step(known->second->over);
}

// The address, if its attempts are slowed down.
FailedLogins::Offender* FailedLogins::braked(const ip::address& from, TimePoint now)
{
    const auto known = by_address_.find(one_for_all(from));
    const bool slow = known != by_address_.end() && !known->second->forgiven(now) && known->second->over > 0;
    return slow ? &*known->second : nullptr;
}

std::chrono::milliseconds FailedLogins::take_turn(const ip::address& from, TimePoint now)
{
    auto* const offender = braked(from, now);
    if (offender == nullptr)
        return 0ms;
    offender->next_turn = std::max(offender->next_turn, now) + step(offender->over + offender->waiting++);
    return std::chrono::duration_cast<std::chrono::milliseconds>(offender->next_turn - now);
}

void FailedLogins::done(const ip::address& from)
{
    const auto known = by_address_.find(one_for_all(from));
    if (known != by_address_.end() && known->second->waiting > 0)
        --known->second->waiting;
}

bool FailedLogins::may_jump_the_queue(const ip::address& from, TimePoint now)
{
    auto* const offender = braked(from, now);
    if (offender == nullptr)
        return true;
    if (now - offender->last_jump < 1s)
        return false;
    offender->last_jump = now;
    return true;
}

void FailedLogins::sweep(TimePoint now)
{
    while (!latest_first_.empty() && latest_first_.back().forgiven(now)) {
        by_address_.erase(latest_first_.back().address);
        latest_first_.pop_back();
    }
}

} // namespace upright::upsd
