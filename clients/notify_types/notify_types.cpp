#include "clients/notify_types/notify_types.hpp"

#include "common/text/case_less.hpp"

#include <algorithm>
#include <array>

namespace upright {
namespace {

// clang-format off
constexpr std::array<std::string_view, 34> kTypes{
    // power and battery
    "ONLINE", "ONBATT", "LOWBATT", "FSD", "REPLBATT",
    // the way to the UPS
    "COMMOK", "COMMBAD", "NOCOMM", "NOPARENT",
    // this host
    "SHUTDOWN", "SHUTDOWN_HOSTSYNC", "SUSPEND_TIMEJUMP_UNEXPECTED", "SUSPEND_STARTING", "SUSPEND_FINISHED",
    // states that begin and end
    "CAL", "NOTCAL", "OFF", "NOTOFF", "BYPASS", "NOTBYPASS", "ECO", "NOTECO", "ALARM", "NOTALARM",
    "OVER", "NOTOVER", "TRIM", "NOTTRIM", "BOOST", "NOTBOOST", "OTHER", "NOTOTHER",
    // not of NUT: whether this host would be shut down in time
    "UNPROTECTED", "PROTECTED",
};
// clang-format on

} // namespace

std::span<const std::string_view> notify_types() { return kTypes; }

std::optional<std::string_view> find_notify_type(std::string_view name)
{
    const auto* const found = std::find_if(kTypes.begin(), kTypes.end(),
                                           [&](auto type) { return equal_ignoring_case(type, name); });
    return found == kTypes.end() ? std::nullopt : std::optional(*found);
}

} // namespace upright
