// Which addresses may talk to upsd: the named networks of upsd.conf (ACL) and the rules made of them (ACCEPT,
// REJECT). It owns what the file says; names compare in any case.
#pragma once

#include "common/text/case_less.hpp"

#include <boost/asio/ip/address.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

struct Network {
    boost::asio::ip::address base;
    unsigned prefix = 0; // bits

    // An IPv4 address inside IPv6 (::ffff:192.0.2.1) counts as the IPv4 address.
    bool contains(const boost::asio::ip::address& address) const;
};

// 192.0.2.0/24, 192.0.2.0/255.255.255.0, 2001:db8::/32, or one address; bits behind the prefix do not matter.
std::optional<Network> parse_network(std::string_view text);

// The address in the one form that counts: IPv4 where it is IPv4 inside IPv6.
boost::asio::ip::address plain(const boost::asio::ip::address& address);

class AccessLists {
public:
    // Adds a network to the list of that name. `all` holds every address and can't be changed.
    void define(std::string name, Network network);
    bool knows(std::string_view name) const;
    bool contains(std::string_view name, const boost::asio::ip::address& address) const;

    void rule(bool accept, std::string name);
    bool active() const noexcept { return !rules_.empty(); }

    // The first rule that matches decides. Without rules every address is accepted; one that no rule matches
    // is accepted, too, unless some rule is an ACCEPT: who names friends has no others.
    bool accepts(const boost::asio::ip::address& address) const;

    std::vector<std::string_view> names() const; // those defined, and `all`

private:
    struct Rule {
        bool accept;
        std::string name;
    };

    std::map<std::string, std::vector<Network>, CaseLess> networks_;
    std::vector<Rule> rules_;
};

} // namespace upright::upsd
