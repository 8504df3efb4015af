// PID files, and finding and signalling the process behind one.
#pragma once

#include "common/result.hpp"

#include <span>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <utility>

namespace upright {

// Owns the file: removes it when destroyed, unless it holds another PID by then.
class PidFile {
public:
    PidFile() = default;
    static Result<PidFile> write(std::string path); // the PID in decimal and a newline
    // <base>.pid in the folder of programs that root starts; who is not root and may not write there has it
    // beside the sockets.
    static Result<PidFile> write_named(std::string_view base);
    PidFile(PidFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PidFile& operator=(PidFile&& other) noexcept;
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;
    ~PidFile();

    void remove();

private:
    std::string path_;
};

// The PID in the file; fails with the reason if there is no such file or it holds no PID.
Result<pid_t> read_pid_file(const std::string& path);

// True if that process exists and its program is one of `names` (folder and a leading "lt-" are ignored).
// NUT_IGNORE_CHECKPROCNAME=true leaves the name out of account.
bool is_running(pid_t pid, std::span<const std::string_view> names);
std::string program_of(pid_t pid); // empty if it can't be told

// Sends `signal` to the process of `path` after that check.
Result<pid_t> signal_by_pid_file(const std::string& path, int signal,
                                 std::span<const std::string_view> names);

} // namespace upright
