#include "drivers/upsim/snmp/answer.hpp"

#include <algorithm>

namespace upright::upsim::snmp {
namespace {

constexpr std::size_t kMostBindings = 2000; // in an answer to GETBULK

// What a binding takes in a message, or a little more.
std::size_t size_of(const Binding& binding)
{
    std::size_t size = 16 + binding.value.bytes.size();
    for (const auto part : binding.oid)
        size += part < 128 ? 1 : part < 16384 ? 2 : 5;
    return size + binding.value.oid.size() * 2 + 8;
}

bool is_below_any(const Oid& oid, const std::vector<Oid>& roots)
{
    return std::any_of(roots.begin(), roots.end(),
                       [&](const Oid& root) { return is_at_or_below(oid, root); });
}

// The tree as the faults let it be seen.
class View {
public:
    View(const Tree& tree, const Faults& faults, bool v1) : tree_(tree), faults_(faults), v1_(v1) {}

    std::optional<Value> get(const Oid& oid) const
    {
        auto value = read(oid);
        return value ? shown({oid, std::move(*value)}) : std::nullopt;
    }

    std::optional<Binding> next(Oid oid) const
    {
        for (;;) {
            auto found = read_next(oid);
            if (!found)
                return std::nullopt;
            oid = found->oid;
            if (auto value = shown(*found))
                return Binding{std::move(found->oid), std::move(*value)};
        }
    }

    bool missing(const Oid& oid) const { return is_below_any(oid, faults_.missing); }

private:
    std::optional<Value> read(const Oid& oid) const
    {
        if (faults_.frozen) {
            const auto found = faults_.frozen->find(oid);
            return found == faults_.frozen->end() ? std::nullopt : std::optional(found->second);
        }
        const auto* const object = tree_.find(oid);
        return object == nullptr ? std::nullopt : object->read();
    }

    std::optional<Binding> read_next(const Oid& oid) const
    {
        if (!faults_.frozen)
            return tree_.next(oid);
        const auto found = faults_.frozen->upper_bound(oid);
        return found == faults_.frozen->end() ? std::nullopt
                                              : std::optional(Binding{found->first, found->second});
    }

    std::optional<Value> shown(const Binding& binding) const
    {
        if (missing(binding.oid)
            || (v1_ && binding.value.type == Type::counter64)) // RFC 3584, section 4.2.2.1
            return std::nullopt;
        if (!is_below_any(binding.oid, faults_.wrong_type))
            return binding.value;
        return is_number(binding.value.type) ? Value::text("?") : Value::of(Type::integer, 0);
    }

    const Tree& tree_;
    const Faults& faults_;
    bool v1_;
};

Response refused(const Request& request, Status status, std::size_t index)
{
    return {status, static_cast<int>(index), request.bindings};
}

Response get(const Tree& tree, const View& view, const Request& request)
{
    Response response;
    for (const auto& [oid, unused] : request.bindings) {
        auto value = view.get(oid);
        if (!value && request.v1)
            return refused(request, Status::no_such_name, response.bindings.size() + 1);
        if (!value)
            value = Value::of(tree.knows_column(oid) ? Type::no_such_instance : Type::no_such_object, 0);
        response.bindings.push_back({oid, std::move(*value)});
    }
    return response;
}

Response next(const View& view, const Request& request)
{
    Response response;
    for (const auto& [oid, unused] : request.bindings) {
        auto found = view.next(oid);
        if (!found && request.v1)
            return refused(request, Status::no_such_name, response.bindings.size() + 1);
        response.bindings.push_back(found ? std::move(*found)
                                          : Binding{oid, Value::of(Type::end_of_view, 0)});
    }
    return response;
}

// RFC 3416, section 4.2.3.
Response bulk(const View& view, const Request& request)
{
    Response response;
    std::size_t size = 0;
    const auto add = [&](const Oid& oid) {
        auto found = view.next(oid);
        auto binding = found ? std::move(*found) : Binding{oid, Value::of(Type::end_of_view, 0)};
        size += size_of(binding);
        if (size > request.longest || response.bindings.size() >= kMostBindings)
            return false;
        response.bindings.push_back(std::move(binding));
        return true;
    };
    const auto& asked = request.bindings;
    const auto once = std::min(asked.size(), static_cast<std::size_t>(std::max(request.once, 0)));
    for (std::size_t i = 0; i < once; ++i)
        if (!add(asked[i].oid))
            return response;
    std::vector<Oid> from;
    for (std::size_t i = once; i < asked.size(); ++i)
        from.push_back(asked[i].oid);
    for (int row = 0; row < request.rounds && !from.empty(); ++row) {
        bool ended = true;
        for (auto& oid : from) {
            if (!add(oid))
                return response;
            oid = response.bindings.back().oid;
            ended = ended && response.bindings.back().value.type == Type::end_of_view;
        }
        if (ended)
            break;
    }
    return response;
}

Status v1_status(Status status)
{
    switch (status) {
    case Status::none:
    case Status::too_big:
    case Status::gen_err: return status;
    case Status::wrong_type:
    case Status::wrong_length:
    case Status::wrong_value:
    case Status::inconsistent_value: return Status::bad_value;
    default: return Status::no_such_name;
    }
}

Status check(const Tree& tree, const View& view, const Faults& faults, const Request& request,
             const Binding& binding)
{
    const auto* const object = tree.find(binding.oid);
    if (faults.read_only || !request.may_write)
        return Status::no_access;
    if (object == nullptr || view.missing(binding.oid))
        return tree.knows_column(binding.oid) ? Status::no_creation : Status::not_writable;
    return object->check ? object->check(binding.value) : Status::not_writable;
}

// All or nothing: what can't be written keeps the others from being written, too.
Response set(const Tree& tree, const View& view, const Faults& faults, const Request& request)
{
    for (std::size_t i = 0; i < request.bindings.size(); ++i) {
        const auto status = check(tree, view, faults, request, request.bindings[i]);
        if (status != Status::none)
            return refused(request, request.v1 ? v1_status(status) : status, i + 1);
    }
    for (const auto& [oid, value] : request.bindings)
        tree.find(oid)->write(value);
    return {Status::none, 0, request.bindings};
}

} // namespace

Response answer(const Tree& tree, const Faults& faults, const Request& request)
{
    const View view(tree, faults, request.v1);
    if (faults.most_variables != 0 && request.bindings.size() > faults.most_variables)
        return {Status::too_big, 0, request.v1 ? request.bindings : std::vector<Binding>{}};
    if (request.kind == Request::Kind::set)
        return set(tree, view, faults, request);
    if (request.kind == Request::Kind::bulk)
        return bulk(view, request);
    auto response = request.kind == Request::Kind::get ? get(tree, view, request) : next(view, request);
    std::size_t size = 0;
    for (const auto& binding : response.bindings)
        size += size_of(binding);
    if (size > request.longest)
        return {Status::too_big, 0, request.v1 ? request.bindings : std::vector<Binding>{}};
    return response;
}

} // namespace upright::upsim::snmp
