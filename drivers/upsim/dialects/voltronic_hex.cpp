// Voltronic's UPSes of protocols P and T: the answer to QS is binary, with escapes for what a line can't
// carry.
#include "drivers/upsim/dialects/hex_status.hpp"
#include "drivers/upsim/dialects/makers.hpp"
#include "drivers/upsim/dialects/table_device.hpp"

#include <algorithm>
#include <array>
#include <cmath>

namespace upright::upsim {
namespace {

constexpr char kEscape = 0x28;

// What would end, stop or divide the answer, and stands behind the escape for it.
constexpr std::array kForbidden{'\x0D', '\x11', '\x13', '\x0A', '\x20'};

// Nothing escapes the escape: a byte that it would change stands for the next that it doesn't.
void put(std::string& out, unsigned byte)
{
    const char value = static_cast<char>(byte & 0xFF);
    const auto* const at = std::find(kForbidden.begin(), kForbidden.end(), value);
    const bool misread = out.ends_with(kEscape) && (byte & 0xFF) < kForbidden.size();
    if (misread)
        out += static_cast<char>(kForbidden.size());
    else if (at == kForbidden.end())
        out += value;
    else
        (out += kEscape) += static_cast<char>(at - kForbidden.begin());
}

std::string token(unsigned value, int bytes)
{
    std::string out;
    while (--bytes >= 0)
        put(out, value >> (8 * bytes));
    return out;
}

// Volts are word * mult / 51 / 256.
std::string volts(double value)
{
    const unsigned mult = value < 265 ? 53 : 106;
    const auto word = std::lround(std::clamp(value, 0.0, 530.0) * 256 * 51 / mult);
    return token(static_cast<unsigned>(word), 2) + ' ' + token(mult, 1);
}

// A clock's pulses in a second over those in a period.
std::string frequency(double hertz)
{
    constexpr unsigned kPulses = 1'250'000;
    const auto period = static_cast<unsigned>(std::lround(kPulses / std::max(hertz, 20.0)));
    return token(period, 2) + ' ' + token(kPulses, 3);
}

// a * b / 510.
std::string battery(double value)
{
    const unsigned b = value < 15 ? 30 : value < 30 ? 60 : value < 60 ? 120 : 240;
    const auto a = static_cast<unsigned>(std::lround(std::clamp(value * 510 / b, 0.0, 255.0)));
    return token(a, 1) + ' ' + token(b, 1);
}

unsigned byte_of(std::string_view bits)
{
    unsigned value = 0;
    for (const char bit : bits)
        value = value * 2 + (bit == '1' ? 1 : 0);
    return value;
}

// From its highest bit: 60 Hz; two for a battery of 12, 24, 36, 48 V; the last three, an output of 110 … 240
// V.
unsigned ratings(const Rating& rating)
{
    constexpr std::array kVolts{110, 120, 220, 230, 240};
    const auto* const nearest = std::min_element(kVolts.begin(), kVolts.end(), [&](int a, int b) {
        return std::abs(a - rating.volts) < std::abs(b - rating.volts);
    });
    const auto packs = static_cast<unsigned>(std::clamp(std::lround(rating.battery_volts / 12), 1L, 4L)) - 1;
    return (rating.frequency > 55 ? 0x80U : 0U) | packs << 5
           | static_cast<unsigned>(nearest - kVolts.begin());
}

std::string protocol(const Model&, const Identity&) { return "T\r"; }

std::string status(const Model& model, const Identity&)
{
    return hex_status({.input = model.input_volts(),
                       .output = model.output_volts(),
                       .load = model.load_percent(),
                       .hertz = model.output_frequency(),
                       .battery = model.battery_volts(),
                       .bits = byte_of(status_bits(model, Kind::line_interactive)),
                       .ratings = ratings(model.rating())});
}

bool obeys(Model& model, std::string_view command)
{
    return command != "TL" && (command == "T" || !command.starts_with('T')) && obey(model, command);
}

constexpr std::array kQueries{Query{"M", protocol}, Query{"QS", status}};

} // namespace

std::string hex_status(const HexReading& reading)
{
    const auto load = static_cast<unsigned>(std::lround(std::clamp(reading.load, 0.0, 255.0)));
    auto frame = '#' + volts(reading.input) + ' ' + volts(reading.output) + ' ' + token(load, 1) + ' '
                 + frequency(reading.hertz) + ' ' + battery(reading.battery) + ' ' + token(reading.bits, 1);
    if (reading.ratings)
        frame += ' ' + token(*reading.ratings, 1);
    return frame + '\r';
}

std::unique_ptr<QxDevice> make_voltronic_hex(std::string_view, const Identity& identity)
{
    return std::make_unique<TableDevice>(identity, kQueries, Manners{.obeyed = {}, .refused = "N"}, obeys);
}

} // namespace upright::upsim
