// Facts: what a plan is made of: what each UPS and its server say now, and how long this host takes to shut
// down. Values only. Times in s, charges in %.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

// One UPS, as its server tells now. Without a status it can't be asked: `why_not` says why.
struct UpsFacts {
    std::string status;
    std::string why_not;
    std::optional<double> charge;         // battery.charge
    std::optional<double> charge_low;     // battery.charge.low
    std::optional<double> runtime;        // battery.runtime
    std::optional<double> runtime_low;    // battery.runtime.low
    std::optional<double> delay_shutdown; // ups.delay.shutdown
    int logins = 0;                       // of all hosts, this one's among them
    bool tells_by_itself = false;         // push
};

struct HostFacts {
    std::vector<UpsFacts> upses;          // as Policy::feeds
    std::optional<double> shutdown_takes; // from SHUTDOWNCMD until it is off
    std::string how_known;                // SHUTDOWNDURATION, or how often it was seen
    bool has_command = true;              // SHUTDOWNCMD
    bool has_flag = false;                // POWERDOWNFLAG: the UPS is switched off
};

} // namespace upright::upsmon
