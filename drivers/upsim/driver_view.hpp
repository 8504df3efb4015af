// The model as a driver shows it: what is measured, the words of its status, what it may be told. Pure.
#pragma once

#include "common/state/change.hpp"
#include "common/wire/driver_protocol.hpp"
#include "drivers/upsim/model.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsim {

// A measured value. Drivers round it and keep still about differences below `least`; `swing` is how far (up
// or down) somebody who wants changes may move it from what the model says.
struct Reading {
    std::string_view variable;
    double (*value)(const Model& model);
    int decimals;
    double least;
    double swing_down;
    double swing_up;
};
std::span<const Reading> readings();

// ups.status. `charging`: the charger tops up a battery that is full.
std::string status_words(const Model& model, bool charging);

struct TextReading { // of which every difference is told
    std::string_view variable;
    std::string_view (*value)(const Model& model);
};
std::span<const TextReading> text_readings();

// What clients may set.
struct Settings {
    int shutdown_delay = 20; // ups.delay.shutdown, s
    int start_delay = 30;    // ups.delay.start, s
    std::string id = "upsim";
};

// What a driver says once: all that is not measured, and the commands.
std::vector<Change> constants(const Model& model, std::string_view name, const Settings& settings);

using driver_protocol::Outcome;
Outcome obey(Model& model, const Settings& settings, std::string_view command);
Outcome set(Settings& settings, std::string_view variable, const std::string& value);

} // namespace upright::upsim
