// Voltronic Axpert, a hybrid inverter: commands and answers end with a CRC.
#include "drivers/upsim/dialects/axpert_crc.hpp"
#include "drivers/upsim/dialects/frame.hpp"
#include "drivers/upsim/dialects/makers.hpp"

#include <fmt/format.h>

#include <array>
#include <cctype>
#include <utility>

namespace upright::upsim {
namespace {

constexpr std::string_view kFlags = "abjkuvxyz"; // a: the beeper, j: saving energy

class Axpert final : public QxDevice {
public:
    explicit Axpert(Identity identity) : identity_(std::move(identity)) {}

    // A command without the right CRC is refused like one that is not known.
    std::optional<std::string> answer(Model& model, std::string_view command) override
    {
        const auto text = without_crc(command);
        auto reply = text ? replied(model, *text) : "(NAK";
        return with_crc(reply) + '\r';
    }

private:
    struct Query {
        std::string_view command;
        std::string (Axpert::*reply)(const Model& model) const;
    };

    std::string replied(Model& model, std::string_view command)
    {
        static constexpr std::array kQueries{
            Query{"QPI", &Axpert::protocol},     Query{"QPIGS", &Axpert::status},
            Query{"QPIGS2", &Axpert::status_2},  Query{"QMOD", &Axpert::mode},
            Query{"QPIRI", &Axpert::ratings},    Query{"QDI", &Axpert::defaults},
            Query{"QPIWS", &Axpert::warnings},   Query{"QMD", &Axpert::model_row},
            Query{"QID", &Axpert::serial},       Query{"QVFW", &Axpert::firmware},
            Query{"QVFW2", &Axpert::firmware_2}, Query{"QVFW3", &Axpert::firmware_3},
            Query{"QVFW4", &Axpert::firmware_4}, Query{"QFLAG", &Axpert::flags}};
        for (const auto& query : kQueries)
            if (query.command == command)
                return (this->*query.reply)(model);
        return obeyed(model, command) ? "(ACK" : "(NAK";
    }

    std::string protocol(const Model&) const { return "(PI30"; }

    // (input V Hz output V Hz VA W load bus battery charging charge temperature, sun, bits …
    std::string status(const Model& model) const
    {
        const double watts = model.load_percent() / 100 * model.rating().watts;
        const bool on = model.output() == Output::on;
        const bool charging = model.mains_usable() && model.charge_percent() < 100;
        const double drawn = model.on_battery() ? watts / model.rating().battery_volts : 0;
        return fmt::format("({} {} {} {} {} {} {} 371 {} {} {} {} 0000 000.0 00.00 {} {} 00 00 00000 010",
                           field(model.input_volts(), 5, 1), field(model.frequency(), 4, 1),
                           field(model.output_volts(), 5, 1), field(model.output_frequency(), 4, 1),
                           field(watts, 4, 0), field(watts, 4, 0), field(model.load_percent(), 3, 0),
                           field(model.battery_volts(), 5, 2), field(charging ? 5 : 0, 3, 0),
                           field(model.charge_percent(), 3, 0), field(model.temperature(), 4, 0),
                           field(drawn, 5, 0),
                           bits({false, false, false, on, false, charging, false, charging}));
    }

    std::string status_2(const Model& model) const
    {
        const auto volts = field(model.battery_volts(), 5, 1);
        return fmt::format("(00.0 000.0 {} 00000 00000000 0000 000 00.0 000.0 {} 00000 000", volts, volts);
    }

    std::string mode(const Model& model) const
    {
        if (model.output() != Output::on)
            return "(S";
        return model.on_battery() ? "(B" : "(L";
    }

    // (input V A output V Hz A VA W battery recharge under bulk float type charging … model topology …
    std::string ratings(const Model& model) const
    {
        const auto& rating = model.rating();
        const auto amperes = field(rated_amperes(model), 4, 1);
        return fmt::format("({} {} {} {} {} {} {} {} {} {} {} {} 0 30 060 0 0 0 1 10 0 0 {} 0 1 000",
                           field(rating.volts, 5, 1), amperes, field(rating.volts, 5, 1),
                           field(rating.frequency, 4, 1), amperes, field(rating.watts, 4, 0),
                           field(rating.watts, 4, 0), field(rating.battery_volts, 4, 1), volts(rating, 0.96),
                           volts(rating, 0.875), volts(rating, 1.175), volts(rating, 1.125),
                           volts(rating, 1.125));
    }

    std::string defaults(const Model& model) const
    {
        const auto& rating = model.rating();
        return fmt::format("({} {} 0030 {} {} {} {} 60 0 0 2 0 0 0 0 0 1 1 1 0 1 0 {} 0 0 000",
                           field(rating.volts, 5, 1), field(rating.frequency, 4, 1), volts(rating, 0.875),
                           volts(rating, 1.125), volts(rating, 1.175), volts(rating, 0.96),
                           volts(rating, 1.125));
    }

    static std::string volts(const Rating& rating, double share)
    {
        return field(rating.battery_volts * share, 4, 1);
    }

    std::string warnings(const Model& model) const
    {
        std::string text = '(' + std::string(32, '0');
        text[1 + 5] = model.mains_usable() ? '0' : '1';
        text[1 + 12] = model.battery_low() ? '1' : '0';
        text[1 + 16] = model.load_percent() > 100 ? '1' : '0';
        return text;
    }

    std::string model_row(const Model& model) const
    {
        const auto& rating = model.rating();
        return fmt::format("({:#>15.15} {:#>7} 99 1/1 {} {} {} 12.0", identity_.model,
                           fmt::format("{:.0f}", rating.watts), field(rating.volts, 3, 0),
                           field(rating.volts, 3, 0), field(rating.battery_volts / 12, 2, 0));
    }

    std::string serial(const Model&) const { return '(' + identity_.serial; }
    std::string firmware(const Model&) const { return "(VERFW:00072.70"; }
    std::string firmware_2(const Model&) const { return "(VERFW2:00000.31"; }
    std::string firmware_3(const Model&) const { return "(VERFW3:00000.00"; }
    std::string firmware_4(const Model&) const { return "(VERFW4:00000.00"; }

    // E, those that are on, D, the others.
    std::string flags(const Model& model) const
    {
        std::string on = "(E";
        std::string off = "D";
        for (const char flag : kFlags)
            ((flag == 'a' ? model.beeper() : enabled_.find(flag) != enabled_.npos) ? on : off) += flag;
        return on + off;
    }

    bool obeyed(Model& model, std::string_view command)
    {
        if (command.size() != 3 || (!command.starts_with("PE") && !command.starts_with("PD")))
            return false;
        const char flag = static_cast<char>(std::tolower(static_cast<unsigned char>(command[2])));
        const bool on = command[1] == 'E';
        if (kFlags.find(flag) == kFlags.npos)
            return false;
        if (flag == 'a' && model.beeper() != on)
            model.toggle_beeper();
        std::erase(enabled_, flag);
        if (on)
            enabled_ += flag;
        return true;
    }

    Identity identity_;
    std::string enabled_ = "kuvxyz";
};

} // namespace

std::unique_ptr<QxDevice> make_axpert(std::string_view, const Identity& identity)
{
    return std::make_unique<Axpert>(identity);
}

} // namespace upright::upsim
