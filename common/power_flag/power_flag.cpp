#include "common/power_flag/power_flag.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <linux/magic.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <utility>

namespace upright::power_flag {
namespace {

constexpr std::string_view kText = "upsmon-shutdown-file"; // all that NUT writes, and looks at
constexpr std::string_view kStamp = "\nboot ";
constexpr mode_t kMode = 0644; // scripts of any account may look

class File {
public:
    File(const std::string& path, int flags)
        : fd_(::open(path.c_str(), flags | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, kMode))
    {
    }
    File(const File&) = delete;
    File& operator=(const File&) = delete;
    ~File()
    {
        if (fd_ >= 0)
            ::close(fd_);
    }
    bool is_open() const { return fd_ >= 0; }
    int fd() const { return fd_; }

private:
    int fd_;
};

struct Content {
    std::string text; // as much of it as matters
    std::int64_t written = 0;
    bool in_memory = false;
    bool trusted = false; // nobody can have put it there who may not switch the UPS off
};

// A file of ours or root's, or in a folder where not everybody can put one.
bool is_trusted(const struct stat& about, const std::string& path)
{
    if (about.st_uid == 0 || about.st_uid == ::geteuid())
        return true;
    const auto folder = std::filesystem::path(path).parent_path().string();
    struct stat around {};
    return ::stat(folder.empty() ? "." : folder.c_str(), &around) == 0 && (around.st_mode & S_IWOTH) == 0;
}

// What is in the file; nothing, and errno, if it can't be read or is no plain file.
std::optional<Content> read_content(const std::string& path)
{
    const File file(path, O_RDONLY);
    struct stat about {};
    if (!file.is_open() || ::fstat(file.fd(), &about) != 0)
        return std::nullopt;
    if (!S_ISREG(about.st_mode)) {
        errno = S_ISDIR(about.st_mode) ? EISDIR : EINVAL;
        return std::nullopt;
    }
    std::array<char, 256> block{};
    const auto got = ::read(file.fd(), block.data(), block.size());
    if (got < 0)
        return std::nullopt;
    struct statfs system {};
    const bool known = ::fstatfs(file.fd(), &system) == 0;
    return Content{{block.data(), static_cast<std::size_t>(got)},
                   about.st_mtime,
                   known && (system.f_type == TMPFS_MAGIC || system.f_type == RAMFS_MAGIC),
                   is_trusted(about, path)};
}

// The id of a whole stamp; a torn one is none.
std::optional<std::string_view> stamp_of(std::string_view text)
{
    text.remove_prefix(kText.size());
    if (!text.starts_with(kStamp) || text.find('\n', kStamp.size()) == text.npos)
        return std::nullopt;
    text.remove_prefix(kStamp.size());
    return text.substr(0, text.find('\n'));
}

std::string text_for(const Boot& boot)
{
    return boot.id.empty() ? fmt::format("{}\n", kText) : fmt::format("{}{}{}\n", kText, kStamp, boot.id);
}

// True once all of it is on the disk.
bool write_through(int fd, std::string_view text)
{
    const auto written = ::write(fd, text.data(), text.size());
    if (written >= 0 && written != static_cast<ssize_t>(text.size()))
        errno = ENOSPC;
    return written == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
}

bool write_beside(const std::string& path, std::string_view text)
{
    const auto fresh = path + ".new";
    ::unlink(fresh.c_str()); // of an attempt that was cut off
    const File file(fresh, O_WRONLY | O_CREAT | O_EXCL);
    if (!file.is_open())
        return false;
    if (!write_through(file.fd(), text) || ::rename(fresh.c_str(), path.c_str()) != 0) {
        const int reason = errno;
        ::unlink(fresh.c_str());
        errno = reason;
        return false;
    }
    const auto folder = std::filesystem::path(path).parent_path().string();
    if (const File names(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY); names.is_open())
        ::fsync(names.fd()); // not all file systems can; the flag is there all the same
    return true;
}

// Where only the file itself may be written: folders without that right, profiles that name just the file.
bool write_in_place(const std::string& path, std::string_view text)
{
    const File file(path, O_WRONLY | O_CREAT);
    struct stat about {};
    if (!file.is_open() || ::fstat(file.fd(), &about) != 0)
        return false;
    if (!S_ISREG(about.st_mode) || about.st_nlink > 1) {
        errno = EINVAL; // it may be anybody's
        return false;
    }
    if (::ftruncate(file.fd(), 0) == 0 && write_through(file.fd(), text))
        return true;
    const int reason = errno;
    if (::ftruncate(file.fd(), 0) == 0)
        ::unlink(path.c_str());
    errno = reason;
    return false;
}

Error not_ours(const std::string& path)
{
    return {Errc::bad_config, fmt::format("{} is not upsmon's: it is left as it is", path)};
}

} // namespace

Boot this_boot(const std::string& proc)
{
    Boot boot;
    boot.now = ::time(nullptr);
    std::ifstream id(proc + "/sys/kernel/random/boot_id");
    std::getline(id, boot.id);
    if (boot.id.size() > 64 || boot.id.find_first_not_of("0123456789abcdefABCDEF-") != boot.id.npos)
        boot.id.clear();
    std::ifstream stat(proc + "/stat");
    for (std::string line; std::getline(stat, line);)
        if (line.starts_with("btime "))
            boot.started = to_long(std::string_view(line).substr(6)).value_or(0);
    return boot;
}

Result<void> set(const std::string& path, const Boot& boot)
{
    if (const auto old = read_content(path); old && !old->text.empty() && !old->text.starts_with(kText))
        return not_ours(path);
    const auto text = text_for(boot);
    if (write_beside(path, text) || write_in_place(path, text))
        return {};
    return system_error("Can't set the power down flag " + path);
}

PowerFlag look(const std::string& path, const Boot& boot)
{
    const auto content = read_content(path);
    if (!content)
        return errno == ENOENT || errno == ENOTDIR ? PowerFlag::not_set : PowerFlag::foreign;
    if (!content->text.starts_with(kText) || !content->trusted)
        return PowerFlag::foreign;
    if (const auto stamp = stamp_of(content->text))
        return !boot.id.empty() && *stamp == boot.id ? PowerFlag::set : PowerFlag::stale;
    if (content->in_memory)
        return PowerFlag::set;
    const bool of_this_boot =
        boot.started > 0 && content->written >= boot.started && content->written <= boot.now;
    return of_this_boot ? PowerFlag::set : PowerFlag::stale;
}

Result<void> clear(const std::string& path)
{
    const auto content = read_content(path);
    if (!content) {
        if (errno == ENOENT || errno == ENOTDIR)
            return {};
        return system_error(fmt::format("The power down flag {} is not upsmon's", path));
    }
    if (!content->text.starts_with(kText))
        return not_ours(path);
    if (::unlink(path.c_str()) != 0 && errno != ENOENT)
        return system_error("Can't remove the power down flag " + path);
    return {};
}

} // namespace upright::power_flag
