#include "clients/upslog/log_file.hpp"

#include "clients/upslog/options.hpp"
#include "common/daemon/log.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <unistd.h>
#include <utility>

namespace upright::upslog {
namespace {

// A copy of stdout stays when the program goes to the background.
int open_for_append(const std::string& path)
{
    constexpr mode_t kMode = 0666; // less what the umask takes
    if (path == kStdout)
        return ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
    return ::open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY, kMode);
}

// In one piece if possible, so that lines of several programs do not mix.
bool write_all(int fd, std::string_view bytes)
{
    while (!bytes.empty()) {
        const auto written = ::write(fd, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return true;
}

} // namespace

Result<LogFile> LogFile::open(std::string path)
{
    const int fd = open_for_append(path);
    if (fd < 0)
        return system_error("could not open logfile " + path);
    return LogFile(std::move(path), fd);
}

LogFile::LogFile(LogFile&& other) noexcept
    : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)), failing_(other.failing_)
{
}

LogFile::~LogFile()
{
    if (fd_ >= 0)
        ::close(fd_);
}

bool LogFile::append(std::string_view line)
{
    const bool written = write_all(fd_, fmt::format("{}\n", line));
    const bool nobody_reads = !written && errno == EPIPE;
    if (!written && !failing_)
        log::error("{}", to_string(system_error("could not write to logfile " + path_)));
    failing_ = !written;
    return !nobody_reads;
}

void LogFile::reopen()
{
    if (path_ == kStdout)
        return;
    const int fd = open_for_append(path_);
    if (fd < 0) {
        log::error("{}", to_string(system_error("could not reopen logfile " + path_)));
        return;
    }
    ::close(std::exchange(fd_, fd));
    failing_ = false;
}

} // namespace upright::upslog
