#include "drivers/upsim/hid/replay_ups.hpp"

#include "drivers/upsim/hid/requests.hpp"
#include "drivers/upsim/hid/writes.hpp"

namespace upright::upsim {

class ReplayFunction final : public UsbFunction {
public:
    explicit ReplayFunction(HidRecording recording) : recording_(std::move(recording)) { forget(); }

    bool control_out(const UsbSetup& setup, std::string_view bytes) override
    {
        if (is_idle_or_protocol(setup))
            return true;
        const auto id = static_cast<std::uint8_t>(setup.value & 0xFF);
        const auto found = recording_.features.find(id);
        if (!is_set_feature(setup) || bytes.empty() || found == recording_.features.end())
            return false;
        writes_.add(id, bytes);
        found->second = bytes;
        return true;
    }

    std::optional<std::string> control_in(const UsbSetup& setup) override
    {
        if (is_get_descriptor(setup, kReportDescriptor))
            return recording_.report_descriptor;
        if (is_get_descriptor(setup, kHidDescriptor))
            return usb_hid_descriptor(recording_.identity.report_length);
        const auto kind = report_kind(setup);
        if (!kind)
            return std::nullopt;
        const auto& reports = *kind == HidKind::feature ? recording_.features : recording_.inputs;
        const auto found = reports.find(static_cast<std::uint8_t>(setup.value & 0xFF));
        return found == reports.end() ? std::nullopt : std::optional(found->second);
    }

    // Each input report once, and again after a reset.
    std::optional<std::string> packet() override
    {
        if (packets_.empty())
            return std::nullopt;
        auto first = std::move(packets_.front());
        packets_.pop_front();
        return first;
    }

    void forget() override
    {
        packets_.clear();
        const auto& endpoints = recording_.identity.endpoints;
        const std::size_t size = endpoints.empty() ? 8 : endpoints.front().size;
        for (const auto& [id, bytes] : recording_.inputs)
            for (std::size_t at = 0; at < bytes.size(); at += size)
                packets_.push_back(bytes.substr(at, size));
    }

    HidWrites& writes() noexcept { return writes_; }

private:
    HidRecording recording_;
    HidWrites writes_;
    std::deque<std::string> packets_;
};

ReplayUps::ReplayUps(std::string name, std::string place, HidRecording recording, const std::string& serial)
    : UsbUps(std::move(name), std::move(place), Rating{}, 1, 1)
{
    auto identity = recording.identity;
    if (!serial.empty()) {
        identity.serial = identity.serial == 0 ? 0xFD : identity.serial;
        identity.strings[identity.serial] = serial;
    }
    auto function = std::make_unique<ReplayFunction>(std::move(recording));
    function_ = function.get();
    become(std::move(identity), std::move(function));
}

std::optional<Result<std::string>> ReplayUps::own_action(std::string_view action)
{
    if (action == "writes")
        return Result<std::string>(function_->writes().text());
    if (action == "forget writes") {
        function_->writes().clear();
        return Result<std::string>(std::string());
    }
    return UsbUps::own_action(action);
}

} // namespace upright::upsim
