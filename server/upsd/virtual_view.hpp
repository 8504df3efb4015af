// What a virtual UPS sees of those it is made of, and what it shows. Pure: values in, values out.
#pragma once

#include "common/state/state.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

using TimePoint = std::chrono::steady_clock::time_point;

// One UPS as its clients see it.
struct UpsView {
    const State* state = nullptr; // nullptr or `available` false: nothing is known of it
    bool available = false;
    bool fsd = false; // the latch

    std::string_view status() const
    {
        return available && state != nullptr ? state->value("ups.status") : "";
    }
    std::optional<double> number(std::string_view variable) const;
};

// The virtual UPS's own clients.
struct OwnView {
    std::size_t logins = 0;
    bool fsd = false; // the latch, set by a client's FSD command
};

struct Shown {
    bool available = false; // else clients are told that the data are stale
    std::map<std::string, std::string, CaseLess> variables;
    bool release_fsd = false;        // the latch of FSD has served: take it off
    std::vector<std::string> events; // for the log
};

// The words of a status, compared whole: OB is not in OBX.
class StatusWords {
public:
    explicit StatusWords(std::string_view status);
    bool has(std::string_view word) const;

private:
    std::vector<std::string_view> words_;
};

// A status is put together in this order, each word once.
std::string joined(const std::vector<std::string_view>& words);

// 120 instead of 120.000000, 12.5 as it is.
std::string plain_number(double value);

} // namespace upright::upsd
