#include "drivers/upsim/snmp/message.hpp"

#include "drivers/upsim/snmp/net_snmp.hpp"

#include <algorithm>

namespace upright::upsim::snmp {
namespace {

constexpr std::size_t kHead = 300;          // of a message: engine id, user, keys ...
constexpr std::size_t kLongest = 65000;     // over UDP
constexpr std::size_t kUnfragmented = 1400; // what a bulk answer had better not exceed

Oid oid_of(const oid* parts, std::size_t length)
{
    Oid copy(length);
    std::transform(parts, parts + length, copy.begin(),
                   [](oid part) { return static_cast<std::uint32_t>(part); });
    return copy;
}

Value value_of(const netsnmp_variable_list& variable)
{
    Value value{static_cast<Type>(variable.type), 0, {}, {}};
    switch (value.type) {
    case Type::integer: value.number = *variable.val.integer; break;
    case Type::counter:
    case Type::gauge:
    case Type::ticks: value.number = static_cast<std::uint32_t>(*variable.val.integer); break;
    case Type::counter64:
        value.number = static_cast<std::int64_t>((variable.val.counter64->high << 32)
                                                 | (variable.val.counter64->low & 0xFFFFFFFFUL));
        break;
    case Type::oid: value.oid = oid_of(variable.val.objid, variable.val_len / sizeof(oid)); break;
    case Type::octets:
    case Type::opaque:
    case Type::address:
        value.bytes.assign(reinterpret_cast<const char*>(variable.val.string), variable.val_len);
        break;
    case Type::null: break;
    default: // Opaque floats and the like: as bytes that nothing of ours takes
        value.type = Type::opaque;
        break;
    }
    return value;
}

template <class T>
void add(netsnmp_pdu& pdu, const std::vector<oid>& name, Type type, const T* data, std::size_t size)
{
    snmp_pdu_add_variable(&pdu, name.data(), name.size(), static_cast<u_char>(type), data, size);
}

} // namespace

std::vector<Binding> bindings_of(const netsnmp_pdu& pdu)
{
    std::vector<Binding> bindings;
    for (const auto* variable = pdu.variables; variable != nullptr; variable = variable->next_variable)
        bindings.push_back({oid_of(variable->name, variable->name_length), value_of(*variable)});
    return bindings;
}

std::size_t longest_answer(const netsnmp_pdu& pdu)
{
    const auto most = pdu.msgMaxSize > 484 ? static_cast<std::size_t>(pdu.msgMaxSize) : kLongest;
    const auto wanted = pdu.command == SNMP_MSG_GETBULK ? kUnfragmented : kLongest;
    return std::min(most, wanted) - kHead;
}

void add_binding(netsnmp_pdu& pdu, const Binding& binding)
{
    const std::vector<oid> name(binding.oid.begin(), binding.oid.end());
    const auto& value = binding.value;
    switch (value.type) {
    case Type::integer: {
        const long number = value.number;
        return add(pdu, name, value.type, &number, sizeof number);
    }
    case Type::counter:
    case Type::gauge:
    case Type::ticks: {
        const auto number = static_cast<unsigned long>(value.number);
        return add(pdu, name, value.type, &number, sizeof number);
    }
    case Type::counter64: {
        const auto bits = static_cast<std::uint64_t>(value.number);
        const counter64 number{.high = bits >> 32, .low = bits & 0xFFFFFFFFUL};
        return add(pdu, name, value.type, &number, sizeof number);
    }
    case Type::oid: {
        const std::vector<oid> parts(value.oid.begin(), value.oid.end());
        return add(pdu, name, value.type, parts.data(), parts.size() * sizeof(oid));
    }
    case Type::octets:
    case Type::opaque:
    case Type::address: return add(pdu, name, value.type, value.bytes.data(), value.bytes.size());
    default: return add(pdu, name, value.type, "", 0);
    }
}

netsnmp_pdu* reply_to(netsnmp_pdu& pdu, const Response& response)
{
    auto* const reply = snmp_clone_pdu(&pdu);
    snmp_free_varbind(reply->variables);
    reply->variables = nullptr;
    reply->command = SNMP_MSG_RESPONSE;
    reply->flags |= UCD_MSG_FLAG_RESPONSE_PDU;
    reply->errstat = static_cast<long>(response.status);
    reply->errindex = response.index;
    for (const auto& binding : response.bindings)
        add_binding(*reply, binding);
    return reply;
}

} // namespace upright::upsim::snmp
