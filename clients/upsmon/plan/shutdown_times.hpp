// ShutdownTimes: how long this host took to shut down, learnt from its own shutdowns: upsmon writes when
// SHUTDOWNCMD was called, and after the next start looks up when the system's own record (wtmp) says that it
// was down. One small text file in a folder that outlives a boot.
//
//     begun 1700000000 6f3c…            SHUTDOWNCMD at that time (s since 1970), in that boot
//     took 42                           s
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace upright::upsmon {

class ShutdownTimes {
public:
    static constexpr std::size_t kMost = 20; // the last ones count

    static std::string default_path(); // UPRIGHT_LASTINGPATH, else built in

    // What is there; nothing if it can't be read or makes no sense.
    static ShutdownTimes load(const std::string& path);

    // SHUTDOWNCMD is about to be called.
    static Result<void> note_begin(const std::string& path, std::int64_t now, const std::string& boot_id);

    // After a start in another boot: takes what the one that began came to. `ended` is when the system was
    // down, by its own record: nothing if it says nothing.
    static Result<void> note_end(const std::string& path, const std::string& boot_id,
                                 std::optional<std::int64_t> ended);

    struct Begun {
        std::int64_t at;
        std::string boot_id;
    };
    const std::optional<Begun>& begun() const noexcept { return begun_; }
    const std::vector<double>& seen() const noexcept { return took_; } // s, the oldest first
    std::optional<double> longest() const;

private:
    std::string text() const;

    std::optional<Begun> begun_;
    std::vector<double> took_;
};

// When the system's record says that it went down, for the first time after `begun` and before it was started
// again; s since 1970.
std::optional<std::int64_t> went_down(const std::string& wtmp, std::int64_t begun);

} // namespace upright::upsmon
