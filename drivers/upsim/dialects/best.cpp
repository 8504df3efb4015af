// Best Power and Sola: an Axxium (AX1), which has all that these have: packs, pin modes, runtime.
#include "drivers/upsim/dialects/frame.hpp"
#include "drivers/upsim/dialects/makers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::upsim {
namespace {

struct Transfer {
    int nominal;
    char row; // of its table of transfer voltages
};

// The rows nearest to where the model goes.
constexpr std::array kTransfers{Transfer{110, '5'}, Transfer{120, '3'}, Transfer{128, '9'},
                                Transfer{208, '9'}, Transfer{230, '7'}, Transfer{240, '3'}};

class Best final : public QxDevice {
public:
    std::optional<std::string> answer(Model& model, std::string_view command) override
    {
        if (const auto reply = queried(model, command); !reply.empty())
            return reply;
        if (set(command) || shut_down(model, command))
            return std::nullopt;
        return std::string(command) + '\r';
    }

private:
    std::string queried(const Model& model, std::string_view command) const
    {
        if (command == "Q1")
            return status(model);
        if (command == "ID")
            return id(model.rating());
        if (command == "RT")
            return field(model.runtime_left() / 60, 3, 0) + '\r';
        if (command == "M")
            return {transfer(model.rating().volts), '\r'};
        if (command == "BP?")
            return fmt::format("{:02}\r", packs_);
        if (command == "SS?")
            return fmt::format("{}\r", pins_);
        return {};
    }

    // The beeper's bit is always 0.
    static std::string status(const Model& model)
    {
        auto frame = status_frame(model, Kind::line_interactive);
        frame[frame.size() - 2] = '0';
        return frame;
    }

    // AX1,volt-amperes,in,out,battery low,battery full; no padding.
    static std::string id(const Rating& rating)
    {
        return fmt::format("AX1,{:.0f},{:.0f},{:.0f},{:.1f},{:.1f}\r", std::min(rating.watts, 9999.0),
                           rating.volts, rating.volts, std::min(rating.battery_volts / 1.2, 99.9),
                           std::min(rating.battery_volts * 1.15, 999.9));
    }

    static char transfer(double volts)
    {
        return std::min_element(kTransfers.begin(), kTransfers.end(),
                                [&](const Transfer& a, const Transfer& b) {
                                    return std::abs(a.nominal - volts) < std::abs(b.nominal - volts);
                                })
            ->row;
    }

    bool set(std::string_view command)
    {
        if (command.size() != 3)
            return false;
        if (command.starts_with("BP") && command[2] >= '0' && command[2] <= '5')
            packs_ = command[2] - '0';
        else if (command.starts_with("SS") && command[2] >= '0' && command[2] <= '6')
            pins_ = command[2] - '0';
        else
            return false;
        return true;
    }

    // Without its R a shutdown is for good.
    static bool shut_down(Model& model, std::string_view command)
    {
        const auto delay =
            command.starts_with('S') && command.size() == 3 ? off_delay(command.substr(1)) : std::nullopt;
        if (!delay)
            return command != "Q" && obey(model, command);
        model.shut_down(*delay, std::nullopt);
        return true;
    }

    int packs_ = 1;
    int pins_ = 0;
};

} // namespace

std::unique_ptr<QxDevice> make_best(std::string_view, const Identity&) { return std::make_unique<Best>(); }

} // namespace upright::upsim
