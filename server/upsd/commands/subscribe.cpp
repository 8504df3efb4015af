#include "server/upsd/commands/subscribe.hpp"

namespace upright::upsd {
namespace {

Subscription& subscription_of(Peer& peer)
{
    auto& subscription = peer.client.subscription;
    if (!subscription)
        subscription = std::make_unique<Subscription>(peer.service.upses, peer.outlet);
    return *subscription;
}

} // namespace

// SUBSCRIBE UPS <ups>  ->  BEGIN SUBSCRIBE UPS <ups>, STATE, VAR ..., END; then NOTIFY lines
Refused subscribe_ups(Peer& peer, Args args, std::string& out)
{
    auto* const ups = peer.service.upses.find(args[0]);
    if (ups == nullptr)
        return Errc::unknown_ups;
    if (!subscription_of(peer).add(*ups, out))
        return Errc::already_subscribed;
    return {};
}

// SUBSCRIBE ALL  ->  a block for each UPS, in the order of LIST UPS, then OK SUBSCRIBE ALL
Refused subscribe_all(Peer& peer, Args, std::string&)
{
    if (!subscription_of(peer).add_all())
        return Errc::already_subscribed;
    peer.after = After::produce;
    return {};
}

// UNSUBSCRIBE UPS <ups>  ->  OK
Refused unsubscribe_ups(Peer& peer, Args args, std::string& out)
{
    auto* const ups = peer.service.upses.find(args[0]);
    if (ups == nullptr)
        return Errc::unknown_ups;
    if (!peer.client.subscription || !peer.client.subscription->remove(*ups))
        return Errc::not_subscribed;
    out += "OK\n";
    return {};
}

// UNSUBSCRIBE ALL  ->  OK, also if there was nothing
Refused unsubscribe_all(Peer& peer, Args, std::string& out)
{
    peer.client.subscription.reset();
    out += "OK\n";
    return {};
}

} // namespace upright::upsd
