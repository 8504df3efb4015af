#include "clients/upsmon/shutdown_order.hpp"

#include "clients/upsmon/children.hpp"
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

namespace upright::upsmon {

void write_flag(const ShutdownOrder& order)
{
    if (!order.write_flag)
        return;
    if (const auto written = order.write_flag(); !written)
        log::error("The power down flag can't be written, the UPS will not be switched off: {}",
                   escaped(to_string(written.error())));
}

ShutdownStep tell_end(int status)
{
    if (status == 0) {
        log::info("SHUTDOWNCMD has ended well");
        return ShutdownStep::done;
    }
    log::error("SHUTDOWNCMD failed: {}", describe_end(status));
    return ShutdownStep::failed;
}

} // namespace upright::upsmon
