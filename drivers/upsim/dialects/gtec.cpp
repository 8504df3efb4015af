// GTEC: all of the status in one frame, Q4, with letters instead of bits.
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/table_device.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim {
namespace {

std::string letters(const Model& model)
{
    const bool on = model.output() == Output::on;
    std::string text(1, model.test_failed() ? 'J' : 'I'); // how the last test ended
    if (on)
        text += model.on_battery() ? 'A' : 'M';
    if (model.battery_low())
        text += 'B';
    if (model.testing())
        text += 'E';
    if (model.shutting_down())
        text += 'F';
    if (model.load_percent() > 100)
        text += 'N';
    return text;
}

// (input highest lowest fault output amperes load frequency bus bus battery temperature letters
std::string status(const Model& model, const Identity&)
{
    const auto& rating = model.rating();
    return fmt::format("({} {} {} {} {} {} {} {} 371 372 {} {} {}\r", field(model.input_volts(), 5, 1),
                       field(rating.highest_volts * rating.volts, 5, 1),
                       field(rating.lowest_volts * rating.volts, 5, 1), field(model.fault_volts(), 5, 1),
                       field(model.output_volts(), 5, 1), field(output_amperes(model), 3, 0),
                       field(model.load_percent(), 3, 0), field(model.frequency(), 4, 1),
                       field(model.battery_volts(), 5, 1), field(model.temperature(), 4, 1), letters(model));
}

std::string ratings(const Model& model, const Identity&) { return ratings_frame(model); }

std::string identity(const Model&, const Identity& who) { return identity_frame(who); }

constexpr std::array kQueries{Query{"Q4", status}, Query{"F", ratings}, Query{"I", identity}};

} // namespace

std::unique_ptr<QxDevice> make_gtec(std::string_view, const Identity& identity)
{
    return std::make_unique<TableDevice>(identity, kQueries);
}

} // namespace upright::upsim
