#include "drivers/upsim/snmp/agent.hpp"

#include "drivers/upsim/snmp/message.hpp"
#include "drivers/upsim/snmp/net_snmp.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace upright::upsim::snmp {
namespace {

// As it was asked for, with the port that it got.
std::string place_of(const std::string& address, int fd)
{
    sockaddr_storage bound{};
    socklen_t length = sizeof bound;
    const auto colon = address.rfind(':');
    if (::getsockname(fd, reinterpret_cast<sockaddr*>(&bound), &length) != 0)
        return address;
    const auto port = bound.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bound).sin6_port
                                                  : reinterpret_cast<const sockaddr_in&>(bound).sin_port;
    const bool ip = bound.ss_family == AF_INET6 || bound.ss_family == AF_INET;
    const bool has_port = colon != address.npos && to_int(address.substr(colon + 1)).has_value();
    return !ip || !has_port ? address : fmt::format("{}:{}", address.substr(0, colon), ntohs(port));
}

std::optional<Request::Kind> kind_of(int command)
{
    switch (command) {
    case SNMP_MSG_GET: return Request::Kind::get;
    case SNMP_MSG_GETNEXT: return Request::Kind::next;
    case SNMP_MSG_GETBULK: return Request::Kind::bulk;
    case SNMP_MSG_SET: return Request::Kind::set;
    default: return std::nullopt;
    }
}

std::string_view community_of(const netsnmp_pdu& pdu)
{
    return {reinterpret_cast<const char*>(pdu.community), pdu.community_len};
}

// Inside quotes, as net-snmp's configuration wants it.
std::string quoted(const std::string& text)
{
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out += '\\';
        out += c;
    }
    return out + '"';
}

} // namespace

struct AgentCallback {
    // The library calls it with messages whose authentication failed, too, so that somebody can be told of
    // them; its only sign of that is the session's error.
    static int call(int operation, netsnmp_session* session, int /*reqid*/, netsnmp_pdu* pdu, void* agent)
    {
        if (operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && session->s_snmp_errno == SNMPERR_SUCCESS)
            static_cast<Agent*>(agent)->received(session, pdu);
        return 1;
    }
};

Agent::Agent(const boost::asio::any_io_executor& executor, Access access, Respond respond, Delay delay)
    : executor_(executor), access_(std::move(access)), respond_(std::move(respond)), delay_(std::move(delay))
{
}

Agent::~Agent()
{
    for (auto* const session : sessions_)
        snmp_close(session);
}

Result<void> Agent::listen(const std::string& address)
{
    const auto failed = [&](const std::string& why) {
        return Error{Errc::invalid_argument, fmt::format("can't listen at {}: {}", address, why)};
    };
    errno = 0;
    auto* const transport = netsnmp_transport_open_server("snmp", address.c_str());
    if (transport == nullptr)
        return failed(errno != 0 ? std::strerror(errno) : "want an address such as udp:127.0.0.1:1161");
    const auto place = place_of(address, transport->sock);
    netsnmp_session settings;
    snmp_sess_init(&settings);
    settings.version = SNMP_DEFAULT_VERSION;
    settings.callback = AgentCallback::call;
    settings.callback_magic = this;
    settings.isAuthoritative = SNMP_SESS_AUTHORITATIVE;
    auto* const session = snmp_add(&settings, transport, nullptr, nullptr); // closes it if it can't
    if (session == nullptr)
        return failed("net-snmp refuses");
    sessions_.push_back(session);
    if (place_.empty())
        place_ = place;
    return {};
}

Result<void> Agent::add_users()
{
    for (const auto& user : access_.users) {
        auto line = quoted(user.name);
        if (user.level >= Level::auth)
            line += fmt::format(" {} {}", user.auth_protocol, quoted(user.auth_password));
        if (user.level == Level::priv)
            line += fmt::format(" {} {}", user.priv_protocol, quoted(user.priv_password));
        usm_parse_create_usmUser("createUser", line.data());
        std::size_t length = 0;
        auto* const id = snmpv3_generate_engineID(&length);
        auto name = user.name;
        const bool there = usm_get_user(id, length, name.data()) != nullptr;
        std::free(id); // NOLINT(cppcoreguidelines-no-malloc): the library's
        if (!there)
            return Error{Errc::invalid_argument,
                         fmt::format("net-snmp does not take the user {}", escaped(user.name, 32))};
    }
    return {};
}

bool Agent::may_write(const netsnmp_pdu& pdu) const
{
    return pdu.version == SNMP_VERSION_3 || community_of(pdu) == access_.write_community;
}

std::optional<Status> Agent::refusal(const netsnmp_pdu& pdu) const
{
    if (pdu.version != SNMP_VERSION_3)
        return std::nullopt;
    const std::string_view name(pdu.securityName, pdu.securityNameLen);
    const auto user = std::find_if(access_.users.begin(), access_.users.end(),
                                   [&](const User& one) { return one.name == name; });
    if (user != access_.users.end() && pdu.securityLevel >= static_cast<int>(user->level))
        return std::nullopt;
    return Status::authorization_error;
}

void Agent::received(netsnmp_session* session, netsnmp_pdu* pdu)
{
    const auto kind = kind_of(pdu->command);
    const auto community = community_of(*pdu);
    const bool known = pdu->version == SNMP_VERSION_3 || community == access_.community
                       || community == access_.write_community;
    if (!kind || !known)
        return;
    Request request{.kind = *kind,
                    .v1 = pdu->version == SNMP_VERSION_1,
                    .may_write = may_write(*pdu),
                    .once = static_cast<int>(std::clamp(pdu->non_repeaters, 0L, 10000L)),
                    .rounds = static_cast<int>(std::clamp(pdu->max_repetitions, 0L, 10000L)),
                    .longest = longest_answer(*pdu),
                    .bindings = bindings_of(*pdu)};
    const auto refused = refusal(*pdu);
    const auto response = refused ? Response{*refused, 0, request.bindings} : respond_(request);
    if (!response)
        return;
    respond(session, reply_to(*pdu, *response));
}

void Agent::respond(netsnmp_session* session, netsnmp_pdu* reply)
{
    const auto send = [session, reply] {
        // The other end of a TCP connection may have gone meanwhile.
        if (snmp_sess_pointer(session) == nullptr || snmp_send(session, reply) == 0)
            snmp_free_pdu(reply);
    };
    const auto delay = delay_();
    if (delay.count() == 0)
        return send();
    auto timer = std::make_shared<boost::asio::steady_timer>(executor_, delay);
    timer->async_wait([timer, send, reply](const boost::system::error_code& ec) {
        if (ec)
            snmp_free_pdu(reply);
        else
            send();
    });
}

} // namespace upright::upsim::snmp
