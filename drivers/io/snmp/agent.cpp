#include "drivers/io/snmp/agent.hpp"

#include <algorithm>
#include <array>

namespace upright::snmp {
namespace {

constexpr std::size_t kFirstWidth = 10; // what any card answers, mostly
constexpr std::size_t kWidest = 40;     // what fits into a datagram, mostly
constexpr int kRepetitions = 5;         // of kFirstWidth columns: the same

} // namespace

std::string_view name_of(Error error)
{
    constexpr std::array<std::string_view, 19> kNames{"noError",
                                                      "tooBig",
                                                      "noSuchName",
                                                      "badValue",
                                                      "readOnly",
                                                      "genErr",
                                                      "noAccess",
                                                      "wrongType",
                                                      "wrongLength",
                                                      "wrongEncoding",
                                                      "wrongValue",
                                                      "noCreation",
                                                      "inconsistentValue",
                                                      "resourceUnavailable",
                                                      "commitFailed",
                                                      "undoFailed",
                                                      "authorizationError",
                                                      "notWritable",
                                                      "inconsistentName"};
    const auto number = static_cast<std::size_t>(error);
    return number < kNames.size() ? kNames.at(number) : "unknown error";
}

// With v1 one object that is missing spoils the whole request, so it had better be small.
Agent::Agent(std::unique_ptr<Link> link)
    : link_(std::move(link)), width_(kFirstWidth), most_(link_->has_bulk() ? kWidest : kFirstWidth)
{
}

Response Agent::ask(Request request)
{
    ++requests_;
    auto response = link_->exchange(request);
    if (interlude_ && !in_interlude_) {
        in_interlude_ = true;
        try {
            interlude_();
        } catch (...) {
            in_interlude_ = false;
            throw;
        }
        in_interlude_ = false;
    }
    return response;
}

Value Agent::get(const Oid& oid) { return get(std::span(&oid, 1)).front(); }

std::vector<Value> Agent::get(std::span<const Oid> oids)
{
    std::vector<Value> values(oids.size());
    for (std::size_t first = 0; first < oids.size();) {
        const auto count = std::min(width_, oids.size() - first);
        get_some(oids.subspan(first, count), std::span(values).subspan(first, count));
        first += count;
    }
    return values;
}

// Fewer at once from now on, if the agent may not be able to answer so many.
bool Agent::narrowed(std::size_t asked)
{
    if (asked < 2)
        return false;
    width_ = most_ = std::max<std::size_t>(1, asked / 2);
    return true;
}

void Agent::worked(std::size_t asked)
{
    proven_ = std::max(proven_, asked);
    if (asked == width_)
        width_ = std::min(most_, 2 * width_);
}

void Agent::get_some(std::span<const Oid> oids, std::span<Value> values)
{
    if (oids.empty())
        return;
    if (oids.size() > width_) { // it became narrower meanwhile
        get_some(oids.first(width_), values.first(width_));
        get_some(oids.subspan(width_), values.subspan(width_));
        return;
    }
    Request request;
    for (const auto& oid : oids)
        request.bindings.push_back({oid});
    Response response;
    try {
        response = ask(std::move(request));
    } catch (const SnmpError& e) {
        // Cards there are that drop what they find too long.
        if (e.cause() != SnmpError::Cause::silent || oids.size() <= std::max<std::size_t>(1, proven_))
            throw;
        const auto less = std::max<std::size_t>(1, proven_);
        get_some(oids.first(less), values.first(less)); // throws if it is not that
        width_ = most_ = less;
        get_some(oids.subspan(less), values.subspan(less));
        return;
    }
    answer_some(oids, values, response);
}

void Agent::answer_some(std::span<const Oid> oids, std::span<Value> values, const Response& response)
{
    const auto blamed = static_cast<std::size_t>(response.error_index);
    if (response.error == Error::none) {
        worked(oids.size());
        for (const auto& binding : response.bindings) { // by name: some agents leave some out
            const auto it = std::find(oids.begin(), oids.end(), binding.oid);
            if (it != oids.end())
                values[static_cast<std::size_t>(it - oids.begin())] = binding.value;
        }
    } else if (response.error == Error::authorization) {
        throw SnmpError(SnmpError::Cause::refused, "the agent refuses: this user or community may not read, "
                                                   "or not with this secLevel (authorizationError)");
    } else if (oids.size() == 1) {
        values[0] = response.error == Error::failed ? Value::failure() : Value{};
    } else if (response.error == Error::too_big || blamed < 1 || blamed > oids.size()) {
        narrowed(oids.size());
        get_some(oids, values);
    } else { // one of them is not there, and the rest was not answered for it
        values[blamed - 1] = response.error == Error::failed ? Value::failure() : Value{};
        get_some(oids.first(blamed - 1), values.first(blamed - 1));
        get_some(oids.subspan(blamed), values.subspan(blamed));
    }
}

// Where the walk of one column has come to.
struct Agent::Cursor {
    Oid column;
    Oid last;
    std::vector<Binding>* rows;
    bool over = false;

    void take(const Binding& binding, std::size_t most)
    {
        if (over)
            return;
        over = !binding.value.there() || !column.begins(binding.oid) || binding.oid <= last
               || rows->size() >= most;
        if (over)
            return;
        last = binding.oid;
        rows->push_back(binding);
    }
};

std::vector<std::vector<Binding>> Agent::walk(std::span<const Oid> columns, std::size_t most)
{
    std::vector<std::vector<Binding>> found(columns.size());
    std::vector<Cursor> cursors;
    cursors.reserve(columns.size());
    for (std::size_t i = 0; i < columns.size(); ++i)
        cursors.push_back({columns[i], columns[i], &found[i]});
    for (std::size_t begun = 0;;) {
        const auto wide = std::min(width_, kFirstWidth);
        std::vector<Cursor*> active; // those under way, and as many new ones as there is room for
        for (std::size_t i = 0; i < begun && active.size() < wide; ++i)
            if (!cursors[i].over)
                active.push_back(&cursors[i]);
        for (; begun < cursors.size() && active.size() < wide; ++begun)
            active.push_back(&cursors[begun]);
        if (active.empty())
            return found;
        advance(active, most);
    }
}

void Agent::advance(std::vector<Cursor*>& active, std::size_t most)
{
    const bool fresh =
        std::all_of(active.begin(), active.end(), [](const Cursor* one) { return one->rows->empty(); });
    Request request;
    request.ask = link_->has_bulk() ? Ask::bulk : Ask::next;
    request.repetitions = fresh ? 1 : kRepetitions; // most columns of most families are not there at all
    for (const auto* const cursor : active)
        request.bindings.push_back({cursor->last});
    const auto response = ask(std::move(request));
    if (response.error == Error::none && !response.bindings.empty()) {
        for (std::size_t i = 0; i < response.bindings.size(); ++i)
            active[i % active.size()]->take(response.bindings[i], most);
        for (std::size_t i = response.bindings.size(); i < active.size(); ++i)
            active[i]->over = active.size() == 1; // asked again with the others
        return;
    }
    if (response.error == Error::authorization)
        throw SnmpError(SnmpError::Cause::refused, "the agent refuses: this user or community may not read, "
                                                   "or not with this secLevel (authorizationError)");
    const auto blamed = static_cast<std::size_t>(response.error_index);
    if (response.error != Error::too_big && blamed >= 1 && blamed <= active.size())
        active[blamed - 1]->over = true; // v1: nothing comes after it
    else if (!narrowed(active.size()))
        active.front()->over = true;
}

Error Agent::set(std::vector<Binding> bindings)
{
    Request request;
    request.ask = Ask::set;
    request.bindings = std::move(bindings);
    return ask(std::move(request)).error;
}

} // namespace upright::snmp
