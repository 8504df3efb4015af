// Voltronic's small UPSes (protocols V and H): QS is Megatec's status with the output's frequency in it.
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/table_device.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim {
namespace {

std::string protocol(const Model&, const Identity&) { return "V\r"; }

std::string status(const Model& model, const Identity&)
{
    auto frame = status_frame(model, Kind::line_interactive);
    constexpr std::size_t kFrequency = 23;
    return frame.replace(kFrequency, 4, field(model.output_frequency(), 4, 1));
}

std::string ratings(const Model& model, const Identity&) { return ratings_frame(model); }

// (charge runtime frequency amperes low high and flags
std::string more(const Model& model, const Identity&)
{
    const auto& rating = model.rating();
    return fmt::format("({} {} {} {} {} {} 0 0000000000000000\r", field(model.charge_percent(), 3, 0),
                       field(model.runtime_left(), 5, 0), field(model.frequency(), 4, 1),
                       field(output_amperes(model), 5, 1), field(rating.lowest_volts * rating.volts, 3, 0),
                       field(rating.highest_volts * rating.volts, 3, 0));
}

bool obeys(Model& model, std::string_view command)
{
    return command != "TL" && (command == "T" || !command.starts_with('T')) && obey(model, command);
}

constexpr std::array kQueries{Query{"M", protocol}, Query{"QS", status}, Query{"F", ratings},
                              Query{"QI", more}};

} // namespace

std::unique_ptr<QxDevice> make_voltronic_qs(std::string_view, const Identity& identity)
{
    return std::make_unique<TableDevice>(identity, kQueries, Manners{}, obeys);
}

} // namespace upright::upsim
