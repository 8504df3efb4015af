// Agent: answers SNMP requests at transport addresses, v1, v2c and v3. It owns the sessions that listen; what
// it answers is told by `Respond`. Single-threaded, and to be opened once Sessions are there.
#pragma once

#include "drivers/upsim/snmp/answer.hpp"
#include "drivers/upsim/snmp/sessions.hpp"
#include "drivers/upsim/snmp/users.hpp"

#include <functional>
#include <memory>

struct snmp_session;
struct snmp_pdu;

namespace upright::upsim::snmp {

class Agent {
public:
    // Called for each request that may be asked. Nothing: silence.
    using Respond = std::function<std::optional<Response>(const Request&)>;
    using Delay = std::function<std::chrono::milliseconds()>; // of the answer

    Agent(const boost::asio::any_io_executor& executor, Access access, Respond respond, Delay delay);
    Agent(const Agent&) = delete;
    Agent& operator=(const Agent&) = delete;
    ~Agent();

    // "udp:127.0.0.1:161", "tcp6:[::1]:0": with port 0 at a free one.
    Result<void> listen(const std::string& address);
    Result<void> add_users();
    const std::string& place() const noexcept { return place_; } // the first address, with its real port

private:
    friend struct AgentCallback;
    void received(snmp_session* session, snmp_pdu* pdu);
    void respond(snmp_session* session, snmp_pdu* reply);
    // May this be asked? An error: it is told so.
    std::optional<Status> refusal(const snmp_pdu& pdu) const;
    bool may_write(const snmp_pdu& pdu) const;

    boost::asio::any_io_executor executor_;
    Access access_;
    Respond respond_;
    Delay delay_;
    std::vector<snmp_session*> sessions_;
    std::string place_;
};

} // namespace upright::upsim::snmp
