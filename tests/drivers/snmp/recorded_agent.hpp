// RecordedAgent: a Link that answers from a recorded walk ("OID|type|value" lines), or from objects that a
// test gives. Faults on request.
#pragma once

#include "drivers/io/snmp/link.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <set>

namespace upright::snmp {

struct Objects {
    std::map<Oid, Value> all;

    static Objects from_walk(const std::filesystem::path& file);
    void set(std::string_view oid, Value value);
    void set(std::string_view oid, std::int64_t number) { set(oid, Value::of(number)); }
    void set(std::string_view oid, std::string text) { set(oid, Value::of(std::move(text))); }
};

class RecordedAgent final : public Link {
public:
    explicit RecordedAgent(Objects& objects, bool v1 = false) : objects_(objects), v1_(v1) {}

    Response exchange(const Request& request) override;
    bool has_bulk() const override { return !v1_; }

    // Faults.
    std::size_t most = 1000;         // variables in a request; more: tooBig
    std::size_t dropped_from = 1000; // so many variables: silence
    std::set<Oid> broken;            // genErr
    std::function<Error(const Binding&)> on_set = [](const Binding&) { return Error::none; };
    std::vector<std::vector<Binding>> sets; // that were asked for
    long requests = 0;

private:
    Response get(const Request& request) const;
    Response next(const Request& request) const;
    Response set(const Request& request);

    Objects& objects_;
    bool v1_;
};

} // namespace upright::snmp
