// Ablerex: Megatec's frames, and of its own Q5 (binary words), At (runtime) and TR (how the last test ended).
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/table_device.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::upsim {
namespace {

std::string status(const Model& model, const Identity&)
{
    return status_frame(model, Kind::line_interactive);
}

std::string ratings(const Model& model, const Identity&) { return ratings_frame(model); }

std::string identity(const Model&, const Identity& who) { return identity_frame(who); }

// Big-endian. A byte that is a CR would end the answer: it is one more than it should be.
std::string word(double value)
{
    const auto number = static_cast<unsigned>(std::lround(std::clamp(value, 0.0, 65535.0)));
    std::string bytes{static_cast<char>(number >> 8), static_cast<char>(number & 0xFF)};
    std::replace(bytes.begin(), bytes.end(), '\r', '\x0E');
    return bytes;
}

// Words from 1: frequency, -, -, battery, charger, -, error, output current, -, -. Battery in hundredths of
// a volt for a block of 12 V.
std::string words(const Model& model, const Identity&)
{
    const double battery = model.battery_volts() * 1200 / model.rating().battery_volts;
    return '(' + word(model.output_frequency() * 10) + word(0) + word(0) + word(battery)
           + word(model.mains_usable() ? 1380 : 0) + word(0) + word(model.test_failed() ? 1 : 0)
           + word(output_amperes(model) * 10) + word(0) + word(0) + '\r';
}

// Seconds, in four bytes.
std::string runtime(const Model& model, const Identity&)
{
    constexpr double kWord = 65536;
    const double seconds = std::floor(model.runtime_left());
    return '(' + word(std::floor(seconds / kWord)) + word(std::fmod(seconds, kWord)) + '\r';
}

std::string test_result(const Model& model, const Identity&)
{
    return fmt::format("#{}\r", model.testing() ? "TP  " : model.test_failed() ? "FAIL" : "PASS");
}

constexpr std::array kQueries{Query{"Q1", status}, Query{"F", ratings},  Query{"I", identity},
                              Query{"Q5", words},  Query{"At", runtime}, Query{"TR", test_result}};

} // namespace

std::unique_ptr<QxDevice> make_ablerex(std::string_view, const Identity& identity)
{
    return std::make_unique<TableDevice>(identity, kQueries);
}

} // namespace upright::upsim
