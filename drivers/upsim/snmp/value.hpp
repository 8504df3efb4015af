// Object identifiers and values of SNMP, as upsim holds them: plain data, without net-snmp. An identifier has
// at most 128 parts.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsim::snmp {

using Oid = std::vector<std::uint32_t>;

// "1.3.6.1" or ".1.3.6.1"; nothing if it is anything else.
std::optional<Oid> to_oid(std::string_view text);
// ".1.3.6.1", as snmpwalk -On shows it.
std::string to_string(const Oid& oid);
Oid below(const Oid& root, std::initializer_list<std::uint32_t> parts);
bool is_at_or_below(const Oid& oid, const Oid& root);

// The tags of BER, RFC 2578 and RFC 1905; a recording names the same numbers.
enum class Type : unsigned char {
    integer = 2,
    octets = 4,
    null = 5,
    oid = 6,
    address = 64,
    counter = 65,
    gauge = 66,
    ticks = 67,
    opaque = 68,
    counter64 = 70,
    no_such_object = 0x80,
    no_such_instance = 0x81,
    end_of_view = 0x82,
};

bool is_number(Type type);

struct Value {
    Type type = Type::null;
    std::int64_t number = 0; // the bits of a Counter64
    std::string bytes;       // octets, opaque; four of them: an address
    Oid oid;

    static Value of(Type type, std::int64_t number) { return {type, number, {}, {}}; }
    static Value text(std::string bytes) { return {Type::octets, 0, std::move(bytes), {}}; }
    static Value identifier(Oid oid) { return {Type::oid, 0, {}, std::move(oid)}; }

    bool operator==(const Value&) const = default;
};

struct Binding {
    Oid oid;
    Value value;

    bool operator==(const Binding&) const = default;
};

// For people: a number, text with escapes, an identifier.
std::string to_string(const Value& value);

} // namespace upright::upsim::snmp
