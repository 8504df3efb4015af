// How users name a UPS or a server on a command line: ups[@host[:port]] and [host[:port]], an IPv6 address in
// brackets. Pure text; nothing is looked up here.
#pragma once

#include "common/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace upright {

inline constexpr std::uint16_t kNutPort = 3493;

struct Server {
    std::string host = "localhost";
    std::uint16_t port = kNutPort;

    bool operator==(const Server&) const = default;
};

struct Designation {
    std::string ups;
    Server server;
};

// Fail with the text that NUT's programs print behind "Error: "; empty text means the local server.
Result<Server> parse_server(std::string_view text);
Result<Designation> parse_designation(std::string_view text); // the UPS must be named

} // namespace upright
