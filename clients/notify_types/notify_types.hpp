// The events that upsmon tells people of: their names in upsmon.conf, upssched.conf and NOTIFYTYPE, and their
// texts. One row of one table each.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace upright {

enum class NotifyType {
    online,
    onbatt,
    lowbatt,
    fsd,
    commok,
    commbad,
    shutdown,
    shutdown_hostsync,
    replbatt,
    nocomm,
    noparent,
    cal,
    notcal,
    off,
    notoff,
    bypass,
    notbypass,
    eco,
    noteco,
    alarm,
    notalarm,
    over,
    notover,
    trim,
    nottrim,
    boost,
    notboost,
    other,
    notother,
    suspend_timejump_unexpected,
    suspend_starting,
    suspend_finished,
    unprotected, // this one and the next are ours: NUT says nothing when a server refuses its login
    protected_again,
};

inline constexpr std::size_t kNotifyTypes = static_cast<std::size_t>(NotifyType::protected_again) + 1;

// One event. In `text` the first %s stands for the UPS, the second for what there is to say besides.
struct NotifyName {
    NotifyType type;
    std::string_view name;
    std::string_view text;
    bool of_a_ups = true; // false: of this host; UPSNAME is empty then
};

const std::array<NotifyName, kNotifyTypes>& notify_names();
const NotifyName& notify_name(NotifyType type);
std::optional<NotifyType> find_notify_type(std::string_view name); // in any case
const std::array<std::string_view, kNotifyTypes>& notify_types();  // the names alone

// The text with both put in. A second %s in a text that has only one thing to say becomes nothing; any other
// percent sign stays as it is.
std::string notify_text(std::string_view text, std::string_view system, std::string_view more);

} // namespace upright
