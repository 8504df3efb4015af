// How the texts of a device become manufacturer, model and serial number.
#include "common/text/number.hpp"
#include "drivers/usbhid/conversion_tables.hpp"

#include <array>

namespace upright::usbhid {
namespace {

std::string trim(std::string_view text) { return std::string(trimmed(text)); }

// As the device says.
Names texts(Context& context)
{
    const auto& device = context.device();
    return {trim(device.vendor), trim(device.product), trim(device.serial), {}};
}

// "Back-UPS ES 700G FW:871.O4 .I USB FW:O4"
Names apc(Context& context)
{
    constexpr std::string_view kFirmware = " FW:";
    constexpr std::string_view kAuxiliary = "USB FW:";
    auto names = texts(context);
    const std::string product = names.model;
    const auto firmware = product.find(kFirmware);
    if (firmware == product.npos)
        return names;
    names.model = trim(std::string_view(product).substr(0, firmware));
    const auto rest = std::string_view(product).substr(firmware + kFirmware.size());
    const auto auxiliary = rest.find(kAuxiliary);
    names.more["ups.firmware"] = trim(rest.substr(0, auxiliary));
    if (auxiliary != rest.npos)
        names.more["ups.firmware.aux"] = trim(rest.substr(auxiliary + kAuxiliary.size()));
    std::erase_if(names.more, [](const auto& entry) { return entry.second.empty(); });
    return names;
}

Names eaton(Context& context)
{
    auto names = texts(context);
    names.model = trim(eaton_model(context));
    return names;
}

Names belkin(Context& context)
{
    auto names = texts(context);
    if (names.manufacturer.empty())
        names.manufacturer = context.device().vendor_id == 0x10AF ? "Liebert" : "Belkin";
    if (names.model.empty())
        names.model = "UPS";
    return names;
}

// clang-format off
constexpr std::array kIdentities{
    Identity{"texts",  texts},
    Identity{"apc",    apc},
    Identity{"belkin", belkin},
    Identity{"eaton",  eaton},
};
// clang-format on

} // namespace

const Identity* find_identity(std::string_view name)
{
    for (const auto& identity : kIdentities)
        if (identity.name == name)
            return &identity;
    return nullptr;
}

std::vector<std::string_view> identity_names()
{
    std::vector<std::string_view> names;
    names.reserve(kIdentities.size());
    for (const auto& identity : kIdentities)
        names.push_back(identity.name);
    return names;
}

std::string text_at(Context& context, std::string_view path)
{
    const auto index = context.value(path);
    if (!index || !(*index >= 1 && *index <= 255))
        return {};
    return trim(context.text(static_cast<std::uint8_t>(*index)).value_or(""));
}

} // namespace upright::usbhid
