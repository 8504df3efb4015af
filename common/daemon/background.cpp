#include "common/daemon/background.hpp"

#include "common/daemon/log.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>

namespace upright {
namespace {

[[noreturn]] void wait_for_child(int from_child)
{
    char byte = 0;
    ssize_t got = -1;
    do
        got = ::read(from_child, &byte, 1);
    while (got < 0 && errno == EINTR);
    _exit(got == 1 ? EXIT_SUCCESS : EXIT_FAILURE);
}

} // namespace

Background::Background(Background&& other) noexcept : to_parent_(std::exchange(other.to_parent_, -1)) {}

Background::~Background()
{
    if (to_parent_ >= 0)
        ::close(to_parent_);
}

Background Background::start()
{
    std::array<int, 2> ends{-1, -1};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0) {
        log::error("Can't enter background: no pipe");
        std::exit(EXIT_FAILURE); // NOLINT(concurrency-mt-unsafe)
    }
    const auto child = ::fork();
    if (child < 0) {
        log::error("Can't enter background: can't fork");
        std::exit(EXIT_FAILURE); // NOLINT(concurrency-mt-unsafe)
    }
    if (child > 0) {
        ::close(ends[1]);
        wait_for_child(ends[0]);
    }
    ::close(ends[0]);
    ::setsid();
    Background background;
    background.to_parent_ = ends[1];
    return background;
}

void Background::ready()
{
    if (to_parent_ < 0)
        return;
    log::to_background();
    const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (nowhere >= 0) {
        ::dup2(nowhere, STDIN_FILENO);
        ::dup2(nowhere, STDOUT_FILENO);
        if (!log::keeps_stderr())
            ::dup2(nowhere, STDERR_FILENO);
        ::close(nowhere);
    }
    const char byte = 1;
    [[maybe_unused]] const auto sent = ::write(to_parent_, &byte, 1);
    ::close(std::exchange(to_parent_, -1));
}

} // namespace upright
