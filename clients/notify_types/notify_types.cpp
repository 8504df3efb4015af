#include "clients/notify_types/notify_types.hpp"

#include "common/text/case_less.hpp"

#include <algorithm>

namespace upright {

const std::array<NotifyName, kNotifyTypes>& notify_names()
{
    using T = NotifyType;
    // clang-format off
    static constexpr std::array<NotifyName, kNotifyTypes> table{{
        {T::online,            "ONLINE",            "UPS %s on line power"},
        {T::onbatt,            "ONBATT",            "UPS %s on battery"},
        {T::lowbatt,           "LOWBATT",           "UPS %s battery is low"},
        {T::fsd,               "FSD",               "UPS %s: forced shutdown in progress"},
        {T::commok,            "COMMOK",            "Communications with UPS %s established"},
        {T::commbad,           "COMMBAD",           "Communications with UPS %s lost"},
        {T::shutdown,          "SHUTDOWN",          "Auto logout and shutdown proceeding", false},
        {T::shutdown_hostsync, "SHUTDOWN_HOSTSYNC", "Shutdown initiated; primary system is waiting for secondaries to log out or time out", false},
        {T::replbatt,          "REPLBATT",          "UPS %s battery needs to be replaced"},
        {T::nocomm,            "NOCOMM",            "UPS %s is unavailable"},
        {T::noparent,          "NOPARENT",          "upsmon parent process died - shutdown impossible", false},
        {T::cal,               "CAL",               "UPS %s: calibration in progress"},
        {T::notcal,            "NOTCAL",            "UPS %s: calibration finished"},
        {T::off,               "OFF",               "UPS %s: administratively OFF or asleep"},
        {T::notoff,            "NOTOFF",            "UPS %s: no longer administratively OFF or asleep"},
        {T::bypass,            "BYPASS",            "UPS %s: on bypass (powered, not protecting)"},
        {T::notbypass,         "NOTBYPASS",         "UPS %s: no longer on bypass"},
        {T::eco,               "ECO",               "UPS %s: in ECO mode (as defined by vendor)"},
        {T::noteco,            "NOTECO",            "UPS %s: no longer in ECO mode"},
        {T::alarm,             "ALARM",             "UPS %s: one or more active alarms: [%s]"},
        {T::notalarm,          "NOTALARM",          "UPS %s is no longer in an alarm state (no active alarms)"},
        {T::over,              "OVER",              "UPS %s: overloaded"},
        {T::notover,           "NOTOVER",           "UPS %s: no longer overloaded"},
        {T::trim,              "TRIM",              "UPS %s: trimming incoming voltage"},
        {T::nottrim,           "NOTTRIM",           "UPS %s: no longer trimming incoming voltage"},
        {T::boost,             "BOOST",             "UPS %s: boosting incoming voltage"},
        {T::notboost,          "NOTBOOST",          "UPS %s: no longer boosting incoming voltage"},
        {T::other,             "OTHER",             "UPS %s: has at least one unclassified status token: [%s]"},
        {T::notother,          "NOTOTHER",          "UPS %s has no unclassified status tokens anymore"},
        {T::suspend_timejump_unexpected, "SUSPEND_TIMEJUMP_UNEXPECTED", "Unexpected clock change by %s, treating as wake up from sleep", false},
        {T::suspend_starting,  "SUSPEND_STARTING",  "OS is entering sleep/suspend/hibernate mode", false},
        {T::suspend_finished,  "SUSPEND_FINISHED",  "OS just finished sleep/suspend/hibernate mode, de-activating obsolete UPS readings to avoid an unfortunate shutdown", false},
        {T::unprotected,       "UNPROTECTED",       "UPS %s: this host is not protected: %s"},
        {T::protected_again,   "PROTECTED",         "UPS %s: this host is protected again"},
    }};
    // clang-format on
    return table;
}

const NotifyName& notify_name(NotifyType type) { return notify_names()[static_cast<std::size_t>(type)]; }

const std::array<std::string_view, kNotifyTypes>& notify_types()
{
    static const auto names = [] {
        std::array<std::string_view, kNotifyTypes> all;
        for (std::size_t i = 0; i < all.size(); ++i)
            all[i] = notify_names()[i].name;
        return all;
    }();
    return names;
}

std::optional<NotifyType> find_notify_type(std::string_view name)
{
    for (const auto& row : notify_names())
        if (equal_ignoring_case(row.name, name))
            return row.type;
    return std::nullopt;
}

std::string notify_text(std::string_view text, std::string_view system, std::string_view more)
{
    std::string out;
    int placeholders = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!text.substr(i).starts_with("%s")) {
            out += text[i];
            continue;
        }
        ++i;
        ++placeholders;
        if (placeholders <= 2)
            out += placeholders == 1 ? system : more;
    }
    return out;
}

} // namespace upright
