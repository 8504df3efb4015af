// nutdrv_qx: UPSes of the Megatec family.
#include "drivers/megatec/program.hpp"

int main(int argc, char** argv) { return upright::run_driver(argc, argv, upright::megatec::program()); }
