#include "drivers/io/snmp/presence.hpp"

#include "drivers/io/snmp/net_snmp.hpp"

#include <array>
#include <cerrno>
#include <memory>

#include <poll.h>
#include <sys/socket.h>

namespace upright::snmp {
namespace {

// A v3 message to nobody in particular (RFC 3414, section 4): empty engine, empty user, a reportable GET.
constexpr std::array<std::uint8_t, 60> kWhoAreYou{
    0x30, 58,   0x02, 0x01, 0x03,                                     // SEQUENCE, version 3
    0x30, 15,   0x02, 0x02, 0x51, 0x07, 0x02, 0x03, 0x00, 0xFF, 0xE3, // message id, longest answer
    0x04, 0x01, 0x04, 0x02, 0x01, 0x03,                               // reportable; user-based security
    0x04, 16,   0x30, 14,   0x04, 0x00, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x04, 0x00,
    0x04, 0x00, 0x04, 0x00, 0x30, 18,   0x04, 0x00, 0x04, 0x00, // no context
    0xA0, 12,   0x02, 0x02, 0x51, 0x07, 0x02, 0x01, 0x00, 0x02, 0x01, 0x00, 0x30, 0x00};

struct Free {
    void operator()(netsnmp_transport* transport) const
    {
        const std::lock_guard held(library());
        transport->f_close(transport);
        netsnmp_transport_free(transport);
    }
};
using Transport = std::unique_ptr<netsnmp_transport, Free>;

Transport open_transport(const std::string& peer)
{
    const std::lock_guard held(library());
    return Transport(netsnmp_transport_open_client("snmp", peer.c_str()));
}

bool says_unreachable(int error)
{
    return error == ECONNREFUSED || error == EHOSTUNREACH || error == ENETUNREACH || error == EHOSTDOWN;
}

} // namespace

Presence look_for_agent(const std::string& peer, std::chrono::milliseconds patience)
{
    const auto transport = open_transport(peer);
    if (!transport) // no such host, or a TCP port that nobody opens
        return Presence::unreachable;
    const int descriptor = transport->sock;
    int type = 0;
    socklen_t size = sizeof type;
    if (::getsockopt(descriptor, SOL_SOCKET, SO_TYPE, &type, &size) < 0)
        return Presence::unknown;
    // Only a connected socket hears that a UDP port is closed.
    if (type == SOCK_DGRAM
        && (transport->remote == nullptr
            || ::connect(descriptor, static_cast<const sockaddr*>(transport->remote),
                         static_cast<socklen_t>(transport->remote_length))
                   < 0))
        return says_unreachable(errno) ? Presence::unreachable : Presence::unknown;
    if (::send(descriptor, kWhoAreYou.data(), kWhoAreYou.size(), MSG_NOSIGNAL) < 0)
        return says_unreachable(errno) ? Presence::unreachable : Presence::unknown;
    pollfd waited{descriptor, POLLIN, 0};
    if (::poll(&waited, 1, static_cast<int>(patience.count())) <= 0)
        return Presence::unknown;
    std::array<char, 512> report{};
    if (::recv(descriptor, report.data(), report.size(), MSG_DONTWAIT) > 0)
        return Presence::agent;
    return says_unreachable(errno) ? Presence::unreachable : Presence::unknown;
}

} // namespace upright::snmp
