#include "drivers/upsim/snmp/state.hpp"

namespace upright::upsim::snmp {
namespace {

void watch_outlet(Outlet& outlet, double now)
{
    if (outlet.off_at >= 0 && now >= outlet.off_at) {
        outlet.on = false;
        outlet.off_at = -1;
    }
    if (outlet.off_at < 0 && outlet.on_at >= 0 && now >= outlet.on_at) {
        outlet.on = true;
        outlet.on_at = -1;
    }
}

} // namespace

void Settings::watch(const Model& model)
{
    const double now = model.now();
    if (!model.on_battery())
        on_battery_since = -1;
    else if (on_battery_since < 0) {
        on_battery_since = now;
        ++transfers;
    }
    if (model.testing() && !was_testing) {
        test_started = now;
        test_result = TestResult::in_progress;
        aborted = false;
    }
    if (model.testing())
        test_took = now - test_started;
    if (!model.testing() && was_testing)
        test_result = aborted || model.on_battery() ? TestResult::aborted
                      : model.test_failed()         ? TestResult::error
                                                    : TestResult::passed;
    was_testing = model.testing();
    for (auto& outlet : outlets)
        watch_outlet(outlet, now);
}

} // namespace upright::upsim::snmp
