// What an agent answers to one request: RFC 3416, section 4.2, and for SNMPv1 RFC 3584, section 4. Pure, but
// for what a SET does to the tree.
#pragma once

#include "drivers/upsim/snmp/faults.hpp"
#include "drivers/upsim/snmp/tree.hpp"

namespace upright::upsim::snmp {

struct Request {
    enum class Kind { get, next, bulk, set };
    Kind kind = Kind::get;
    bool v1 = false;
    bool may_write = false;
    int once = 0;                // GETBULK: so many bindings once (non-repeaters) ...
    int rounds = 0;              // ... and the others so many times (max-repetitions)
    std::size_t longest = 65507; // an answer has at most so many bytes
    std::vector<Binding> bindings = {};
};

struct Response {
    Status status = Status::none;
    int index = 0; // of the binding that is to blame, from 1
    std::vector<Binding> bindings = {};
};

// `faults` are those of the tree: missing, wrong types, too big, read only, frozen. The others are the
// line's.
Response answer(const Tree& tree, const Faults& faults, const Request& request);

} // namespace upright::upsim::snmp
