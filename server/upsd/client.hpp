// Client: what upsd knows of one connected client: where it is, who it says it is, what it has asked for so
// far. Its session owns it, the commands change it; while it is logged in, its UPS points to it.
#pragma once

#include "server/upsd/subscription.hpp"

#include <boost/asio/ip/address.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace upright::upsd {

class CachedUps;

struct Client {
    Client() = default;
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;
    ~Client();

    std::uint64_t id = 0; // in the order of connecting
    boost::asio::ip::address address;
    std::optional<std::string> user;
    std::optional<std::string> password;
    CachedUps* login = nullptr; // LOGIN: this client is fed by that UPS
    bool tracking = false;      // SET TRACKING ON
    bool encrypted = false;
    std::uint64_t settled = 0; // as of which generation of upsd.users `proven` is known; 0: not yet
    bool proven = false;       // user and password belong together
    std::unique_ptr<Subscription> subscription; // SUBSCRIBE

    std::string who() const; // user@address for logs
};

} // namespace upright::upsd
