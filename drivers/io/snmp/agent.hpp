// Agent: what can be asked of an agent whatever the number of objects: many in one request, in fewer if it
// can't, and one by one if one of them spoils the rest. It owns its link. Counts what it asks.
#pragma once

#include "drivers/io/snmp/link.hpp"

#include <functional>
#include <memory>
#include <span>

namespace upright::snmp {

class Agent {
public:
    explicit Agent(std::unique_ptr<Link> link);

    // A value for each, in order; what the agent doesn't have is Type::none. Throws SnmpError.
    std::vector<Value> get(std::span<const Oid> oids);
    Value get(const Oid& oid);

    // For each column all that lies below it, in order. Rows beyond `most` are left out.
    std::vector<std::vector<Binding>> walk(std::span<const Oid> columns, std::size_t most);

    // All in one request. What the agent says to it.
    Error set(std::vector<Binding> bindings);

    // Called after each answer, but not for answers to what it asks itself.
    void between(std::function<void()> interlude) { interlude_ = std::move(interlude); }

    long requests() const noexcept { return requests_; }

private:
    Response ask(Request request);
    void get_some(std::span<const Oid> oids, std::span<Value> values);
    void answer_some(std::span<const Oid> oids, std::span<Value> values, const Response& response);
    bool narrowed(std::size_t asked);
    void worked(std::size_t asked);
    struct Cursor;
    void advance(std::vector<Cursor*>& active, std::size_t most);

    std::unique_ptr<Link> link_;
    std::size_t width_;      // variables in one request
    std::size_t most_;       // what it may grow to
    std::size_t proven_ = 0; // so many have been answered at once
    long requests_ = 0;
    std::function<void()> interlude_;
    bool in_interlude_ = false;
};

} // namespace upright::snmp
