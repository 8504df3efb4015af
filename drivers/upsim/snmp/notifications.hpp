// Notifications: the traps and informs that an SNMP UPS sends when its state changes. It owns the sessions to
// those that want to hear of it. Single-threaded, and to be made once Sessions are there.
#pragma once

#include "drivers/upsim/snmp/options.hpp"
#include "drivers/upsim/snmp/sessions.hpp"
#include "drivers/upsim/snmp/tree.hpp"

struct snmp_session;

namespace upright::upsim::snmp {

struct Notification {
    Oid what; // as snmpTrapOID names it
    std::vector<Binding> bindings;
};

// Tells what changed between two looks. Pure; owns what it saw.
class Watch {
public:
    // What is to be told now. The first look tells nothing.
    std::vector<Notification> look(const Profile& profile, const std::vector<Event>& events, const Tree& tree,
                                   const State& state);

private:
    struct Seen {
        bool holds = false;
        double told_at = 0;
    };
    std::vector<Seen> seen_;
    std::map<Oid, double> alarms_;
    bool first_ = true;
};

class Notifications {
public:
    // `user`: of SNMPv3; must be there if it is wanted.
    Notifications(TrapOptions options, std::optional<User> user, Sessions& sessions);
    Notifications(const Notifications&) = delete;
    Notifications& operator=(const Notifications&) = delete;
    ~Notifications();

    bool wanted() const noexcept { return !options_.to.empty(); }
    // To each of the addresses; `uptime` in s. Who can't be reached is told nothing, and asked again next
    // time. An SNMPv3 inform asks first, and waits for the answer for a second at most.
    void send(const Notification& notification, double uptime);

private:
    snmp_session* session(std::size_t target);
    void send(snmp_session& session, const Notification& notification, double uptime);

    TrapOptions options_;
    std::optional<User> user_;
    Sessions& sessions_;
    std::vector<snmp_session*> open_;
};

} // namespace upright::upsim::snmp
