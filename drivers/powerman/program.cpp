#include "drivers/powerman/program.hpp"

#include "drivers/powerman/powerman_driver.hpp"

namespace upright::powerman {

const DriverProgram& program()
{
    using Kind = DriverOption::Kind;
    static const DriverProgram program{
        .names = {"powerman-pdu"},
        .title = "Powerman PDU client driver",
        .version = "0.12",
        .options = {{"timeout", Kind::value, "Seconds to wait for an answer of powermand (default 10)"}},
        .create = [](const DriverOptions& options) { return std::make_unique<PowermanDriver>(options); }};
    return program;
}

} // namespace upright::powerman
