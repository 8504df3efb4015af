#include "drivers/megatec/program.hpp"
#include "drivers/runtime/device_files.hpp"

#include "common/config/paths.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"
#include "drivers/io/serial.hpp"
#include "drivers/megatec/bridges/usb_options.hpp"
#include "drivers/megatec/explain.hpp"
#include "drivers/megatec/megatec_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

[[noreturn]] void refuse(const std::string& what) { throw DeviceError(what, DeviceError::Kind::fatal); }

std::vector<Dialect> dialects(const DriverOptions& options)
{
    auto all = sound(load_dialects(device_folders(options, "megatec")));
    if (all.empty())
        refuse(fmt::format("no device file in {}/megatec", paths::device_dir()));
    const auto protocol = options.text("protocol");
    if (!protocol)
        return all;
    std::vector<std::string_view> names;
    for (auto& dialect : all) {
        if (dialect.name == *protocol)
            return {std::move(dialect)};
        names.push_back(dialect.name);
    }
    refuse(options.complaint("protocol", fmt::format("protocol = {}: there is none of that name{}",
                                                     escaped(*protocol), did_you_mean(*protocol, names))));
}

io::CablePower cable_power(const DriverOptions& options)
{
    const auto text = options.text("cablepower");
    const auto known = text ? io::cable_power(*text) : io::CablePower::normal;
    if (!known)
        refuse(
            options.complaint("cablepower", fmt::format("cablepower = {}: want normal, reverse, both or none",
                                                        escaped(*text))));
    return *known;
}

io::Parity parity(const DriverOptions& options)
{
    const auto text = options.text("ser_parity").value_or("N");
    if (text == "N")
        return io::Parity::none;
    if (text != "E" && text != "O")
        refuse(
            options.complaint("ser_parity", fmt::format("ser_parity = {}: want N, E or O", escaped(text))));
    return text == "E" ? io::Parity::even : io::Parity::odd;
}

io::SerialSettings serial_settings(const DriverOptions& options)
{
    io::SerialSettings settings;
    settings.lock = options.lock;
    settings.power = cable_power(options);
    settings.baud = options.number("ser_baud_rate", 300, 115200, settings.baud);
    const auto rates = io::baud_rates();
    if (std::find(rates.begin(), rates.end(), settings.baud) == rates.end())
        refuse(options.complaint("ser_baud_rate", fmt::format("ser_baud_rate = {}: want one of {}",
                                                              settings.baud, fmt::join(rates, ", "))));
    settings.data_bits = options.number("ser_data_bit", 7, 8, settings.data_bits);
    settings.stop_bits = options.number("ser_stop_bit", 1, 2, settings.stop_bits);
    settings.parity = parity(options);
    settings.pace = std::chrono::milliseconds(options.number("ser_pace", 0, 100, 0));
    return settings;
}

std::unique_ptr<io::Link> link(const DriverOptions& options)
{
    if (wants_usb(options))
        return usb_link(options);
    return std::make_unique<io::Serial>(options.port, serial_settings(options));
}

std::unique_ptr<Driver> create(const DriverOptions& options)
{
    options.number("slave_addr", 0, 99, 0); // DeviceError if it is none
    return std::make_unique<MegatecDriver>(options, link(options), dialects(options));
}

DriverProgram with_usb_options(DriverProgram program)
{
    program.options.insert(program.options.end(), usb_options().begin(), usb_options().end());
    return program;
}

} // namespace

const DriverProgram& program()
{
    using Kind = DriverOption::Kind;
    // clang-format off
    static const DriverProgram program = with_usb_options({
        .names = {"nutdrv_qx", "blazer_ser", "blazer_usb"},
        .title = "Generic Q* USB/Serial driver",
        .version = "0.36",
        .options = {
            {"protocol",    Kind::value, "The dialect, instead of trying each"},
            {"pollfreq",    Kind::value, "Seconds between full updates (default 30)", true},
            {"ondelay",     Kind::value, "Seconds until the load is switched on again (default 180)"},
            {"offdelay",    Kind::value, "Seconds until the load is switched off (default 30)"},
            {"stayoff",     Kind::flag,  "Leave the load off when the mains return after a forced shutdown"},
            {"norating",    Kind::flag,  "Don't ask for the ratings"},
            {"novendor",    Kind::flag,  "Don't ask for maker and model"},
            {"ignoresab",   Kind::flag,  "Ignore the shutdown bit, which some units keep set"},
            {"runtimecal",  Kind::value, "Battery life: seconds,load %,seconds,lower load %"},
            {"chargetime",  Kind::value, "Seconds to charge an empty battery (default 43200)"},
            {"idleload",    Kind::value, "Least load in % to count with (default 10)"},
            {"battery_voltage_reports_one_pack", Kind::flag, "Multiply battery.voltage by battery.packs"},
            {"cablepower",  Kind::value, "Lines that power the cable: normal, reverse, both, none"},
            {"ser_baud_rate", Kind::value, "Speed of a serial line (default 2400)"},
            {"ser_data_bit",  Kind::value, "Its data bits: 7 or 8 (default)"},
            {"ser_parity",    Kind::value, "Its parity: N (default), E or O"},
            {"ser_stop_bit",  Kind::value, "Its stop bits: 1 (default) or 2"},
            {"ser_pace",      Kind::value, "Milliseconds to wait behind each byte sent (default 0)"},
            {"nooutstats", Kind::flag, "Don't ask for power and currents"},
            {"slave_addr", Kind::value, "Address of a Masterguard UPS"},
            {"pins_shutdown_mode", Kind::value, "What pins 1 and 7 of a Best Power UPS do: 0 to 6"},
            {"battery_number", Kind::value, "Written to a Voltronic UPS at the start"},
            {"output_phase_angle", Kind::value, "Written to a Voltronic UPS at the start"},
            {"max_bypass_volt", Kind::value, "Written to a Voltronic UPS at the start"},
            {"min_bypass_volt", Kind::value, "Written to a Voltronic UPS at the start"},
            {"max_bypass_freq", Kind::value, "Written to a Voltronic UPS at the start"},
            {"min_bypass_freq", Kind::value, "Written to a Voltronic UPS at the start"},
            {"work_range_type", Kind::value, "Written to a Voltronic UPS at the start"},
            {"bypass_alarm", Kind::value, "Likewise: enabled or disabled"},
            {"battery_alarm", Kind::value, "Likewise: enabled or disabled"},
            {"bypass_when_off", Kind::value, "Likewise: enabled or disabled"},
            {"alarm_control", Kind::value, "Likewise: enabled or disabled"},
            {"converter_mode", Kind::value, "Likewise: enabled or disabled"},
            {"eco_mode", Kind::value, "Likewise: enabled or disabled"},
            {"battery_open_status_check", Kind::value, "Likewise: enabled or disabled"},
            {"bypass_forbidding", Kind::value, "Likewise: enabled or disabled"},
            {"site_fault_detection", Kind::value, "Likewise: enabled or disabled"},
            {"advanced_eco_mode", Kind::value, "Likewise: enabled or disabled"},
            {"constant_phase_angle", Kind::value, "Likewise: enabled or disabled"},
            {"limited_runtime_on_battery", Kind::value, "Likewise: enabled or disabled"},
        },
        .create = create,
        .actions = {
            {.name = "explain",
             .help = "try the dialects on the device, and tell why each was refused or taken",
             .run = [](const DriverOptions& options, std::FILE* out) { return explain(*link(options), dialects(options), options, out); }},
            {.name = "list-dialects", .help = "print the dialects in the order in which they are tried", .needs_ups = false,
             .run = [](const DriverOptions& options, std::FILE* out) { return list_dialects(dialects(options), out); }},
        }});
    // clang-format on
    return program;
}

} // namespace upright::megatec
