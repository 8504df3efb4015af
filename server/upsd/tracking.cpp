#include "server/upsd/tracking.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <sys/random.h>
#include <system_error>

namespace upright::upsd {
namespace {

using driver_protocol::Outcome;

constexpr std::size_t kMost = 65536; // beyond, the oldest is forgotten early

// RFC 4122, section 4.4.
std::string random_uuid()
{
    std::array<std::uint8_t, 16> b{};
    if (::getrandom(b.data(), b.size(), 0) != static_cast<ssize_t>(b.size()))
        throw std::system_error(errno, std::system_category(), "getrandom");
    b[6] = static_cast<std::uint8_t>((b[6] & 0x0FU) | 0x40U);
    b[8] = static_cast<std::uint8_t>((b[8] & 0x3FU) | 0x80U);
    std::string text;
    for (std::size_t i = 0; i < b.size(); ++i) {
        if (i == 4 || i == 6 || i == 8 || i == 10)
            text += '-';
        text += fmt::format("{:02X}", b[i]);
    }
    return text;
}

Outcome outcome_of(int number)
{
    const bool known = number >= static_cast<int>(Outcome::handled)
                       && number <= static_cast<int>(Outcome::conversion_failed);
    return known ? static_cast<Outcome>(number) : Outcome::unknown;
}

} // namespace

std::string_view tracking_word(int outcome)
{
    switch (outcome_of(outcome)) {
    case Outcome::handled: return "SUCCESS";
    case Outcome::invalid:
    case Outcome::conversion_failed: return "INVALID-ARGUMENT";
    case Outcome::failed: return "FAILED";
    case Outcome::unknown: break;
    }
    return "UNKNOWN";
}

std::string Tracking::begin(const CachedUps& ups, TimePoint now)
{
    if (entries_.size() >= kMost) {
        entries_.erase(by_age_.front());
        by_age_.pop_front();
    }
    auto id = random_uuid();
    entries_.emplace(id, Entry{ups.name, now, {}});
    by_age_.push_back(id);
    return id;
}

bool Tracking::finish(const CachedUps& ups, std::string_view id, int outcome)
{
    const auto entry = entries_.find(std::string(id));
    if (entry == entries_.end() || entry->second.ups != ups.name || entry->second.outcome)
        return false;
    entry->second.outcome = outcome_of(outcome);
    return true;
}

void Tracking::lost(const CachedUps& ups)
{
    for (auto& [id, entry] : entries_)
        if (entry.ups == ups.name && !entry.outcome)
            entry.outcome = Outcome::failed;
}

void Tracking::sweep(TimePoint now)
{
    while (!by_age_.empty()) {
        const auto oldest = entries_.find(by_age_.front());
        if (oldest != entries_.end() && now - oldest->second.begun <= keep_for)
            return;
        if (oldest != entries_.end())
            entries_.erase(oldest);
        by_age_.pop_front();
    }
}

std::optional<Outcome> Tracking::outcome(std::string_view id) const
{
    const auto entry = entries_.find(std::string(id));
    return entry == entries_.end() ? std::optional(Outcome::unknown) : entry->second.outcome;
}

} // namespace upright::upsd
