// PowermanDriver: the outlets (nodes) of a powermand as one PDU. Owns the session with it; outlets keep their
// numbers while the session lasts.
#pragma once

#include "drivers/powerman/session.hpp"
#include "drivers/runtime/driver.hpp"

namespace upright::powerman {

class PowermanDriver final : public Driver {
public:
    explicit PowermanDriver(const DriverOptions& options); // DeviceError (fatal) if one makes no sense

    void open() override;
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& parameter) override;
    void on_event(std::function<void()> tell) override;

private:
    std::string state_of(const std::string& node);
    bool becomes(const std::string& node, std::string_view wanted);

    std::string ups_;
    std::chrono::seconds limit_;
    Session session_;
    std::vector<std::string> nodes_; // outlet.1 is the first
};

} // namespace upright::powerman
