// net-snmp's headers, whose macros and C habits stay in the few files that include this one.
#pragma once

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wpedantic"
#pragma GCC diagnostic ignored "-Wold-style-cast"
// clang-format off
#include <net-snmp/net-snmp-config.h> // first, it says what the others declare
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/lcd_time.h>
// clang-format on
#pragma GCC diagnostic pop

// The library has it, and no header declares it: sets the engine's id, as in its configuration files.
extern "C" void exactEngineID_conf(const char* word, char* line);
