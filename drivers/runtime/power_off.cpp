#include "drivers/runtime/power_off.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

namespace upright {
namespace {

Outcome own_routine(Driver& driver, const std::string& ups)
{
    const auto outcome = driver.power_off();
    if (outcome == Outcome::unknown)
        log::error("UPS [{}]: shutdown not supported", ups);
    return outcome;
}

Outcome attempt(Driver& driver, const std::string& command, const std::string& ups)
{
    try {
        if (command == "shutdown.default")
            return own_routine(driver, ups);
        return driver.command(command, std::nullopt);
    } catch (const DeviceError& e) {
        log::error("UPS [{}]: {}: {}", ups, command, escaped(e.what()));
        return Outcome::failed;
    }
}

} // namespace

Outcome power_off(Driver& driver, std::span<const std::string> sdcommands, const std::string& ups)
{
    static const std::string own = "shutdown.default";
    const std::span<const std::string> commands = sdcommands.empty() ? std::span(&own, 1) : sdcommands;
    for (const auto& command : commands) {
        if (attempt(driver, command, ups) == Outcome::handled) {
            log::notice("UPS [{}]: shutdown request was successful with '{}'", ups, command);
            return Outcome::handled;
        }
    }
    log::error("UPS [{}]: shutdown request(s) failed", ups);
    return Outcome::failed;
}

} // namespace upright
