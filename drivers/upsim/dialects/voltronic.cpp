// Voltronic Power (QPI …): much to ask and to set. P01, of one phase, P10, of three, or P31.
#include "drivers/upsim/dialects/frame.hpp"
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/voltronic_settings.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace upright::upsim {
namespace {

std::string thrice(const std::string& column) { return column + ' ' + column + ' ' + column; }

struct Shape {
    std::string_view dialect;
    int protocol;
    int phases;
    std::string_view type; // 00 offline, 01 line-interactive, 10 on-line
};

constexpr std::array kShapes{Shape{"voltronic", 1, 1, "01"}, Shape{"voltronic-p10", 10, 3, "10"},
                             Shape{"voltronic-p31", 31, 1, "00"}};

class Voltronic final : public QxDevice {
public:
    Voltronic(const Shape& shape, Identity identity) : shape_(shape), identity_(std::move(identity)) {}

    std::optional<std::string> answer(Model& model, std::string_view command) override
    {
        if (!settings_)
            settings_.emplace(model.rating().volts, model.rating().frequency);
        if (foreign(command))
            return "(NAK\r";
        if (const auto shown = settings_->shown(command))
            return *shown + '\r';
        for (const auto& query : queries())
            if (query.command == command)
                return (this->*query.reply)(model) + '\r';
        return obeyed(model, command) ? "(ACK\r" : "(NAK\r";
    }

private:
    struct Query {
        std::string_view command;
        std::string (Voltronic::*reply)(const Model& model) const;
    };

    static std::span<const Query> queries()
    {
        static constexpr std::array kQueries{
            Query{"QPI", &Voltronic::protocol},  Query{"QGS", &Voltronic::status},
            Query{"QMOD", &Voltronic::mode},     Query{"QRI", &Voltronic::output_ratings},
            Query{"QMD", &Voltronic::model_row}, Query{"F", &Voltronic::input_ratings},
            Query{"QMF", &Voltronic::maker},     Query{"QVFW", &Voltronic::firmware},
            Query{"QID", &Voltronic::serial},    Query{"I", &Voltronic::identity},
            Query{"QBV", &Voltronic::battery},   Query{"QLDL", &Voltronic::load_limits},
            Query{"QWS", &Voltronic::warnings},  Query{"QFS", &Voltronic::fault},
            Query{"QFLAG", &Voltronic::flags},   Query{"QPAR", &Voltronic::parallel},
            Query{"RE0", &Voltronic::low_volts}, Query{"QSK1", &Voltronic::outlet_1},
            Query{"QSK2", &Voltronic::outlet_2}, Query{"Q3PV", &Voltronic::inputs},
            Query{"Q3OV", &Voltronic::outputs},  Query{"Q3YV", &Voltronic::inputs},
            Query{"Q3PC", &Voltronic::amperes},  Query{"Q3OC", &Voltronic::amperes},
            Query{"Q3LD", &Voltronic::loads}};
        return kQueries;
    }

    // Of a UPS that this one is not.
    bool foreign(std::string_view command) const
    {
        if (command.starts_with("Q3"))
            return shape_.phases != 3;
        const auto start = command.substr(0, 3);
        return shape_.protocol != 31
               && (start == "QBT" || start == "PBT" || start == "QGR" || start == "PGR");
    }

    std::string protocol(const Model&) const { return fmt::format("(PI{:02}", shape_.protocol); }

    // (input V Hz output V Hz amperes load bus bus battery - temperature bits. The last of the bits that
    // count, the beeper's, is 0 when it is on.
    std::string status(const Model& model) const
    {
        return fmt::format("({} {} {} {} {} {} 371.0 372.0 {} ---.- {} {}{}",
                           field(model.input_volts(), 5, 1), field(model.frequency(), 4, 1),
                           field(model.output_volts(), 5, 1), field(model.output_frequency(), 4, 1),
                           field(output_amperes(model), 5, 1), field(model.load_percent(), 3, 0),
                           field(model.battery_volts(), 5, 1), field(model.temperature(), 5, 1), shape_.type,
                           bits({model.on_battery(), model.battery_low(),
                                 shape_.type != "10" && model.regulating(), model.test_failed(), false,
                                 model.testing(), model.shutting_down(), !model.beeper(), false, false}));
    }

    std::string mode(const Model& model) const
    {
        if (model.output() != Output::on)
            return "(S";
        if (model.seconds_to_off())
            return "(D";
        if (model.testing())
            return "(T";
        return model.on_battery() ? "(B" : settings_->flag('e') ? "(E" : "(L";
    }

    std::string output_ratings(const Model& model) const
    {
        const auto& rating = model.rating();
        return fmt::format("({} {} {} {}", field(rating.volts, 5, 1), field(rated_amperes(model), 3, 0),
                           field(rating.battery_volts, 5, 1), field(rating.frequency, 4, 1));
    }

    std::string input_ratings(const Model& model) const { return '#' + output_ratings(model).substr(1); }

    std::string model_row(const Model& model) const
    {
        const auto& rating = model.rating();
        return fmt::format("({:#>15.15} {:#>7} 99 {}/{} {} {} {} 12.0", identity_.model,
                           fmt::format("{:.0f}", rating.watts), shape_.phases, shape_.phases,
                           field(rating.volts, 3, 0), field(rating.volts, 3, 0),
                           field(rating.battery_volts / 12, 2, 0));
    }

    std::string maker(const Model&) const { return fmt::format("({:<15.15}", identity_.maker); }

    std::string firmware(const Model&) const { return "(VERFW:00322.02"; }

    std::string serial(const Model&) const { return '(' + identity_.serial; }

    std::string identity(const Model&) const
    {
        auto frame = identity_frame(identity_);
        frame.pop_back();
        return frame;
    }

    // (volts batteries packs charge minutes
    std::string battery(const Model& model) const
    {
        return fmt::format("({} 0{} {} {} {}", field(model.battery_volts(), 5, 1), settings_->value("BATN"),
                           settings_->value("BATGN"), field(model.charge_percent(), 3, 0),
                           field(model.runtime_left() / 60, 3, 0));
    }

    std::string load_limits(const Model&) const { return "(005 105"; }

    std::string warnings(const Model& model) const
    {
        std::string text = '(' + std::string(64, '0');
        text[1 + 7] = model.battery_low() ? '1' : '0';
        text[1 + 8] = model.load_percent() > 100 ? '1' : '0';
        text[1 + 55] = model.test_failed() ? '1' : '0';
        return text;
    }

    // Battery too low, and what there was at the time.
    std::string fault(const Model& model) const
    {
        return model.test_failed() ? "(28 " + status(model).substr(1, 61) : "(OK";
    }

    std::string flags(const Model&) const { return '(' + settings_->flags(); }

    std::string parallel(const Model&) const { return "(001"; }

    std::string low_volts(const Model&) const { return '#' + low_volts_; }

    std::string outlet_1(const Model&) const { return outlets_[0] ? "(1" : "(0"; }

    std::string outlet_2(const Model&) const { return outlets_[1] ? "(1" : "(0"; }

    // To neutral, and between the phases.
    static std::string volts(double value)
    {
        constexpr double kRootOfThree = 1.7320508;
        return '(' + thrice(field(value, 5, 1)) + ' ' + thrice(field(value * kRootOfThree, 5, 1));
    }

    std::string inputs(const Model& model) const { return volts(model.input_volts()); }

    std::string outputs(const Model& model) const { return volts(model.output_volts()); }

    std::string amperes(const Model& model) const
    {
        return '(' + thrice(field(output_amperes(model) / 3, 3, 0));
    }

    std::string loads(const Model& model) const { return '(' + thrice(field(model.load_percent(), 3, 0)); }

    bool obeyed(Model& model, std::string_view command)
    {
        if (settings_->set(command))
            return true;
        if (command == "SOFF")
            model.shut_down(0, std::nullopt);
        else if (command == "SON" || command == "CS")
            model.cancel_shutdown();
        else if (command == "BZON" || command == "BZOFF")
            set_beeper(model, command == "BZON");
        else if (command.size() == 5 && command.starts_with("W0E") && all_digits(command.substr(3)))
            low_volts_ = command.substr(3);
        else
            return switched(command) || obey_short_test(model, command) || obey_test(model, command)
                   || obey_shutdown(model, command);
        return true;
    }

    static void set_beeper(Model& model, bool on)
    {
        if (model.beeper() != on)
            model.toggle_beeper();
    }

    bool switched(std::string_view command)
    {
        const bool on = command.starts_with("SKON");
        if (!on && !command.starts_with("SKOFF"))
            return false;
        const auto outlet = command.substr(on ? 4 : 5);
        if (outlet != "1" && outlet != "2")
            return false;
        outlets_[outlet == "1" ? 0 : 1] = on;
        return true;
    }

    Shape shape_;
    Identity identity_;
    std::optional<VoltronicSettings> settings_; // by the model's ratings, which the first question brings
    std::array<bool, 2> outlets_{true, true};
    std::string low_volts_ = "20";
};

} // namespace

std::unique_ptr<QxDevice> make_voltronic(std::string_view dialect, const Identity& identity)
{
    for (const auto& shape : kShapes)
        if (shape.dialect == dialect)
            return std::make_unique<Voltronic>(shape, identity);
    return nullptr;
}

} // namespace upright::upsim
