#include "drivers/usbhid/ups_status.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <algorithm>
#include <array>

#include <regex.h>

namespace upright::usbhid {
namespace {

using namespace std::chrono_literals;

struct Told {
    std::string_view flag;
    std::string_view text;
};

constexpr std::array kAlarms{
    Told{"replacebatt", "Replace battery!"},
    Told{"shutdownimm", "Shutdown imminent!"},
    Told{"fanfail", "Fan failure!"},
    Told{"nobattery", "No battery installed!"},
    Told{"battvoltlo", "Battery voltage too low!"},
    Told{"battvolthi", "Battery voltage too high!"},
    Told{"chargerfail", "Battery charger fail!"},
    Told{"overheat", "Temperature too high!"},
    Told{"commfault", "Internal UPS fault!"},
    Told{"awaitingpower", "Awaiting power!"},
    Told{"bypassauto", "Automatic bypass mode!"},
    Told{"bypassman", "Manual bypass mode!"},
};

constexpr std::array kWords{
    Told{"overload", "OVER"},    Told{"trim", "TRIM"}, Told{"boost", "BOOST"}, Told{"bypassauto", "BYPASS"},
    Told{"bypassman", "BYPASS"}, Told{"off", "OFF"},   Told{"calib", "CAL"},
};

// They also say LB, RB and OB for a moment in the midst of a self-test.
bool flickers(std::string_view vendor, std::string_view product)
{
    regex_t models{};
    if (::regcomp(&models, "(BX.*MI|BVK.*M2|BK.*M2-CH)", REG_EXTENDED | REG_NOSUB) != 0)
        return false;
    const bool apc = vendor.find("American Power Conversion") != vendor.npos
                     || vendor.find("APC") != vendor.npos || vendor.find("Schneider") != vendor.npos;
    const bool fits = apc && ::regexec(&models, std::string(product).c_str(), 0, nullptr, 0) == 0;
    ::regfree(&models);
    return fits;
}

constexpr int kLongest = 86400; // s

} // namespace

UpsStatus::UpsStatus(const DriverOptions& options)
    : discharge_means_calibration_(options.flag("onlinedischarge_calibration")),
      discharge_means_battery_(options.flag("onlinedischarge_onbattery") || options.flag("onlinedischarge")),
      complaint_pause_(options.number("onlinedischarge_log_throttle_sec", -1, kLongest, 30)),
      hover_charge_(options.number("onlinedischarge_log_throttle_hovercharge", 0, 100, 100)),
      delay_always_(options.flag("lbrb_log_delay_without_calibrating"))
{
    if (options.flag("lbrb_log_delay_sec"))
        delay_given_ = std::chrono::seconds(options.number("lbrb_log_delay_sec", 0, kLongest, 3));
}

void UpsStatus::begin(std::string_view product, std::string_view vendor)
{
    constexpr auto kUsual = 3s;
    delay_ = delay_given_.value_or(flickers(vendor, product) ? kUsual : 0s);
    low_since_.reset();
    replace_since_.reset();
}

void UpsStatus::add_to(Snapshot& snapshot, const StatusFlags& flags, std::optional<double> charge,
                       Clock::time_point now)
{
    add_source(snapshot, flags, charge, now);
    const bool on_line = snapshot.status.has("OL");
    const bool delayed =
        on_line && (delay_always_ || flags.has("calib") || flags.has("dischrg") || !delay_given_);

    if (flags.has("dischrg") && !flags.has("depleted"))
        snapshot.status.add("DISCHRG");
    constexpr double kFull = 100;
    const bool full_known = flags.has("fullycharged") || flags.has("notfullycharged");
    if (flags.has("chrg")
        && (flags.has("notfullycharged")
            || (!full_known && charge.value_or(kFull / 2) > 0 && charge.value_or(kFull / 2) < kFull)))
        snapshot.status.add("CHRG");
    const bool low = flags.has("lowbatt") || flags.has("timelimitexp") || flags.has("shutdownimm");
    if (lasts(low, low_since_, delayed, now))
        snapshot.status.add("LB");
    const bool replace = flags.has("replacebatt") || flags.has("nobattery");
    const bool replace_lasts = lasts(replace, replace_since_, delayed, now);
    if (replace_lasts)
        snapshot.status.add("RB");
    for (const auto& [flag, word] : kWords)
        if (flags.has(flag))
            snapshot.status.add(word);
    for (const auto& [flag, text] : kAlarms)
        if (flags.has(flag) && (flag != "replacebatt" || replace_lasts))
            snapshot.alarms.emplace_back(text);
    if (flags.has("ecomode"))
        snapshot.buzzwords.add("vendor:eaton:ECO");
    if (flags.has("essmode"))
        snapshot.buzzwords.add("vendor:eaton:ESS");
    if (flags.has("vrange"))
        snapshot.set("input.transfer.reason", "input voltage out of range");
    else if (flags.has("frange"))
        snapshot.set("input.transfer.reason", "input frequency out of range");
}

void UpsStatus::add_source(Snapshot& snapshot, const StatusFlags& flags, std::optional<double> charge,
                           Clock::time_point now)
{
    auto& status = snapshot.status;
    const bool on_line = flags.has("online");
    const bool discharging = flags.has("dischrg");
    if (!on_line || !discharging)
        discharging_since_.reset();
    if (flags.has("offline") || (!on_line && discharging)) {
        status.add("OB");
    } else if (on_line && discharging) {
        if (discharge_means_calibration_)
            status.add("CAL");
        if (discharge_means_battery_) {
            status.add("OB");
        } else {
            status.add("OL");
            if (!discharge_means_calibration_)
                complain_of_discharge(charge, now);
        }
    } else if (on_line || flags.has("chrg") || flags.has("fullycharged")) { // without mains none would be
        status.add("OL");
    }
}

// Some models hover below full charge for ever; once for each pause is enough.
void UpsStatus::complain_of_discharge(std::optional<double> charge, Clock::time_point now)
{
    constexpr auto kOutage = 5s; // of which the first report may tell only half
    if (!discharging_since_)
        discharging_since_ = now;
    if (now - *discharging_since_ < kOutage)
        return;
    if (charge && *charge >= hover_charge_ && complained_)
        return;
    if (complained_ && (complaint_pause_ < 0s || now - *complained_ < complaint_pause_))
        return;
    complained_ = now;
    log::warning("the UPS says that it is on line and discharging; if this is calibration or it is really on "
                 "battery, see onlinedischarge_calibration and onlinedischarge_onbattery");
}

// `delayed`: it counts only once it has been set for a while.
bool UpsStatus::lasts(bool set, std::optional<Clock::time_point>& since, bool delayed,
                      Clock::time_point now) const
{
    if (!set) {
        since.reset();
        return false;
    }
    if (!since)
        since = now;
    return !delayed || now - *since >= delay_;
}

} // namespace upright::usbhid
