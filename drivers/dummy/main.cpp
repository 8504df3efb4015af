// dummy-ups: a UPS described by a file, or a copy of a UPS that another upsd serves.
#include "common/text/nearest.hpp"
#include "drivers/dummy/file_ups.hpp"
#include "drivers/dummy/repeater.hpp"

#include <array>

namespace {

using upright::DeviceError;
using upright::DriverOption;
using upright::DriverOptions;
using namespace upright::dummy;

std::unique_ptr<upright::Driver> create(const DriverOptions& options)
{
    auto mode = options.text("mode").value_or("");
    if (mode.empty()) {
        const std::string_view port = options.port;
        mode = port.find('@') != port.npos ? "repeater"
               : port.ends_with(".dev")    ? "dummy-once"
               : port.ends_with(".seq")    ? "dummy-loop"
                                           : "dummy";
    }
    const auto path = definition_path(options.port, options.config_dir);
    if (mode == "dummy-once")
        return std::make_unique<FileUps>(path, Mode::once, mode);
    if (mode == "dummy-loop" || mode == "dummy")
        return std::make_unique<FileUps>(path, Mode::loop, mode);
    if (mode == "repeater")
        return std::make_unique<Repeater>(options.port, options.text("authconf"),
                                          !options.flag("repeater_disable_strict_start"));
    constexpr std::array<std::string_view, 4> kModes{"dummy-once", "dummy-loop", "dummy", "repeater"};
    throw DeviceError(options.complaint("mode", "Unsupported mode was specified: " + mode
                                                    + upright::did_you_mean(mode, kModes)),
                      DeviceError::Kind::fatal);
}

} // namespace

int main(int argc, char** argv)
{
    const upright::DriverProgram program{
        .names = {"dummy-ups"},
        .title = "Device simulation and repeater driver",
        .version = "0.20",
        .options = {{"mode", DriverOption::Kind::value, "dummy-once, dummy-loop, dummy or repeater"},
                    {"authconf", DriverOption::Kind::value,
                     "credentials for the repeater: default, none or a file"},
                    {"repeater_disable_strict_start", DriverOption::Kind::flag,
                     "start even if the repeated UPS can't be reached yet"}},
        .create = create};
    return upright::run_driver(argc, argv, program);
}
