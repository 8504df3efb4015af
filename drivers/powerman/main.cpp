// powerman-pdu: the driver, or the process of it that talks to powermand.
#include "drivers/powerman/program.hpp"
#include "drivers/powerman/talker.hpp"

int main(int argc, char** argv)
{
    if (upright::powerman::is_talker(argc, argv))
        return upright::powerman::talk(argc, argv);
    return upright::run_driver(argc, argv, upright::powerman::program());
}
