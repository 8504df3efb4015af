#include "server/upsd/sessions.hpp"

#include "common/daemon/log.hpp"
#include "server/upsd/session.hpp"

#include <fmt/format.h>

#include <unistd.h>
#include <utility>

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr auto kLogEvery = 60s;

// The last places are for those who log in: whoever takes one and does not is asked to leave soon.
constexpr std::size_t kMostReserved = 64;
std::size_t reserved(std::size_t most) { return std::min(most / 16, kMostReserved); }

} // namespace

Sessions::Sessions(Poller& poller, Service& service)
    : poller_(poller), service_(service), passwords_(poller.executor())
{
}

Sessions::~Sessions() = default;

void Sessions::forget(std::uint64_t id)
{
    const auto session = all_.find(id);
    if (session == all_.end())
        return;
    const auto count = by_address_.find(session->second->client().address);
    if (count != by_address_.end() && --count->second == 0)
        by_address_.erase(count);
    all_.erase(session);
}

std::optional<std::string> Sessions::refusal(const asio::ip::address& from) const
{
    if (!service_.access.accepts(from))
        return "the access lists reject it";
    if (all_.size() >= limits_.most)
        return fmt::format("Maximum number of connections ({}) is reached", limits_.most);
    const auto count = by_address_.find(from);
    if (count != by_address_.end() && count->second >= limits_.each_address)
        return fmt::format("it has {} connections already (SESSIONSPERADDRESS)", limits_.each_address);
    return std::nullopt;
}

void Sessions::log_refusal(const asio::ip::address& from, const std::string& why)
{
    const auto now = std::chrono::steady_clock::now();
    ++refusals_not_logged_;
    if (now - last_refusal_logged_ <= kLogEvery && last_refusal_logged_ != TimePoint{})
        return;
    last_refusal_logged_ = now;
    log::warning("Refused a client from {}: {} ({} refused since the last such line)", from.to_string(), why,
                 std::exchange(refusals_not_logged_, 0));
}

void Sessions::add(int fd, const asio::ip::address& from)
{
    if (const auto why = refusal(from)) {
        log_refusal(from, *why);
        ::close(fd);
        return;
    }
    const bool on_probation = all_.size() >= limits_.most - reserved(limits_.most);
    const auto id = next_id_++;
    ++by_address_[from];
    all_.emplace(id, std::make_unique<Session>(*this, id, fd, from, on_probation));
}

template <class Predicate>
void Sessions::end_if(Predicate is_over)
{
    std::vector<std::uint64_t> over; // ending one may touch others
    for (const auto& [id, session] : all_)
        if (is_over(*session))
            over.push_back(id);
    for (const auto id : over)
        forget(id);
}

void Sessions::sweep(TimePoint now)
{
    end_if([now](Session& session) { return session.is_over(now); });
}

void Sessions::end_rejected()
{
    end_if([this](const Session& session) { return !service_.access.accepts(session.client().address); });
}

void Sessions::end_logins(const CachedUps& ups)
{
    end_if([&](const Session& session) { return session.client().login == &ups; });
}

} // namespace upright::upsd
