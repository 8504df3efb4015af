// The messages of USB/IP after a device was attached (Linux, Documentation/usb/usbip_protocol.rst): 48 bytes,
// big-endian, and then the data of the transfer. Pure.
#pragma once

#include "common/result.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsim::usbip {

constexpr std::size_t kHeader = 48;
constexpr std::size_t kLongestData = 64 * 1024;

struct Submit {
    std::uint32_t number = 0;
    bool in = false;
    std::uint8_t endpoint = 0; // its number, without the direction
    std::uint32_t length = 0;  // of the buffer
    std::string setup;         // 8 bytes; of interest to endpoint 0 only
    std::string data;          // if it is not `in`
};

struct Unlink {
    std::uint32_t number = 0;
    std::uint32_t submit = 0; // which is to be given up
};

struct Request {
    std::optional<Submit> submit; // one of the two
    std::optional<Unlink> unlink;
    std::size_t size = 0; // bytes that it took
};

// The first whole request in `bytes`; nothing if it is not whole yet. An error can't be recovered from.
Result<std::optional<Request>> parse_request(std::string_view bytes);

// `status` is a negative errno or 0; `data` what was read, nothing if it was written; `done` bytes.
std::string submit_reply(std::uint32_t number, int status, std::size_t done, std::string_view data);
std::string unlink_reply(std::uint32_t number, int status);

} // namespace upright::upsim::usbip
