#include "tests/drivers/snmp/recorded_agent.hpp"

#include "common/text/number.hpp"

#include <bit>
#include <fstream>

namespace upright::snmp {
namespace {

std::string from_hex(std::string_view text)
{
    std::string bytes;
    for (; text.size() >= 2; text.remove_prefix(2))
        bytes += static_cast<char>(std::stoi(std::string(text.substr(0, 2)), nullptr, 16));
    return bytes;
}

Value value_of(std::string_view type, std::string_view text)
{
    using Type = Value::Type;
    const bool hex = type.ends_with('x');
    const auto code = to_int(hex ? type.substr(0, type.size() - 1) : type).value_or(0);
    const auto bytes = hex ? from_hex(text) : std::string(text);
    const auto number = to_long(text).value_or(0);
    constexpr int kOpaque = 68;
    switch (code) {
    case 2: return Value::of(number);
    case 4:
    case 64: return Value::of(bytes);
    case 5: return Value::of(std::string());
    case 6: return Value::of(Oid::parse(text).value_or(Oid{}));
    case 65:
    case 70: return Value::of(number, Type::counter);
    case 66: return Value::of(number, Type::gauge);
    case 67: return Value::of(number, Type::ticks);
    case kOpaque: // 9f 78 04 and a float
        if (bytes.size() == 7) {
            std::uint32_t bits = 0;
            for (const auto c : bytes.substr(3))
                bits = (bits << 8U) | static_cast<unsigned char>(c);
            return {Type::real, 0, static_cast<double>(std::bit_cast<float>(bits)), {}, {}};
        }
        return Value::of(bytes);
    default: return Value::of(bytes);
    }
}

} // namespace

Objects Objects::from_walk(const std::filesystem::path& file)
{
    Objects objects;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto first = line.find('|');
        const auto second = line.find('|', first + 1);
        if (first == line.npos || second == line.npos)
            continue;
        const auto oid = Oid::parse(std::string_view(line).substr(0, first));
        if (oid)
            objects.all.emplace(*oid, value_of(std::string_view(line).substr(first + 1, second - first - 1),
                                               std::string_view(line).substr(second + 1)));
    }
    return objects;
}

void Objects::set(std::string_view oid, Value value)
{
    all.insert_or_assign(*Oid::parse(oid), std::move(value));
}

Response RecordedAgent::exchange(const Request& request)
{
    ++requests;
    if (request.bindings.size() >= dropped_from)
        throw SnmpError(SnmpError::Cause::silent, "dropped");
    if (request.bindings.size() > most)
        return {Error::too_big, 0, {}};
    switch (request.ask) {
    case Ask::get: return get(request);
    case Ask::set: return set(request);
    default: return next(request);
    }
}

Response RecordedAgent::get(const Request& request) const
{
    Response response;
    for (const auto& wanted : request.bindings) {
        const auto place = static_cast<int>(response.bindings.size()) + 1;
        if (broken.contains(wanted.oid))
            return {Error::failed, place, request.bindings};
        const auto it = objects_.all.find(wanted.oid);
        if (it == objects_.all.end() && v1_)
            return {Error::no_such_name, place, request.bindings};
        response.bindings.push_back({wanted.oid, it == objects_.all.end() ? Value{} : it->second});
    }
    return response;
}

Response RecordedAgent::next(const Request& request) const
{
    Response response;
    auto asked = request.bindings;
    const int rounds = request.ask == Ask::bulk ? request.repetitions : 1;
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < asked.size(); ++i) {
            const auto it = objects_.all.upper_bound(asked[i].oid);
            if (it == objects_.all.end() && v1_)
                return {Error::no_such_name, static_cast<int>(i) + 1, request.bindings};
            asked[i] = it == objects_.all.end() ? Binding{asked[i].oid, {}} : Binding{it->first, it->second};
            response.bindings.push_back(asked[i]);
        }
    return response;
}

Response RecordedAgent::set(const Request& request)
{
    sets.push_back(request.bindings);
    for (std::size_t i = 0; i < request.bindings.size(); ++i)
        if (const auto error = on_set(request.bindings[i]); error != Error::none)
            return {error, static_cast<int>(i) + 1, request.bindings};
    for (const auto& one : request.bindings)
        objects_.all.insert_or_assign(one.oid, one.value);
    return {Error::none, 0, request.bindings};
}

} // namespace upright::snmp
