#include "drivers/usbhid/program.hpp"

int main(int argc, char** argv) { return upright::run_driver(argc, argv, upright::usbhid::program()); }
