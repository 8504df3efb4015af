#include "server/upsd/commands/login.hpp"

#include "common/daemon/log.hpp"

namespace upright::upsd {
namespace {

std::string_view tls_mark(const Client& client) { return client.encrypted ? " (SSL)" : ""; }

// Writes down what somebody tried and how it ended.
Refused audited(Peer& peer, std::string_view action, std::string_view ups, Refused refused)
{
    peer.service.audit.record(peer.client,
                              {.action = action, .ups = ups, .result = refused ? wire_name(*refused) : "OK"});
    return refused;
}

// The UPS, if the client may do that with it: first whether there is one, then whether it may.
boost::system::result<CachedUps*, Errc> granted(const Peer& peer, Action action, std::string_view name)
{
    auto* const ups = peer.service.upses.find(name);
    if (ups == nullptr)
        return Errc::unknown_ups;
    const auto* const user = proven_user(peer);
    if (user == nullptr || !may(*user, action, ups->name, peer.service.access, peer.client.address))
        return Errc::access_denied;
    return ups;
}

Refused log_in(Peer& peer, Args args, Errc already, std::string& out)
{
    if (peer.client.login != nullptr)
        return audited(peer, "LOGIN", args[0], already);
    const auto ups = granted(peer, Action::login, args[0]);
    if (!ups)
        return audited(peer, "LOGIN", args[0], ups.error());
    (*ups)->log_in(peer.client);
    out += "OK\n";
    log::info("User {} logged into UPS [{}]{}", peer.client.who(), (*ups)->name, tls_mark(peer.client));
    return audited(peer, "LOGIN", (*ups)->name, {});
}

// Changes nothing: it only tells whether the client may act as the primary of that UPS.
Refused grant_primary(Peer& peer, Args args, std::string_view word, std::string& out)
{
    const auto ups = granted(peer, Action::primary, args[0]);
    if (!ups)
        return audited(peer, word, args[0], ups.error());
    out.append("OK ").append(word).append("-GRANTED\n");
    return audited(peer, word, (*ups)->name, {});
}

// Whoever listens on the network has read that password.
void complain_of_clear_text(Peer& peer)
{
    constexpr auto kEvery = std::chrono::minutes(1);
    auto& service = peer.service;
    if (peer.client.encrypted || !service.tls || peer.now - service.clear_password_logged < kEvery)
        return;
    service.clear_password_logged = peer.now;
    log::warning("{} sent a password in clear text although TLS is configured", peer.client.who());
}

} // namespace

// USERNAME <name>  ->  OK, whoever that is: it is looked at when a command needs it
Refused username(Peer& peer, Args args, std::string& out)
{
    if (peer.client.user)
        return Errc::already_set_username;
    peer.client.user = args[0];
    out += "OK\n";
    return {};
}

// PASSWORD <password>  ->  OK, be it right or wrong; in clear text only if that is allowed
Refused password(Peer& peer, Args args, std::string& out)
{
    if (peer.client.password)
        return Errc::already_set_password;
    if (!peer.client.encrypted && peer.service.force_tls)
        return Errc::access_denied;
    complain_of_clear_text(peer);
    peer.client.password = args[0];
    out += "OK\n";
    return {};
}

// LOGIN <ups>  ->  OK; also while the driver is down: clients log in at boot, before the drivers are there
Refused login(Peer& peer, Args args, std::string& out)
{
    return log_in(peer, args, Errc::already_logged_in, out);
}

// ATTACH <ups>: the name RFC 9271 gives it
Refused attach(Peer& peer, Args args, std::string& out)
{
    return log_in(peer, args, Errc::already_attached, out);
}

// PRIMARY <ups>  ->  OK PRIMARY-GRANTED
Refused primary(Peer& peer, Args args, std::string& out) { return grant_primary(peer, args, "PRIMARY", out); }

// MASTER <ups>  ->  OK MASTER-GRANTED
Refused master(Peer& peer, Args args, std::string& out) { return grant_primary(peer, args, "MASTER", out); }

// FSD <ups>  ->  OK FSD-SET
Refused fsd(Peer& peer, Args args, std::string& out)
{
    const auto ups = granted(peer, Action::fsd, args[0]);
    if (!ups)
        return audited(peer, "FSD", args[0], ups.error());
    if (!(*ups)->fsd()) {
        (*ups)->set_fsd();
        peer.service.upses.changed(**ups);
    }
    out += "OK FSD-SET\n";
    log::notice("Client {} set FSD on UPS [{}]", peer.client.who(), (*ups)->name);
    return audited(peer, "FSD", (*ups)->name, {});
}

} // namespace upright::upsd
