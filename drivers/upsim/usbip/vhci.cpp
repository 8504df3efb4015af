#include "drivers/upsim/usbip/vhci.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::upsim::usbip {
namespace {

constexpr int kFullSpeed = 2;
constexpr int kDevice = 1 << 16 | 2; // bus and address at the other end: any will do

Error failed(const std::string& what, int error)
{
    return {Errc::bad_config, fmt::format("{}: {}", what, std::generic_category().message(error))};
}

Result<std::string> read_file(const std::string& path)
{
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0)
        return failed("Can't read " + path, errno);
    std::string text(4096, '\0');
    const auto size = ::read(file, text.data(), text.size());
    ::close(file);
    if (size < 0)
        return failed("Can't read " + path, errno);
    text.resize(static_cast<std::size_t>(size));
    return text;
}

Result<void> write_file(const std::string& path, const std::string& text)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0)
        return failed("Can't write to " + path, errno);
    const bool written = ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
    const int error = errno;
    ::close(file);
    return written ? Result<void>{} : Result<void>(failed("Can't write to " + path, error));
}

} // namespace

// hub port sta spd dev      sockfd local_busid
// hs  0000 004 000 00000000 000000 0-0
std::optional<int> free_port(std::string_view status)
{
    while (!status.empty()) {
        const auto end = std::min(status.find('\n'), status.size());
        const auto line = status.substr(0, end);
        status.remove_prefix(std::min(end + 1, status.size()));
        if (line.starts_with("hs ") && line.size() > 12 && line.substr(9, 3) == "004")
            return to_int(line.substr(4, 4));
    }
    return std::nullopt;
}

Result<int> attach(const std::string& controller)
{
    if (::access(controller.c_str(), F_OK) != 0)
        return Error{Errc::bad_config,
                     fmt::format("there is no {}: the kernel module vhci_hcd is not loaded", controller)};
    const auto status = read_file(controller + "/status");
    if (!status)
        return status.error();
    const auto port = free_port(*status);
    if (!port)
        return Error{Errc::bad_config, "vhci_hcd has no free port"};
    std::array<int, 2> ends{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
        return failed("socketpair", errno);
    const auto attached =
        write_file(controller + "/attach", fmt::format("{} {} {} {}", *port, ends[1], kDevice, kFullSpeed));
    ::close(ends[1]); // the kernel has it
    if (!attached) {
        ::close(ends[0]);
        return attached.error();
    }
    return ends[0];
}

} // namespace upright::upsim::usbip
