#include "drivers/upsim/hid/hid_ups.hpp"

#include "drivers/upsim/hid/recording.hpp"

#include <fmt/format.h>

namespace upright::upsim {

HidUps::HidUps(std::string name, const HidProfile& profile, const std::string& serial, std::uint64_t seed)
    : UsbUps(std::move(name), std::string(profile.name), profile.rating, seed, 1)
{
    model().set_steady(true); // else a report would be sent each second, and no two looks be alike
    auto function = std::make_unique<HidFunction>(profile, [this]() -> Model& { return model(); });
    function_ = function.get();
    auto identity = profile.identity;
    identity.report_length = static_cast<std::uint16_t>(function_->report_descriptor().size());
    if (!serial.empty()) {
        if (identity.serial == 0)
            identity.serial = 0x10;
        identity.strings[identity.serial] = serial;
    }
    become(std::move(identity), std::move(function));
}

void HidUps::changed()
{
    function_->notice_changes();
    device().serve_waiting();
}

Result<void> HidUps::set_fault(Fault fault)
{
    const bool leaps = fault.kind == Fault::Kind::leap;
    if ((!leaps && fault.kind != Fault::Kind::none) || fault.answers || fault.until)
        return Error{Errc::invalid_argument, "a HID UPS has no such fault"};
    model().set_leaping(leaps);
    return UsbUps::set_fault(fault);
}

std::string HidUps::truth()
{
    auto all = function_->truth();
    const auto& identity = device().identity();
    const auto add = [&](const char* variable, std::uint8_t index) {
        const auto found = identity.strings.find(index);
        if (index != 0 && found != identity.strings.end())
            all.emplace(std::string("ups.") + variable, found->second); // unless the profile knows better
    };
    add("mfr", identity.vendor);
    add("model", identity.product);
    add("serial", identity.serial);
    all["ups.vendorid"] = fmt::format("{:04x}", identity.vendor_id);
    all["ups.productid"] = fmt::format("{:04x}", identity.product_id);
    std::string lines;
    for (const auto& [variable, value] : all) {
        lines += fmt::format("{}={}\n", variable, value);
        if (variable == "ups.mfr" || variable == "ups.model" || variable == "ups.serial")
            lines += fmt::format("device.{}={}\n", variable.substr(4), value);
    }
    return lines;
}

std::optional<Result<std::string>> HidUps::own_action(std::string_view action)
{
    if (action == "truth")
        return Result<std::string>(truth());
    if (action == "record")
        return Result<std::string>(to_text({.identity = device().identity(),
                                            .report_descriptor = function_->report_descriptor(),
                                            .features = function_->features(),
                                            .inputs = function_->inputs()}));
    if (action == "writes")
        return Result<std::string>(function_->writes().text());
    if (action != "forget writes")
        return UsbUps::own_action(action);
    function_->writes().clear();
    return Result<std::string>(std::string());
}

} // namespace upright::upsim
