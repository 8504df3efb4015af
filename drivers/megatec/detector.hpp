// Detector: finds out which dialect a device speaks. It owns the record of what was tried, for people to
// read.
#pragma once

#include "drivers/megatec/context.hpp"
#include "drivers/megatec/line.hpp"
#include "drivers/runtime/driver.hpp"

#include <map>
#include <string>
#include <vector>

namespace upright::megatec {

struct Exchange {
    std::string question;
    std::string answer; // empty: none
    bool operator==(const Exchange&) const = default;
};

struct Trial {
    std::string dialect;
    std::string refused; // why; empty if the dialect was taken
    std::vector<Exchange> exchanges;
};

class Detector {
public:
    // `bridge`: the name of the USB bridge in between; empty on a serial line.
    Detector(Line& line, const DriverOptions& options, std::string_view bridge);

    // The first one that claims the device, or nullptr. What needs another answer is tried up to 3 times; a
    // question that was answered once is not asked again, and a device that says nothing at all is given up
    // early. DeviceError: lost.
    const Dialect* find(const std::vector<Dialect>& dialects);

    const std::vector<Trial>& trials() const noexcept { return trials_; }

private:
    struct Answer {
        std::string text;
        std::string problem; // instead
        int silences = 0;
    };

    bool claims(const Dialect& dialect);
    struct Verdict {
        std::string problem; // empty: the claim is fulfilled
        bool final = false;  // asking again can't help
    };

    Verdict judge(const Dialect& dialect, bool again, Trial& trial);
    Verdict judge(const Claim& claim, const Dialect& dialect, bool again, Trial& trial);
    std::string why_not(const Claim& claim, const Dialect& dialect, const std::string& answer);
    const Answer& ask(const Claim& claim, const Dialect& dialect, bool again);
    bool is_mute() const;

    Line& line_;
    const DriverOptions& options_;
    std::string_view bridge_;
    HasFlag has_flag_;
    std::map<std::string, Answer> answers_;
    std::vector<Trial> trials_;
};

} // namespace upright::megatec
