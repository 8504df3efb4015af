// What an SNMP UPS knows beside the physics: what it was told, and what it remembers. Plain data; call
// watch() with the model as it is now before looking.
#pragma once

#include "drivers/upsim/model.hpp"
#include "drivers/upsim/snmp/value.hpp"

#include <map>
#include <string>
#include <vector>

namespace upright::upsim::snmp {

struct Outlet {
    bool on = true;
    double off_at = -1; // simulated seconds; -1: not planned
    double on_at = -1;
    double off_delay = 10;
    double on_delay = 10;
};

// As RFC 1628 numbers them.
enum class TestResult { passed = 1, warning = 2, error = 3, aborted = 4, in_progress = 5, none = 6 };

struct Settings {
    std::map<std::string, double> numbers;    // by object, what is only kept
    std::map<std::string, std::string> texts; // likewise
    bool muted = false;
    bool bypass = false;
    bool auto_restart = true;
    double start_delay = -1;    // s after the shutdown that is to come; -1: none is wanted
    double shutdown_delay = 20; // for commands without one of their own
    double return_delay = 30;
    double low_runtime = 120;
    double test_kind = 1; // as upsTestId numbers them: 1 none yet
    TestResult test_result = TestResult::none;
    double test_started = 0;
    double test_took = 0;
    double on_battery_since = -1;
    double transfers = 0; // to the battery
    bool was_testing = false;
    bool aborted = false;
    std::vector<Outlet> outlets;
    std::vector<Oid> forced_alarms;
    std::map<Oid, double> alarms; // that stand, and since when

    void watch(const Model& model);
};

struct State {
    Model& model;
    Settings& settings;
};

} // namespace upright::upsim::snmp
