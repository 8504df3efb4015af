// An agent that answers whatever it likes: finding a device out ends, and what is published is sound.
#include "drivers/snmp/detection.hpp"
#include "drivers/snmp/discovery.hpp"
#include "drivers/snmp/families.hpp"
#include "drivers/snmp/snapshot.hpp"
#include "tests/fuzz/require.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

using namespace upright;
using namespace upright::snmp;
using fuzz::require;

namespace {

// Answers from the input, byte by byte; once that is used up, with nothing.
class Liar final : public Link {
public:
    Liar(const std::uint8_t* data, std::size_t size) : data_(data, size) {}

    Response exchange(const Request& request) override
    {
        require(++asked_ < 20'000); // it ends
        Response response;
        const auto kind = byte();
        if (kind >= 250)
            throw SnmpError(SnmpError::Cause::silent, "silence");
        if (kind >= 240) {
            response.error = static_cast<snmp::Error>(byte() % 20);
            response.error_index = static_cast<int>(byte()) - 2;
            return response;
        }
        const auto count = kind >= 230 ? byte() % 64U : request.bindings.size();
        for (std::size_t i = 0; i < count; ++i)
            response.bindings.push_back({name(request, i), value()});
        return response;
    }
    bool has_bulk() const override { return asked_ % 2 == 0; }

private:
    std::uint8_t byte()
    {
        if (data_.empty())
            return 0;
        const auto first = data_.front();
        data_ = data_.subspan(1);
        return first;
    }

    // What was asked, something behind it, or something else.
    Oid name(const Request& request, std::size_t i)
    {
        const auto& asked =
            request.bindings.empty() ? Oid{} : request.bindings[i % request.bindings.size()].oid;
        const auto how = byte();
        if (request.ask == Ask::get && how < 200)
            return asked;
        if (how == 255)
            return Oid{1, 3, 6, byte()};
        const std::array<std::uint32_t, 2> tail{how, how > 250 ? 4294967295U : byte()};
        const auto more = std::span(tail).first(how % 2 + 1U);
        return asked.size() + more.size() <= Oid::kLongest ? asked + more : asked;
    }

    Value value()
    {
        const auto type = static_cast<Value::Type>(byte() % 9);
        Value value;
        value.type = type;
        value.number = static_cast<std::int64_t>(byte()) - 5;
        if (value.number > 240)
            value.number = (value.number << 55) - 1;
        value.real = byte() == 1 ? 1e308 * 10 : 12.5;
        if (type == Value::Type::text)
            for (int length = byte() % 16; length > 0; --length)
                value.text += static_cast<char>(byte());
        if (type == Value::Type::object_id)
            value.oid = Oid{1, 3, 6, byte(), byte()};
        return value;
    }

    std::span<const std::uint8_t> data_;
    int asked_ = 0;
};

void check(const Snapshot& snapshot)
{
    for (const auto& [name, variable] : snapshot.variables) {
        require(!name.empty() && name.find('{') == name.npos && variable.value.size() <= 400);
        for (const auto c : variable.value)
            require(static_cast<unsigned char>(c) >= 0x20);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    static Families families({UPRIGHT_DEVICE_FILES});
    if (size == 0)
        return 0;
    const auto& heads = families.heads();
    Agent agent(std::make_unique<Liar>(data + 1, size - 1));
    try {
        detect(agent, heads, std::nullopt);
        const auto& family = families.get(heads[data[0] % heads.size()].name, {});
        const auto layout = discover(agent, {&family, &families.get("ietf", {})});
        check(snapshot_of(layout, {}));
        missing_in(layout, false);
    } catch (const SnmpError&) {
        return 0;
    }
    return 0;
}
