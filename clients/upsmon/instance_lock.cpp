#include "clients/upsmon/instance_lock.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

namespace upright::upsmon {

Result<InstanceLock> InstanceLock::take(const std::string& folder)
{
    const auto path = folder + "/upsmon.lock";
    InstanceLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK, 0600));
    if (lock.fd_ < 0)
        return system_error("Can't open " + path);
    if (::flock(lock.fd_, LOCK_EX | LOCK_NB) == 0)
        return lock;
    if (errno == EWOULDBLOCK)
        return Error{Errc::already_attached, path + " is taken"};
    return system_error("Can't lock " + path);
}

InstanceLock::~InstanceLock()
{
    if (fd_ >= 0)
        ::close(fd_);
}

} // namespace upright::upsmon
