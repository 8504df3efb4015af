#include "drivers/upsim/usbip/pdu.hpp"

#include <fmt/format.h>

namespace upright::upsim::usbip {
namespace {

enum Command : std::uint32_t { submit = 1, unlink = 2, submit_done = 3, unlink_done = 4 };

// Byte offsets: command 0, number 4, device 8, direction 12 (1: in), endpoint 16;
// of a submission: flags 20, length 24, start frame 28, packets 32, interval 36, setup 40.
constexpr std::size_t kSetup = 40;
constexpr std::uint32_t kNotIsochronous = 0xFFFFFFFF;

std::uint32_t word(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
        value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
    return value;
}

void add(std::string& to, std::uint32_t value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        to += static_cast<char>(value >> shift & 0xFF);
}

std::string header(Command command, std::uint32_t number)
{
    std::string bytes;
    add(bytes, command);
    add(bytes, number);
    bytes.resize(20, '\0'); // device, direction and endpoint are 0 in replies
    return bytes;
}

Error broken(std::string what) { return {Errc::bad_reply, "USB/IP: " + std::move(what)}; }

Result<std::optional<Request>> parse_submit(std::string_view bytes)
{
    const auto direction = word(bytes, 12);
    const auto endpoint = word(bytes, 16);
    const auto length = word(bytes, 24);
    const auto packets = word(bytes, 32);
    if (direction > 1 || endpoint > 15)
        return broken(fmt::format("no endpoint {} in direction {}", endpoint, direction));
    if (length > kLongestData)
        return broken(fmt::format("a transfer of {} bytes", length));
    if (packets != 0 && packets != kNotIsochronous)
        return broken("an isochronous transfer");
    const std::size_t size = kHeader + (direction == 0 ? length : 0);
    if (bytes.size() < size)
        return std::optional<Request>{};
    Request request;
    request.size = size;
    request.submit = Submit{.number = word(bytes, 4),
                            .in = direction == 1,
                            .endpoint = static_cast<std::uint8_t>(endpoint),
                            .length = length,
                            .setup = std::string(bytes.substr(kSetup, 8)),
                            .data = std::string(bytes.substr(kHeader, size - kHeader))};
    return std::optional(std::move(request));
}

} // namespace

Result<std::optional<Request>> parse_request(std::string_view bytes)
{
    if (bytes.size() < kHeader)
        return std::optional<Request>{};
    switch (const auto command = word(bytes, 0)) {
    case submit: return parse_submit(bytes);
    case unlink: {
        Request request;
        request.size = kHeader;
        request.unlink = Unlink{.number = word(bytes, 4), .submit = word(bytes, 20)};
        return std::optional(std::move(request));
    }
    default: return broken(fmt::format("command {}", command));
    }
}

std::string submit_reply(std::uint32_t number, int status, std::size_t done, std::string_view data)
{
    auto bytes = header(submit_done, number);
    add(bytes, static_cast<std::uint32_t>(status));
    add(bytes, static_cast<std::uint32_t>(done));
    bytes.resize(kHeader, '\0');
    bytes += data;
    return bytes;
}

std::string unlink_reply(std::uint32_t number, int status)
{
    auto bytes = header(unlink_done, number);
    add(bytes, static_cast<std::uint32_t>(status));
    bytes.resize(kHeader, '\0');
    return bytes;
}

} // namespace upright::upsim::usbip
