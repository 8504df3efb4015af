// QxDevice: a UPS of the Megatec/Q1 family as it speaks: one command in, at most one answer out. It owns what
// the UPS keeps besides its physics; the Model must have been advanced to the present. No line, no clock.
#pragma once

#include "drivers/upsim/model.hpp"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace upright::upsim {

struct Identity {
    std::string maker = "UPRIGHT"; // at most 15 bytes
    std::string model = "SIM";     // at most 10
    std::string version = "V1.00"; // at most 10
    std::string serial = "0123456789";
};

class QxDevice {
public:
    QxDevice() = default;
    QxDevice(const QxDevice&) = delete;
    QxDevice& operator=(const QxDevice&) = delete;
    virtual ~QxDevice() = default;

    // The answer to `command` (without its CR), with a CR at its end; nothing where the UPS stays silent.
    virtual std::optional<std::string> answer(Model& model, std::string_view command) = 0;
};

// The names of all dialects.
std::span<const std::string_view> dialects();

// A UPS that speaks it; none if there is no such dialect.
std::unique_ptr<QxDevice> make_device(std::string_view dialect, const Identity& identity);

} // namespace upright::upsim
