// Three phases: Q2, Q6 and the Innova RT (3:1, 3:3), which say Q6 and more. The model is that of each phase.
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/table_device.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim {
namespace {

// One column for each phase.
std::string thrice(const std::string& column) { return column + ' ' + column + ' ' + column; }

std::string status(const Model& model, const Identity&) { return status_frame(model, Kind::on_line); }

// (input 3, fault, output 3, load 3, frequency, battery, temperature, bits, minutes, charge, bits, topology
std::string q2(const Model& model, const Identity&)
{
    return fmt::format("({} {} {} {} {} {} {} 00000000 {} {} {} 00000000 00000011\r",
                       thrice(field(model.input_volts(), 5, 1)), field(model.fault_volts(), 5, 1),
                       thrice(field(model.output_volts(), 5, 1)), thrice(field(model.load_percent(), 3, 0)),
                       field(model.frequency(), 4, 1), field(model.battery_volts(), 5, 1),
                       field(model.temperature(), 4, 1), field(model.runtime_left() / 60, 6, 2),
                       field(model.charge_percent(), 3, 0), status_bits(model, Kind::on_line));
}

// (input 3, frequency, output 3, frequency, load 3, battery + and -, temperature, seconds, charge, bits,
// topology. `loads` and `outputs` are those of the phases that there are.
std::string q6_frame(const Model& model, const std::string& outputs, const std::string& loads)
{
    return fmt::format("({} {} {} {} {} {} {} {} {} {} {} 00000000 00011\r",
                       thrice(field(model.input_volts(), 5, 1)), field(model.frequency(), 4, 1), outputs,
                       field(model.output_frequency(), 4, 1), loads, field(model.battery_volts(), 5, 1),
                       field(model.battery_volts(), 5, 1), field(model.temperature(), 4, 1),
                       field(model.runtime_left(), 5, 0), field(model.charge_percent(), 3, 0),
                       status_bits(model, Kind::on_line));
}

std::string q6(const Model& model, const Identity&)
{
    return q6_frame(model, thrice(field(model.output_volts(), 5, 1)),
                    thrice(field(model.load_percent(), 3, 0)));
}

std::string q6_single(const Model& model, const Identity&)
{
    return q6_frame(model, field(model.output_volts(), 5, 1) + " 000.0 000.0",
                    field(model.load_percent(), 3, 0) + " 000 000");
}

// (kW 3, kVA 3, kW, kVA, amperes 3, load, bits. `share`: of the power, in a phase
std::string power_frame(const Model& model, int phases)
{
    const double total = model.load_percent() / 100 * model.rating().watts / 1000;
    const auto columns = [&](double sum) {
        const auto one = field(sum / phases, 5, 1);
        const auto other = phases == 3 ? one : field(0, 5, 1);
        return one + ' ' + other + ' ' + other;
    };
    return fmt::format("({} {} {} {} {} {} {}\r", columns(total), columns(total), field(total, 5, 1),
                       field(total, 5, 1), columns(output_amperes(model)), field(model.load_percent(), 3, 0),
                       status_bits(model, Kind::on_line));
}

std::string power(const Model& model, const Identity&) { return power_frame(model, 3); }

std::string power_single(const Model& model, const Identity&) { return power_frame(model, 1); }

std::string bypass(const Model& model, const Identity&)
{
    return fmt::format("({} {}\r", thrice(field(model.input_volts(), 5, 1)), field(model.frequency(), 4, 1));
}

std::string ratings(const Model& model, const Identity&) { return ratings_frame(model); }

// Not in the columns of an I frame, else these were taken for a Zinto.
std::string firmware(const Model&, const Identity& who) { return who.version + '\r'; }

std::string serial(const Model&, const Identity& who)
{
    return fmt::format("SASV07:{:<20.20}\r", who.serial);
}

// clang-format off
constexpr std::array kQ2{Query{"Q2", q2}, Query{"Q1", status}, Query{"WA", power}};
constexpr std::array kQ6{Query{"Q6", q6}, Query{"Q1", status}, Query{"WA", power}};
constexpr std::array kInnova31{Query{"Q6", q6_single}, Query{"Q1", status}, Query{"WA", power_single},
                               Query{"BPS", bypass}, Query{"F", ratings}, Query{"FW?", firmware},
                               Query{"SASV07?", serial}};
constexpr std::array kInnova33{Query{"Q6", q6}, Query{"Q1", status}, Query{"WA", power},
                               Query{"BPS", bypass}, Query{"F", ratings}, Query{"FW?", firmware},
                               Query{"SASV07?", serial}};
// clang-format on

constexpr Manners kInnovaManners{.obeyed = "ACK", .refused = "NAK"};

bool obeys(Model& model, std::string_view command) { return command != "Q" && obey(model, command); }

} // namespace

std::unique_ptr<QxDevice> make_three_phase(std::string_view dialect, const Identity& identity)
{
    if (dialect == "q2")
        return std::make_unique<TableDevice>(identity, kQ2);
    if (dialect == "q6")
        return std::make_unique<TableDevice>(identity, kQ6);
    const std::span<const Query> queries =
        dialect == "innovart31" ? std::span<const Query>(kInnova31) : kInnova33;
    return std::make_unique<TableDevice>(identity, queries, kInnovaManners, obeys);
}

} // namespace upright::upsim
