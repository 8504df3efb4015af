#include "drivers/upsim/dialects/frame.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsim {

std::string field(double value, int width, int decimals)
{
    double beyond = 1;
    for (int digits = width - (decimals > 0 ? decimals + 1 : 0); digits > 0; --digits)
        beyond *= 10;
    double least = 1; // the last digit
    for (int digits = decimals; digits > 0; --digits)
        least /= 10;
    return fmt::format("{:0{}.{}f}", std::clamp(value, 0.0, beyond - least), width, decimals);
}

std::string bits(std::initializer_list<bool> values)
{
    std::string text;
    for (const bool on : values)
        text += on ? '1' : '0';
    return text;
}

bool all_digits(std::string_view text)
{
    return !text.empty()
           && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

double cells(const Model& model) { return model.rating().battery_volts / 2; }

double output_amperes(const Model& model) { return model.load_percent() / 100 * rated_amperes(model); }

double rated_amperes(const Model& model) { return model.rating().watts / model.rating().volts; }

std::string status_bits(const Model& model, Kind kind)
{
    const bool interactive = kind == Kind::line_interactive;
    return bits({model.on_battery(), model.battery_low(), interactive && model.regulating(),
                 model.test_failed(), interactive, model.testing(), model.shutting_down(), model.beeper()});
}

std::string status_frame(const Model& model, Kind kind)
{
    const int decimals = model.rating().battery_volts >= 90 ? 0 : 1;
    const auto battery = kind == Kind::on_line ? field(model.battery_volts() / cells(model), 4, 2)
                                               : field(model.battery_volts(), 4, decimals);
    return fmt::format("({} {} {} {} {} {} {} {}\r", field(model.input_volts(), 5, 1),
                       field(model.fault_volts(), 5, 1), field(model.output_volts(), 5, 1),
                       field(model.load_percent(), 3, 0), field(model.frequency(), 4, 1), battery,
                       field(model.temperature(), 4, 1), status_bits(model, kind));
}

std::string ratings_frame(const Model& model)
{
    const auto& rating = model.rating();
    return fmt::format("#{} {} {} {}\r", field(rating.volts, 5, 1), field(rated_amperes(model), 3, 0),
                       field(rating.battery_volts, 5, rating.battery_volts >= 100 ? 1 : 2),
                       field(rating.frequency, 4, 1));
}

std::string identity_frame(const Identity& identity)
{
    return fmt::format("#{:<15.15} {:<10.10} {:<10.10}\r", identity.maker, identity.model, identity.version);
}

std::optional<double> off_delay(std::string_view text)
{
    if (text.size() != 2 || !all_digits(text.substr(1)))
        return std::nullopt;
    if (text.front() == '.')
        return 6.0 * (text[1] - '0');
    return all_digits(text) ? std::optional(60.0 * to_int(text).value_or(0)) : std::nullopt;
}

bool obey_test(Model& model, std::string_view command)
{
    if (command == "T")
        model.start_test(Test::quick, 10);
    else if (command == "TL")
        model.start_test(Test::until_low, 1e9);
    else if (command == "CT")
        model.stop_test();
    else if (command.size() == 3 && command[0] == 'T' && all_digits(command.substr(1)) && command != "T00")
        model.start_test(Test::timed, 60.0 * to_int(command.substr(1)).value_or(0));
    else
        return false;
    return true;
}

bool obey_short_test(Model& model, std::string_view command)
{
    if (command.size() != 3 || !command.starts_with("T.") || command[2] < '2' || command[2] > '9')
        return false;
    model.start_test(Test::timed, 6.0 * (command[2] - '0'));
    return true;
}

bool obey_shutdown(Model& model, std::string_view command)
{
    if (!command.starts_with('S'))
        return false;
    const auto delay = off_delay(command.substr(1, 2));
    const auto rest = command.size() > 3 ? command.substr(3) : std::string_view{};
    if (!delay || (!rest.empty() && (rest.size() != 5 || rest[0] != 'R' || !all_digits(rest.substr(1)))))
        return false;
    const int minutes = rest.empty() ? 0 : to_int(rest.substr(1)).value_or(0);
    const bool stays_off = !rest.empty() && minutes == 0;
    model.shut_down(*delay, stays_off ? std::nullopt : std::optional(minutes * 60.0));
    return true;
}

bool obey(Model& model, std::string_view command)
{
    if (command == "C")
        model.cancel_shutdown();
    else if (command == "Q")
        model.toggle_beeper();
    else
        return obey_test(model, command) || obey_shutdown(model, command);
    return true;
}

} // namespace upright::upsim
