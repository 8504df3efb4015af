// upsdrvctl killpower --check: whether everything between upsmon's shutdown and a UPS that switches off is in
// place. Switches nothing off, starts and stops no driver.
#pragma once

#include "drivers/upsdrvctl/options.hpp"
#include "drivers/upsdrvctl/plan.hpp"

#include <cstdio>
#include <string>
#include <vector>

namespace upright::upsdrvctl {

// One line for each step, for people.
class Steps {
public:
    explicit Steps(std::FILE* out) : out_(out) {}
    void ok(const std::string& text);
    void warn(const std::string& text); // would work, but perhaps not as meant
    void fail(const std::string& text);
    int failures() const noexcept { return failures_; }

private:
    std::FILE* out_;
    int failures_ = 0;
};

// Where systemd keeps what it runs last; tests have their own.
struct HostPlaces {
    std::vector<std::string> hooks{"/usr/lib/systemd/system-shutdown", "/lib/systemd/system-shutdown"};
    std::string late_unit = "/etc/systemd/system/poweroff.target.wants/upright-killpower.service";
    std::string systemd = "/run/systemd/system"; // is there if systemd is process 1
    // What stays mounted to the end: in the same file system as one of these.
    std::vector<std::string> kept{"/", "/usr", "/run", "/dev", "/dev/shm"};
};

// The exit code: 0 if all would work.
int rehearse(const Options& options, std::FILE* out, const HostPlaces& places = {});

// The steps that concern the host: nut.conf, upsmon.conf, the power down flag, the hook.
void rehearse_host(const HostPlaces& places, Steps& steps);

// The steps that concern that UPS: its driver, its device, how it would switch off and when.
void rehearse_ups(const Job& job, const UpsSection& section, Steps& steps);

} // namespace upright::upsdrvctl
