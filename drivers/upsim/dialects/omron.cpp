// Omron BN: Q1 and queries of a value each; what is obeyed is answered with OK.
#include "drivers/upsim/dialects/frame.hpp"
#include "drivers/upsim/dialects/makers.hpp"

#include <fmt/format.h>

#include <utility>

namespace upright::upsim {
namespace {

class Omron final : public QxDevice {
public:
    explicit Omron(Identity identity) : identity_(std::move(identity)) {}

    std::optional<std::string> answer(Model& model, std::string_view command) override
    {
        const auto reply = queried(model, command);
        if (!reply.empty())
            return reply + '\r';
        return obeyed(model, command) ? fmt::format("OK {}\r", command) : "NAK\r";
    }

private:
    std::string queried(const Model& model, std::string_view command) const
    {
        if (command == "Q1") {
            auto frame = status_frame(model, Kind::line_interactive);
            frame.pop_back();
            return frame;
        }
        if (command == "Bl ?")
            return field(model.charge_percent(), 3, 0);
        if (command == "RTS")
            return field(model.runtime_left() / 60, 3, 0);
        if (command == "TPb")
            return '+' + field(model.temperature(), 3, 0);
        if (command == "Lf ?")
            return field(model.output_frequency(), 4, 1);
        if (command == "PSNR")
            return fmt::format("{:<16.16}", identity_.serial);
        if (command == "FWV")
            return "M:1.00(S:1.00)";
        if (command == "BRR")
            return "20250101";
        return command == "UN" ? unit(model.rating()) : "";
    }

    // Watts, volt-amperes, battery, lowest and idle power.
    static std::string unit(const Rating& rating)
    {
        return fmt::format("{}W/{}VA/{}V/160W/020W", field(rating.watts, 4, 0), field(rating.watts, 4, 0),
                           field(rating.battery_volts, 3, 0));
    }

    // An, Af: whether it comes back with the mains. Sf<n>: stays off.
    bool obeyed(Model& model, std::string_view command)
    {
        if (command == "An" || command == "Af") {
            comes_back_ = command == "An";
            return true;
        }
        const bool stays_off = command.starts_with("Sf");
        const auto delay = stays_off                  ? off_delay(command.substr(2))
                           : command.starts_with('S') ? off_delay(command.substr(1))
                                                      : std::nullopt;
        if (!delay)
            return command != "Q" && (obey_test(model, command) || command == "C") && obey(model, command);
        model.shut_down(*delay, stays_off || !comes_back_ ? std::nullopt : std::optional(0.0));
        return true;
    }

    Identity identity_;
    bool comes_back_ = true;
};

} // namespace

std::unique_ptr<QxDevice> make_omron(std::string_view, const Identity& identity)
{
    return std::make_unique<Omron>(identity);
}

} // namespace upright::upsim
