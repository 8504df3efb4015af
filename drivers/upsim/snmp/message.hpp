// Between net-snmp's messages and ours. Whoever gets a message from here frees it, or has it sent.
#pragma once

#include "drivers/upsim/snmp/answer.hpp"

struct snmp_pdu;

namespace upright::upsim::snmp {

std::vector<Binding> bindings_of(const snmp_pdu& pdu);
// Bytes of the bindings in an answer that still fits.
std::size_t longest_answer(const snmp_pdu& pdu);
snmp_pdu* reply_to(snmp_pdu& pdu, const Response& response);
void add_binding(snmp_pdu& pdu, const Binding& binding);

} // namespace upright::upsim::snmp
