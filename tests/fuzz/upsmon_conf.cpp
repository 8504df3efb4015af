// upsmon.conf, whatever stands in it: every problem has a place, what the policy holds is within its bounds,
// and each rule stands at a UPS with conditions that can be asked for.
#include "clients/upsmon/config.hpp"
#include "clients/upsmon/shutdown_when.hpp"
#include "tests/fuzz/require_places.hpp"

#include <cstdint>
#include <set>

using namespace upright;
using namespace upright::upsmon;

namespace {

void require_bounds(const Policy& policy)
{
    for (const auto time :
         {policy.poll, policy.poll_alert, policy.host_sync, policy.dead_time, policy.oblb_duration,
          policy.rb_warn_time, policy.no_comm_warn_time, policy.final_delay,
          policy.off_duration.value_or(Duration(0)), policy.over_duration.value_or(Duration(0)),
          policy.shutdown_exit.value_or(Duration(0))})
        fuzz::require(time >= Duration(0) && time <= std::chrono::hours(24) * 365 * 100);
    fuzz::require(policy.min_supplies >= 0 && policy.poll_fail_log_throttle >= -1);
    std::set<std::string> systems;
    for (const auto& feed : policy.feeds) {
        fuzz::require(feed.power_value >= 0 && systems.insert(feed.system).second);
        for (const auto& rule : feed.rules) {
            fuzz::require(!rule.limits.empty());
            for (const auto& limit : rule.limits)
                fuzz::require(limit.value >= 0 && limit.value <= 1e9);
        }
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto loaded = parse_config("f", text);
    const auto& config = loaded.value;
    fuzz::require_places(loaded.problems, text);
    require_bounds(config.policy);
    fuzz::require(config.power_value() >= 0 && config.accounts.size() == config.policy.feeds.size());
    for (const auto& account : config.accounts)
        for (const char c : account.user + account.password + account.where.ups)
            fuzz::require(static_cast<unsigned char>(c) < 0x80);
    for (const auto& line : config.shutdown_when)
        fuzz::require(line.conditions.size() == line.rule.limits.size());
    fuzz::require(!config.unusable || !loaded.clean());
    return 0;
}
