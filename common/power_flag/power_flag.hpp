// The POWERDOWNFLAG file: upsmon sets it before it shuts the host down, and what runs last in that shutdown
// lets the UPS switch off if it is set. Stamped with the boot it was made in: an old one never counts.
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <string>

namespace upright {

enum class PowerFlag {
    set,     // by this boot's upsmon
    not_set, // no such file
    stale,   // of another boot, or nothing says that it is of this one
    foreign  // not upsmon's: other or no text, unreadable, a link or no file at all, or of somebody else in a
             // folder where anybody may write
};

namespace power_flag {

// Which boot this is, as the kernel tells; an id that can't be read is empty.
struct Boot {
    std::string id;           // /proc/sys/kernel/random/boot_id
    std::int64_t started = 0; // btime of /proc/stat, s since 1970
    std::int64_t now = 0;
};
Boot this_boot(const std::string& proc = "/proc");

// Writes the file in one step and to the disk, without following a link. If that fails nothing is left that
// reads as set. Fails, too, if a file of somebody else is there, unless it is empty.
Result<void> set(const std::string& path, const Boot& boot = this_boot());

// A stamped file counts if it was stamped in this boot. One without a stamp (NUT's upsmon makes such) counts
// if it lies in memory, where no file outlives a boot, or else was written between the start of this boot and
// now. There is no slack in that for clocks that were wrong: without a battery they go on at each boot about
// where they stopped, so that the flag of the former boot is seconds away from the time this one began.
PowerFlag look(const std::string& path, const Boot& boot = this_boot());

// Removes the file if it is upsmon's; fine if there is none. Fails if it is foreign, and leaves it alone.
Result<void> clear(const std::string& path);

} // namespace power_flag
} // namespace upright
