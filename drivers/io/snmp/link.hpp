// Link: the way to one agent: one request out, one response back. Session is the real one; tests answer
// from a recorded walk. What can go wrong is an SnmpError.
#pragma once

#include "drivers/io/snmp/value.hpp"

#include <stdexcept>
#include <vector>

namespace upright::snmp {

class SnmpError : public std::runtime_error {
public:
    enum class Cause {
        unreachable, // no way to the host, or nobody listens on that port
        silent,      // nothing tells what is wrong: host down, or it ignores us
        not_for_us,  // an agent is there, but it does not answer this community or user
        refused,     // it answers, and says no: wrong password, not authorized
        garbled      // no answer to the question that was asked
    };
    SnmpError(Cause cause, const std::string& what) : std::runtime_error(what), cause_(cause) {}
    Cause cause() const noexcept { return cause_; }

private:
    Cause cause_;
};

enum class Ask { get, next, bulk, set };

struct Request {
    Ask ask = Ask::get;
    std::vector<Binding> bindings{};
    int repetitions = 0; // of each binding, with bulk
};

// RFC 3416, section 3: error-status.
enum class Error {
    none = 0,
    too_big = 1,
    no_such_name = 2, // v1 only
    bad_value = 3,
    read_only = 4,
    failed = 5, // genErr
    no_access = 6,
    wrong_type = 7,
    // ... up to 18
    authorization = 16,
};

struct Response {
    Error error = Error::none;
    int error_index = 0; // from 1
    std::vector<Binding> bindings{};
};

class Link {
public:
    Link() = default;
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    virtual ~Link() = default;

    virtual Response exchange(const Request& request) = 0; // throws SnmpError
    virtual bool has_bulk() const = 0;                     // not with v1
};

std::string_view name_of(Error error); // "noSuchName"

} // namespace upright::snmp
