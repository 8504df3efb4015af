// Value: what an object holds, or why it holds nothing (RFC 3416, section 3). Plain data.
#pragma once

#include "drivers/io/snmp/oid.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace upright::snmp {

struct Value {
    enum class Type {
        none,    // no such object, no such instance, end of the view: there is nothing
        failed,  // there may be something, but the agent could not tell (genErr)
        integer, // INTEGER
        gauge,   // Gauge32, Unsigned32
        counter, // Counter32, Counter64
        ticks,   // TimeTicks, hundredths of a second
        real,    // Opaque float or double
        text,    // OCTET STRING: any bytes; IpAddress as 10.0.0.1
        object_id
    };

    Type type = Type::none;
    std::int64_t number = 0; // integer, gauge, counter, ticks
    double real = 0;
    std::string text;
    Oid oid;

    static Value of(std::int64_t number, Type type = Type::integer) { return {type, number, 0, {}, {}}; }
    static Value of(std::string text) { return {Type::text, 0, 0, std::move(text), {}}; }
    static Value of(Oid oid) { return {Type::object_id, 0, 0, {}, std::move(oid)}; }
    static Value failure() { return {Type::failed, 0, 0, {}, {}}; }

    bool there() const noexcept { return type != Type::none && type != Type::failed; }
    bool operator==(const Value&) const = default;
};

struct Binding {
    Oid oid;
    Value value{};
    bool operator==(const Binding&) const = default;
};

// As one number: ticks in whole seconds; a text that begins with one (after blanks). Nothing if it is none.
std::optional<double> as_number(const Value& value);
// For people and for words: numbers printed, texts without blanks and NULs around them.
std::string as_text(const Value& value);

} // namespace upright::snmp
