#include "drivers/io/snmp/trap_listener.hpp"

#include "drivers/io/snmp/net_snmp.hpp"
#include "drivers/io/snmp/session_user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <chrono>

#include <netdb.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::snmp {
namespace {

using Cause = SnmpError::Cause;
constexpr auto kPause = std::chrono::milliseconds(200); // a storm of traps is one poll in so long

std::string number_of(const sockaddr* address, socklen_t length)
{
    std::array<char, NI_MAXHOST> text{};
    if (::getnameinfo(address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0)
        return {};
    std::string number = text.data();
    constexpr std::string_view kMapped = "::ffff:";
    return number.starts_with(kMapped) ? number.substr(kMapped.size()) : number;
}

std::string host_of(std::string peer)
{
    if (const auto bracket = peer.find('['); bracket != peer.npos)
        return peer.substr(bracket + 1, peer.find(']') - bracket - 1);
    for (const std::string_view transport : {"udp:", "tcp:", "udp6:", "tcp6:"})
        if (peer.starts_with(transport))
            peer.erase(0, transport.size());
    return std::count(peer.begin(), peer.end(), ':') == 1 ? peer.substr(0, peer.find(':')) : peer;
}

// The addresses of the hosts, in numbers.
std::vector<std::string> numbers_of(const std::vector<std::string>& hosts)
{
    std::vector<std::string> numbers;
    for (const auto& host : hosts) {
        addrinfo hints{};
        hints.ai_socktype = SOCK_DGRAM;
        addrinfo* found = nullptr;
        if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0)
            throw SnmpError(Cause::unreachable,
                            fmt::format("traps of {} can't be heard: no such host", host));
        for (const auto* one = found; one != nullptr; one = one->ai_next)
            numbers.push_back(number_of(one->ai_addr, one->ai_addrlen));
        ::freeaddrinfo(found);
    }
    return numbers;
}

} // namespace

struct TrapListener::Inside {
    std::vector<std::string> sources; // in numbers
    SessionOptions wanted;
    void* session = nullptr;
    int descriptor = -1;
    bool heard = false;

    // Before anything is parsed: whether it comes from our device.
    static int from_known(netsnmp_session* session, netsnmp_transport* /*transport*/, void* address,
                          int length)
    {
        const auto& inside = *static_cast<Inside*>(session->callback_magic);
        if (address == nullptr || length < static_cast<int>(sizeof(netsnmp_indexed_addr_pair)))
            return 0;
        const auto& remote = static_cast<netsnmp_indexed_addr_pair*>(address)->remote_addr;
        const auto number = number_of(&remote.sa, sizeof remote);
        return std::find(inside.sources.begin(), inside.sources.end(), number) != inside.sources.end() ? 1
                                                                                                       : 0;
    }

    // Without it the library hands over what is not by whom it says.
    static int authentic(netsnmp_session* /*session*/, netsnmp_pdu* /*pdu*/, int result)
    {
        return result == 0 ? 1 : 0;
    }

    bool bears_our_name(const netsnmp_pdu& pdu) const
    {
        if (pdu.version == SNMP_VERSION_3)
            return wanted.version == Version::v3 && pdu.securityLevel >= level_of(wanted.level)
                   && wanted.user == std::string_view(pdu.securityName, pdu.securityNameLen);
        return wanted.version != Version::v3
               && wanted.community
                      == std::string_view(reinterpret_cast<const char*>(pdu.community), pdu.community_len);
    }

    void answer(netsnmp_pdu& inform) const
    {
        auto* const reply = snmp_clone_pdu(&inform);
        if (reply == nullptr)
            return;
        reply->command = SNMP_MSG_RESPONSE;
        reply->errstat = 0;
        reply->errindex = 0;
        if (snmp_sess_send(session, reply) == 0)
            snmp_free_pdu(reply);
    }

    static int take(int operation, netsnmp_session* session, int /*id*/, netsnmp_pdu* pdu, void* self)
    {
        auto& inside = *static_cast<Inside*>(self);
        if (operation != NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE || pdu == nullptr
            || session->s_snmp_errno != SNMPERR_SUCCESS || !inside.bears_our_name(*pdu))
            return 1;
        const bool inform = pdu->command == SNMP_MSG_INFORM;
        inside.heard =
            inside.heard || inform || pdu->command == SNMP_MSG_TRAP || pdu->command == SNMP_MSG_TRAP2;
        if (inform)
            inside.answer(*pdu);
        return 1;
    }
};

namespace {

// Informs are made out to our own engine: there, too, the user must be known.
void add_own_user(const SessionOptions& options)
{
    netsnmp_session own;
    snmp_sess_init(&own);
    own.version = SNMP_VERSION_3;
    add_user(own, options);
    std::array<u_char, SNMP_MAXBUF_SMALL> engine{};
    own.securityEngineIDLen = snmpv3_get_engineID(engine.data(), engine.size());
    own.securityEngineID = engine.data();
    usm_create_user_from_session(&own);
}

} // namespace

TrapListener::TrapListener(const TrapOptions& options) : inside_(std::make_unique<Inside>())
{
    auto& inside = *inside_;
    inside.wanted = options.session;
    inside.sources =
        numbers_of(options.sources.empty() ? std::vector{host_of(options.session.peer)} : options.sources);
    const std::lock_guard held(library());
    if (options.session.version == Version::v3)
        add_own_user(options.session);
    auto* const transport = netsnmp_transport_open_server("snmptrap", options.listen.c_str());
    if (transport == nullptr)
        throw SnmpError(
            Cause::unreachable,
            fmt::format("traps can't be heard at {}: it is taken, not ours to take, or no address",
                        options.listen));
    inside.descriptor = transport->sock;
    netsnmp_session wanted;
    snmp_sess_init(&wanted);
    wanted.version = SNMP_DEFAULT_VERSION;
    wanted.retries = 0;
    wanted.timeout = SNMP_DEFAULT_TIMEOUT;
    wanted.callback = Inside::take;
    wanted.callback_magic = &inside;
    wanted.isAuthoritative = SNMP_SESS_UNKNOWNAUTH;
    inside.session = snmp_sess_add(&wanted, transport, Inside::from_known,
                                   Inside::authentic); // it owns the transport
    if (inside.session == nullptr)
        throw SnmpError(Cause::unreachable, fmt::format("traps can't be heard at {}", options.listen));
    wake_ = ::eventfd(0, EFD_CLOEXEC);
}

TrapListener::~TrapListener()
{
    over_ = true;
    const std::uint64_t one = 1;
    if (thread_.joinable() && ::write(wake_, &one, sizeof one) > 0)
        thread_.join();
    ::close(wake_);
    const std::lock_guard held(library());
    snmp_sess_close(inside_->session);
}

void TrapListener::start(std::function<void()> heard)
{
    heard_ = std::move(heard);
    if (!thread_.joinable())
        thread_ = std::thread([this] { run(); });
}

// Everything that has come, so that a storm does not wait in the socket to be told bit by bit.
bool TrapListener::take_all()
{
    constexpr int kMost = 10'000; // then the others have a turn
    auto& inside = *inside_;
    const std::lock_guard held(library());
    for (int taken = 0; taken < kMost; ++taken) {
        pollfd ready{inside.descriptor, POLLIN, 0};
        if (::poll(&ready, 1, 0) <= 0)
            break;
        netsnmp_large_fd_set descriptors;
        netsnmp_large_fd_set_init(&descriptors, inside.descriptor + 1);
        NETSNMP_LARGE_FD_SET(inside.descriptor, &descriptors);
        snmp_sess_session(inside.session)->s_snmp_errno = SNMPERR_SUCCESS;
        snmp_sess_read2(inside.session, &descriptors);
        netsnmp_large_fd_set_cleanup(&descriptors);
    }
    return std::exchange(inside.heard, false);
}

void TrapListener::run()
{
    while (!over_) {
        std::array<pollfd, 2> waited{{{inside_->descriptor, POLLIN, 0}, {wake_, POLLIN, 0}}};
        if (::poll(waited.data(), waited.size(), -1) <= 0 || (waited[0].revents & POLLIN) == 0 || !take_all())
            continue;
        heard_();
        pollfd pause{wake_, POLLIN, 0};
        ::poll(&pause, 1, static_cast<int>(kPause.count()));
    }
}

} // namespace upright::snmp
