#include "drivers/io/device_lock.hpp"

#include "common/text/number.hpp"
#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <optional>
#include <unistd.h>
#include <utility>

namespace upright::io {
namespace {

// The process that a lock file names; nothing if it names none.
std::optional<pid_t> owner_of(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0)
        return std::nullopt;
    std::array<char, 16> text{};
    const auto got = ::read(fd, text.data(), text.size());
    ::close(fd);
    const auto pid =
        to_int(trimmed(std::string_view(text.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)))));
    return pid && *pid > 0 ? std::optional<pid_t>(*pid) : std::nullopt;
}

bool lives(pid_t pid) { return ::kill(pid, 0) == 0 || errno == EPERM; }

} // namespace

std::string lock_file_of(const std::string& device, const std::string& folder)
{
    std::error_code missing;
    const auto path = std::filesystem::canonical(device, missing);
    if (missing || path.parent_path() != "/dev")
        return {};
    return fmt::format("{}/LCK..{}", folder, path.filename().string());
}

DeviceLock::DeviceLock(DeviceLock&& other) noexcept : path_(std::exchange(other.path_, {})) {}

DeviceLock& DeviceLock::operator=(DeviceLock&& other) noexcept
{
    release();
    path_ = std::exchange(other.path_, {});
    return *this;
}

DeviceLock::~DeviceLock() { release(); }

void DeviceLock::release() noexcept
{
    if (!path_.empty() && owner_of(path_) == ::getpid())
        ::unlink(path_.c_str());
    path_.clear();
}

DeviceLock DeviceLock::take(const std::string& path)
{
    for (int attempt = 0; attempt < 2; ++attempt) {
        const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644);
        if (fd >= 0) {
            const auto text = fmt::format("{:10}\n", ::getpid());
            const bool written = ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size());
            ::close(fd);
            if (!written)
                ::unlink(path.c_str());
            return DeviceLock(written ? path : std::string());
        }
        if (errno != EEXIST)
            break;
        const auto owner = owner_of(path);
        if (owner && *owner != ::getpid() && lives(*owner))
            throw DeviceError(fmt::format("process {} has locked it ({})", *owner, path),
                              DeviceError::Kind::lost);
        if (::unlink(path.c_str()) != 0)
            break;
    }
    return DeviceLock();
}

} // namespace upright::io
