#include "drivers/upsim/megatec_device.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsim {
namespace {

// Columns have a width that no value may break.
std::string field(double value, int width, int decimals)
{
    double highest = 1;
    for (int digits = width - (decimals > 0 ? decimals + 1 : 0); digits > 0; --digits)
        highest *= 10;
    return fmt::format("{:0{}.{}f}", std::clamp(value, 0.0, highest - 1), width, decimals);
}

char bit(bool on) { return on ? '1' : '0'; }

std::string status(const Model& model)
{
    const std::array bits{bit(model.on_battery()),
                          bit(model.battery_low()),
                          bit(model.regulating()),
                          bit(model.test_failed()),
                          '1', // line-interactive
                          bit(model.testing()),
                          bit(model.shutting_down()),
                          bit(model.beeper())};
    return fmt::format("({} {} {} {} {} {} {} {}\r", field(model.input_volts(), 5, 1),
                       field(model.fault_volts(), 5, 1), field(model.output_volts(), 5, 1),
                       field(model.load_percent(), 3, 0), field(model.frequency(), 4, 1),
                       field(model.battery_volts(), 4, model.rating().battery_volts >= 90 ? 0 : 1),
                       field(model.temperature(), 4, 1), std::string_view(bits.data(), bits.size()));
}

std::string ratings(const Model& model)
{
    const auto& rating = model.rating();
    return fmt::format("#{} {} {} {}\r", field(rating.volts, 5, 1), field(rating.watts / rating.volts, 3, 0),
                       field(rating.battery_volts, 5, 2), field(rating.frequency, 4, 1));
}

bool all_digits(std::string_view text)
{
    return !text.empty()
           && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The n of S<n>: ".2" to ".9" tenths of a minute, else two digits of minutes.
std::optional<double> off_delay(std::string_view text)
{
    if (text.size() != 2 || !all_digits(text.substr(1)))
        return std::nullopt;
    if (text.front() == '.')
        return 6.0 * (text[1] - '0');
    return all_digits(text) ? std::optional(60.0 * to_int(text).value_or(0)) : std::nullopt;
}

// S<n> or S<n>R<mmmm>; false if it is neither.
bool shut_down(Model& model, std::string_view command)
{
    const auto delay = off_delay(command.substr(1, 2));
    const auto rest = command.size() > 3 ? command.substr(3) : std::string_view{};
    if (!delay || (!rest.empty() && (rest.size() != 5 || rest[0] != 'R' || !all_digits(rest.substr(1)))))
        return false;
    const int minutes = rest.empty() ? 0 : to_int(rest.substr(1)).value_or(0);
    const bool stays_off = !rest.empty() && minutes == 0;
    model.shut_down(*delay, stays_off ? std::nullopt : std::optional(minutes * 60.0));
    return true;
}

struct Action {
    std::string_view command;
    void (*act)(Model& model);
};

// clang-format off
constexpr std::array kActions{
    Action{"T",  [](Model& model) { model.start_test(Test::quick, 10); }},
    Action{"TL", [](Model& model) { model.start_test(Test::until_low, 1e9); }},
    Action{"CT", [](Model& model) { model.stop_test(); }},
    Action{"C",  [](Model& model) { model.cancel_shutdown(); }},
    Action{"Q",  [](Model& model) { model.toggle_beeper(); }},
};
// clang-format on

bool obeyed(Model& model, std::string_view command)
{
    for (const auto& action : kActions) {
        if (command == action.command) {
            action.act(model);
            return true;
        }
    }
    if (command.size() == 3 && command[0] == 'T' && all_digits(command.substr(1)) && command != "T00") {
        model.start_test(Test::timed, 60.0 * to_int(command.substr(1)).value_or(0));
        return true;
    }
    return command.starts_with('S') && shut_down(model, command);
}

} // namespace

std::optional<std::string> megatec_answer(Model& model, const Identity& identity, std::string_view command)
{
    if (command == "Q1")
        return status(model);
    if (command == "F")
        return ratings(model);
    if (command == "I")
        return fmt::format("#{:<15.15} {:<10.10} {:<10.10}\r", identity.maker, identity.model,
                           identity.version);
    if (obeyed(model, command))
        return std::nullopt;
    return std::string(command) + '\r';
}

} // namespace upright::upsim
