// net-snmp's headers, and what its library needs before it is used. Its calls are made with the lock held:
// Debian's build is not made for threads, and traps are heard by a thread of their own.
#pragma once

// clang-format off
#include <net-snmp/net-snmp-config.h>
#include <net-snmp/net-snmp-includes.h>
#include <net-snmp/library/large_fd_set.h>
// clang-format on

#include "drivers/io/snmp/value.hpp"

#include <mutex>

namespace upright::snmp {

// The library, told once to touch no file.
std::mutex& library();

Value value_of(const netsnmp_variable_list& variable);

} // namespace upright::snmp
