#include "drivers/usbhid/program.hpp"
#include "drivers/runtime/device_files.hpp"

#include "drivers/usbhid/describe.hpp"
#include "drivers/usbhid/usb_source.hpp"
#include "drivers/usbhid/usbhid_driver.hpp"

#include <fmt/format.h>

#include <utility>

namespace upright::usbhid {
namespace {

HidMaps maps(const DriverOptions& options) { return HidMaps(device_folders(options, "usbhid")); }

std::unique_ptr<Driver> create(const DriverOptions& options)
{
    auto all = maps(options);
    auto source = std::make_unique<UsbSource>(options, all.names());
    if (const auto named = options.text("subdriver"))
        all.get(*named); // --check tells of its mistakes, too
    if (options.flag("pollonly") && options.flag("interruptonly"))
        throw DeviceError(options.complaint("interruptonly", "interruptonly and pollonly exclude each other"),
                          DeviceError::Kind::fatal);
    return std::make_unique<UsbHidDriver>(options, std::move(source), std::move(all));
}

int print_description(const DriverOptions& options, std::FILE* out)
{
    auto all = maps(options);
    UsbSource source(options, all.names());
    return describe(source, all, out);
}

DriverProgram with_usb_options(DriverProgram program)
{
    const auto& more = UsbSource::options();
    program.options.insert(program.options.end(), more.begin(), more.end());
    return program;
}

} // namespace

const DriverProgram& program()
{
    using Kind = DriverOption::Kind;
    // clang-format off
    static const DriverProgram program = with_usb_options({
        .names = {"usbhid-ups"},
        .title = "Generic HID driver",
        .version = "0.56",
        .options = {
            {"lowbatt",  Kind::value, "Charge in % below which the battery is low (written to the UPS)"},
            {"offdelay", Kind::value, "Seconds until the load is switched off (default 20, CyberPower 60)"},
            {"ondelay",  Kind::value, "Seconds until the load is switched on again (default 30, CyberPower 120)"},
            {"pollfreq", Kind::value, "Seconds between full updates (default 30, CyberPower 12)", true},
            {"pollonly", Kind::flag,  "Don't listen to what the UPS says by itself"},
            {"interruptonly", Kind::flag, "Only listen; never ask"},
            {"interrupt_pipe_no_events_tolerance", Kind::value, "Reconnect after so many polls in which it said nothing by itself (default -1: never)"},
            {"maxreport", Kind::flag, "Ask for at least 8 bytes of each report"},
            {"disable_fix_report_desc", Kind::flag, "Take the report descriptor as it is"},
            {"waitbeforereconnect", Kind::value, "Seconds to leave the UPS alone before it is opened again (default 0)"},
            {"onlinedischarge", Kind::flag, "Older name of onlinedischarge_onbattery"},
            {"onlinedischarge_onbattery", Kind::flag, "On line and discharging means on battery"},
            {"onlinedischarge_calibration", Kind::flag, "On line and discharging means calibration"},
            {"onlinedischarge_log_throttle_sec", Kind::value, "Seconds between complaints of it (default 30; -1: only one)"},
            {"onlinedischarge_log_throttle_hovercharge", Kind::value, "No further complaint at a charge of at least so many % (default 100)"},
            {"lbrb_log_delay_sec", Kind::value, "Seconds that LB or RB must last on line to count (default 0; 3 for models that need it)"},
            {"lbrb_log_delay_without_calibrating", Kind::flag, "The delay counts at all times on line, not in calibration alone"},
            {"powercom_sdcmd_byte_order_fallback", Kind::flag, "Powercom: older order of the bytes of a delay"},
            {"powercom_sdcmd_discrete_delay", Kind::flag, "Powercom: delays by the table of the older models"},
        },
        .create = create,
        .actions = {
            {.name = "describe",
             .help = "print what the UPS tells of itself: its descriptors, reports and their values",
             .run = print_description},
        }});
    // clang-format on
    return program;
}

} // namespace upright::usbhid
