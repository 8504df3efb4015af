#include "server/upsd/access.hpp"

#include "common/text/number.hpp"

#include <algorithm>
#include <bit>
#include <span>

namespace ip = boost::asio::ip;

namespace upright::upsd {
namespace {

constexpr std::string_view kAll = "all";
constexpr unsigned kMappedBits = 96; // ::ffff:0:0/96 holds the IPv4 addresses

std::optional<ip::address> parse_address(std::string_view text)
{
    // No zone: fe80::1%eth0 would look as if only that link were meant.
    if (text.empty() || text.find_first_not_of("0123456789abcdefABCDEF.:") != std::string_view::npos)
        return std::nullopt;
    boost::system::error_code failed;
    const auto address = ip::make_address(text, failed);
    return failed ? std::nullopt : std::optional(address);
}

// 255.255.255.0 is 24; a mask with holes is nothing.
std::optional<unsigned> bits_of_mask(std::string_view text)
{
    const auto mask = parse_address(text);
    if (!mask || !mask->is_v4())
        return std::nullopt;
    const auto bits = mask->to_v4().to_uint();
    const auto leading = static_cast<unsigned>(std::countl_one(bits));
    return std::popcount(bits) == static_cast<int>(leading) ? std::optional(leading) : std::nullopt;
}

std::optional<unsigned> bits_of_prefix(std::string_view text, const ip::address& base)
{
    const unsigned most = base.is_v4() ? 32 : 128;
    if (text.find('.') != std::string_view::npos)
        return base.is_v4() ? bits_of_mask(text) : std::nullopt;
    const auto bits = to_int(text);
    if (!bits || *bits < 0 || static_cast<unsigned>(*bits) > most || text.starts_with('+'))
        return std::nullopt;
    return static_cast<unsigned>(*bits);
}

bool same_start(std::span<const unsigned char> a, std::span<const unsigned char> b, unsigned bits)
{
    const auto bytes = bits / 8;
    if (!std::equal(a.begin(), a.begin() + bytes, b.begin()))
        return false;
    const auto left = bits % 8;
    return left == 0 || (a[bytes] ^ b[bytes]) >> (8 - left) == 0;
}

} // namespace

ip::address plain(const ip::address& address)
{
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

bool Network::contains(const ip::address& address) const
{
    const auto other = plain(address);
    if (other.is_v4() != base.is_v4())
        return false;
    if (base.is_v4())
        return same_start(base.to_v4().to_bytes(), other.to_v4().to_bytes(), prefix);
    return same_start(base.to_v6().to_bytes(), other.to_v6().to_bytes(), prefix);
}

std::optional<Network> parse_network(std::string_view text)
{
    const auto slash = text.find('/');
    const auto base = parse_address(text.substr(0, slash));
    if (!base)
        return std::nullopt;
    const auto bits = slash == std::string_view::npos ? std::optional(base->is_v4() ? 32U : 128U)
                                                      : bits_of_prefix(text.substr(slash + 1), *base);
    if (!bits)
        return std::nullopt;
    if (plain(*base).is_v4() && base->is_v6()) { // ::ffff:192.0.2.0/120 is 192.0.2.0/24
        if (*bits < kMappedBits)
            return std::nullopt;
        return Network{plain(*base), *bits - kMappedBits};
    }
    return Network{*base, *bits};
}

void AccessLists::define(std::string name, Network network)
{
    if (!equal_ignoring_case(name, kAll))
        networks_[std::move(name)].push_back(network);
}

bool AccessLists::knows(std::string_view name) const
{
    return equal_ignoring_case(name, kAll) || networks_.find(name) != networks_.end();
}

bool AccessLists::contains(std::string_view name, const ip::address& address) const
{
    if (equal_ignoring_case(name, kAll))
        return true;
    const auto list = networks_.find(name);
    return list != networks_.end()
           && std::any_of(list->second.begin(), list->second.end(),
                          [&](const auto& network) { return network.contains(address); });
}

void AccessLists::rule(bool accept, std::string name) { rules_.push_back({accept, std::move(name)}); }

bool AccessLists::accepts(const ip::address& address) const
{
    for (const auto& rule : rules_)
        if (contains(rule.name, address))
            return rule.accept;
    return std::none_of(rules_.begin(), rules_.end(), [](const auto& rule) { return rule.accept; });
}

std::vector<std::string_view> AccessLists::names() const
{
    std::vector<std::string_view> names{kAll};
    for (const auto& [name, networks] : networks_)
        names.push_back(name);
    return names;
}

} // namespace upright::upsd
