#include "drivers/upsim/pty.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <termios.h>
#include <unistd.h>
#include <utility>

namespace asio = boost::asio;

namespace upright::upsim {
namespace {

void make_raw(int fd)
{
    termios line{};
    if (::tcgetattr(fd, &line) != 0)
        return;
    ::cfmakeraw(&line);
    ::cfsetspeed(&line, B2400);
    ::tcsetattr(fd, TCSANOW, &line);
}

// Made beside its place and moved there, so that whoever looks sees the old one or the new one.
Result<void> make_link(const std::string& target, const std::string& link)
{
    namespace fs = std::filesystem;
    std::error_code ec;
    if (fs::exists(fs::symlink_status(link, ec)) && !fs::is_symlink(fs::symlink_status(link, ec)))
        return Error{Errc::bad_config, fmt::format("{} is there already, and is no link", link)};
    const auto fresh = link + ".new";
    fs::remove(fresh, ec);
    fs::create_symlink(target, fresh, ec);
    if (!ec)
        fs::rename(fresh, link, ec);
    if (ec)
        return Error{Errc::bad_config, fmt::format("Can't make {}: {}", link, ec.message())};
    return {};
}

} // namespace

Result<Pty> Pty::open(const asio::any_io_executor& executor, std::string link)
{
    asio::posix::stream_descriptor near(executor);
    asio::posix::stream_descriptor far(executor);
    const int master = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (master < 0)
        return system_error("Can't open a pseudo terminal");
    near.assign(master);
    std::array<char, 64> name{};
    if (::grantpt(master) != 0 || ::unlockpt(master) != 0
        || ::ptsname_r(master, name.data(), name.size()) != 0)
        return system_error("Can't set up a pseudo terminal");
    const int slave = ::open(name.data(), O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
    if (slave < 0)
        return system_error(fmt::format("Can't open {}", name.data()));
    far.assign(slave);
    make_raw(slave);
    if (const auto made = make_link(name.data(), link); !made)
        return made.error();
    return Pty(std::move(near), std::move(far), std::move(link));
}

Pty::Pty(Pty&& other) noexcept
    : near_(std::move(other.near_)), far_(std::move(other.far_)), link_(std::exchange(other.link_, {}))
{
}

Pty::~Pty()
{
    std::error_code ignored;
    if (!link_.empty())
        std::filesystem::remove(link_, ignored);
}

} // namespace upright::upsim
