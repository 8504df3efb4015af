// What a running process costs: processor time, memory, wake-ups; and the limits and places that benchmarks
// run under. Reads /proc only.
#pragma once

#include <sys/types.h>

namespace upright::bench {

// All threads of the process, in seconds; to nanoseconds where the kernel keeps them (schedstat).
double cpu_seconds(pid_t process);

struct CpuTime { // in microseconds, in ticks of 10 ms: only over long times
    double user = 0;
    double system = 0;
};
CpuTime cpu_time(pid_t process);

// What would be free if the process ended (USS), in bytes.
double private_bytes(pid_t process);

// How often it went to sleep, and so was woken.
long wakeups(pid_t process);

// As many descriptors as the system allows, for this process and its children.
void raise_descriptor_limit();

// This process, and children from now on, on one core, if there are two.
void pin_to(int core);
// This process, but not its children, runs before everybody else whenever it wants to, where that is allowed:
// a client that measures must not wait for its own processor.
void run_first();

} // namespace upright::bench
