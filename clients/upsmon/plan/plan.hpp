// Plan: what would happen on this host if the mains failed now. It is made by the Decision itself, fed with
// what the UPSes would say. Pure: it asks nobody and changes nothing.
#pragma once

#include "clients/upsmon/decision/policy.hpp"
#include "clients/upsmon/plan/facts.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

struct PlanStep {
    double at; // s after the mains have failed
    std::string what;
};

enum class PlanResult {
    in_time, // the host is off before its batteries are empty
    too_late,
    never,  // nothing would shut it down
    unknown // it can't be told: see `why`
};

struct Plan {
    PlanResult result = PlanResult::unknown;
    std::vector<PlanStep> steps;      // by time
    std::vector<std::string> why;     // why something is not known; what was assumed
    std::string limiting;             // the UPS that decides; empty: none does
    std::optional<double> command_at; // SHUTDOWNCMD
    bool or_earlier = false;          // a UPS may say that its battery is low before that
    std::optional<double> off_at;     // this host is off
    std::optional<double> empty_at;   // the batteries on which it hangs are
    std::optional<double> margin;     // between the two
};

Plan make_plan(const Policy& policy, const HostFacts& facts);

std::string as_text(const Plan& plan);
std::string as_json(const Plan& plan);

} // namespace upright::upsmon
