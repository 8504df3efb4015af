#include "drivers/upsim/snmp/value.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upright::upsim::snmp {
namespace {

constexpr std::size_t kMostParts = 128; // RFC 2578, section 3.5

} // namespace

std::optional<Oid> to_oid(std::string_view text)
{
    if (text.starts_with('.'))
        text.remove_prefix(1);
    Oid oid;
    const auto* at = text.data();
    const auto* const end = at + text.size();
    while (oid.size() < kMostParts) {
        std::uint32_t part = 0;
        const auto read = std::from_chars(at, end, part);
        if (read.ec != std::errc{})
            return std::nullopt;
        oid.push_back(part);
        at = read.ptr;
        if (at == end)
            return oid.size() < 2 || oid[0] > 2 || (oid[0] < 2 && oid[1] > 39) ? std::nullopt
                                                                               : std::optional(oid);
        if (*at++ != '.')
            return std::nullopt;
    }
    return std::nullopt;
}

std::string to_string(const Oid& oid)
{
    std::string text;
    for (const auto part : oid)
        text += fmt::format(".{}", part);
    return text;
}

Oid below(const Oid& root, std::initializer_list<std::uint32_t> parts)
{
    Oid oid = root;
    oid.insert(oid.end(), parts);
    return oid;
}

bool is_at_or_below(const Oid& oid, const Oid& root)
{
    return oid.size() >= root.size() && std::equal(root.begin(), root.end(), oid.begin());
}

bool is_number(Type type)
{
    using enum Type;
    return type == integer || type == counter || type == gauge || type == ticks || type == counter64;
}

std::string to_string(const Value& value)
{
    switch (value.type) {
    case Type::counter64: return fmt::format("{}", static_cast<std::uint64_t>(value.number));
    case Type::oid: return to_string(value.oid);
    case Type::octets:
    case Type::opaque:
    case Type::address: return '"' + escaped(value.bytes, 4096) + '"';
    case Type::null:
    case Type::no_such_object:
    case Type::no_such_instance:
    case Type::end_of_view: return "null";
    default: return fmt::format("{}", value.number);
    }
}

} // namespace upright::upsim::snmp
