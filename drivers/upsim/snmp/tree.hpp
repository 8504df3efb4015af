// Tree: the objects of an agent, in their order. It owns them; what they say, and what becomes of what is
// written, is theirs. Single-threaded.
#pragma once

#include "drivers/upsim/snmp/value.hpp"

#include <functional>
#include <map>

namespace upright::upsim::snmp {

// RFC 3416, section 3.
enum class Status {
    none = 0,
    too_big = 1,
    no_such_name = 2,
    bad_value = 3,
    gen_err = 5,
    no_access = 6,
    wrong_type = 7,
    wrong_length = 8,
    wrong_value = 10,
    no_creation = 11,
    inconsistent_value = 12,
    authorization_error = 16,
    not_writable = 17,
};

struct Object {
    // Nothing: it isn't there now, as a row of a table.
    std::function<std::optional<Value>()> read;
    // May this be written? Without it nothing may. What is checked is written later, if all that came with it
    // may be, too.
    std::function<Status(const Value&)> check = {};
    std::function<void(const Value&)> write = {};
};

class Tree {
public:
    void add(Oid oid, Object object) { objects_.insert_or_assign(std::move(oid), std::move(object)); }

    const Object* find(const Oid& oid) const;
    // The first object behind `oid` that is there.
    std::optional<Binding> next(const Oid& oid) const;
    // There are objects below the parent of `oid`: then it is an instance that is missing, and not the
    // object.
    bool knows_column(const Oid& oid) const;
    std::size_t size() const noexcept { return objects_.size(); }

private:
    std::map<Oid, Object> objects_;
};

} // namespace upright::upsim::snmp
