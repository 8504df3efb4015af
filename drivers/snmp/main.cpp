#include "drivers/snmp/program.hpp"

int main(int argc, char** argv) { return upright::run_driver(argc, argv, upright::snmp::program()); }
