#include "drivers/io/usb/kernel_driver.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace fs = std::filesystem;

namespace upright::io {
namespace {

constexpr const char* kDevices = "/sys/bus/usb/devices";

std::string contents(const fs::path& file)
{
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

bool is_at(const fs::path& folder, const UsbDescription& device)
{
    const auto number = [&](const char* file) { return to_int(trimmed(contents(folder / file))); };
    return number("busnum") == to_int(device.bus) && number("devnum") == to_int(device.device);
}

} // namespace

KernelView kernel_view(const UsbDescription& device, int interface)
{
    KernelView view;
    std::error_code failed;
    for (const auto& entry : fs::directory_iterator(kDevices, failed)) {
        const auto name = entry.path().filename().string();
        if (name.find(':') != name.npos || !is_at(entry.path(), device))
            continue;
        // "1-4:1.0": a device's interfaces lie beside it here, each with its configuration.
        for (const auto& other : fs::directory_iterator(kDevices, failed)) {
            const auto of = other.path().filename().string();
            if (!of.starts_with(name + ":") || !of.ends_with(fmt::format(".{}", interface)))
                continue;
            view.driver_bound = fs::exists(other.path() / "driver", failed);
            for (const auto& inside : fs::directory_iterator(other.path(), failed))
                if (const auto file = inside.path() / "report_descriptor"; fs::exists(file, failed))
                    view.report_descriptor = contents(file);
        }
    }
    return view;
}

} // namespace upright::io
