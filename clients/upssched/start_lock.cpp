#include "clients/upssched/start_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace upright::upssched {
namespace {

using namespace std::chrono_literals;

constexpr auto kPause = 20ms;

// NUT's lock files have no permissions at all, so that one it left behind could not even be opened.
bool remove_nuts(const std::string& path)
{
    struct stat file {};
    return ::lstat(path.c_str(), &file) == 0 && S_ISREG(file.st_mode) && (file.st_mode & 0777) == 0
           && ::unlink(path.c_str()) == 0;
}

int open_lock(const std::string& path)
{
    const auto open = [&] {
        return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0600);
    };
    const int fd = open();
    return fd < 0 && errno == EACCES && remove_nuts(path) ? open() : fd;
}

// The name may belong to another file by the time that we have the lock on this one.
bool is_named(int fd, const std::string& path)
{
    struct stat ours {};
    struct stat named {};
    return ::fstat(fd, &ours) == 0 && ::lstat(path.c_str(), &named) == 0 && ours.st_dev == named.st_dev
           && ours.st_ino == named.st_ino;
}

} // namespace

Result<StartLock> StartLock::take(const std::string& path, std::chrono::steady_clock::time_point deadline)
{
    for (;;) {
        const int fd = open_lock(path);
        if (fd < 0)
            return system_error("can't create the lock file (LOCKFN) " + path);
        struct stat file {};
        if (::fstat(fd, &file) != 0 || !S_ISREG(file.st_mode)) {
            ::close(fd);
            return Error{Errc::bad_config, "the lock file (LOCKFN) " + path + " is no ordinary file"};
        }
        if (::flock(fd, LOCK_EX | LOCK_NB) == 0 && is_named(fd, path))
            return StartLock(path, fd);
        ::close(fd);
        if (std::chrono::steady_clock::now() >= deadline)
            return Error{Errc::timed_out, "somebody holds the lock file (LOCKFN) " + path};
        std::this_thread::sleep_for(kPause);
    }
}

bool StartLock::is_taken(const std::string& path)
{
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return false;
    const bool taken = ::flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(fd);
    return taken;
}

StartLock::~StartLock()
{
    if (fd_ < 0)
        return;
    ::unlink(path_.c_str());
    ::close(fd_);
}

} // namespace upright::upssched
