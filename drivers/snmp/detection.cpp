#include "drivers/snmp/detection.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <set>

namespace upright::snmp {
namespace {

using Heads = std::vector<const FamilyHead*>;

const Oid kSysDescr{1, 3, 6, 1, 2, 1, 1, 1, 0};
const Oid kSysObjectId{1, 3, 6, 1, 2, 1, 1, 2, 0};

bool tells(const Value& value) { return value.there() && !as_text(value).empty(); }

// What the device answers to the probes and trees of some families.
class Answers {
public:
    explicit Answers(Agent& agent) : agent_(agent) {}

    // Asks what has not been asked yet.
    void look_for(const Heads& heads)
    {
        look_for(heads, &FamilyHead::probes, [this](const std::vector<Oid>& oids) {
            const auto values = agent_.get(oids);
            for (std::size_t i = 0; i < oids.size(); ++i)
                answered_.insert_or_assign(oids[i], tells(values[i]));
        });
        look_for(heads, &FamilyHead::trees, [this](const std::vector<Oid>& oids) {
            const auto columns = agent_.walk(oids, 1);
            for (std::size_t i = 0; i < oids.size(); ++i)
                answered_.insert_or_assign(oids[i], !columns[i].empty());
        });
    }

    const Oid* probe(const FamilyHead& head) const { return first(head.probes); }
    const Oid* tree(const FamilyHead& head) const { return first(head.trees); }
    bool confirms(const FamilyHead& head) const { return probe(head) != nullptr || tree(head) != nullptr; }

private:
    void look_for(const Heads& heads, std::vector<Oid> FamilyHead::*which,
                  const std::function<void(const std::vector<Oid>&)>& ask)
    {
        std::set<Oid> wanted;
        for (const auto* const head : heads)
            for (const auto& oid : head->*which)
                if (!answered_.contains(oid))
                    wanted.insert(oid);
        if (!wanted.empty())
            ask({wanted.begin(), wanted.end()});
    }
    const Oid* first(const std::vector<Oid>& oids) const
    {
        const auto it = std::find_if(oids.begin(), oids.end(), [this](const Oid& oid) {
            const auto found = answered_.find(oid);
            return found != answered_.end() && found->second;
        });
        return it == oids.end() ? nullptr : &*it;
    }

    Agent& agent_;
    std::map<Oid, bool> answered_;
};

// Some agents say it in words.
Oid object_id_in(const Value& value)
{
    return value.type == Value::Type::object_id ? value.oid : Oid::parse(as_text(value)).value_or(Oid{});
}

bool has(const std::vector<Oid>& oids, const Oid& oid)
{
    return std::find(oids.begin(), oids.end(), oid) != oids.end();
}

// The length of the longest beginning that fits.
std::size_t fit(const FamilyHead& head, const Oid& object_id)
{
    std::size_t longest = 0;
    for (const auto& beginning : head.object_id_beginnings)
        if (beginning.begins(object_id))
            longest = std::max(longest, beginning.size());
    return longest;
}

bool choose(Detection& found, const FamilyHead& head, std::string reason)
{
    found.family = &head;
    found.reason = std::move(reason);
    return true;
}

bool by_object_id(Detection& found, const Heads& heads, Answers& answers)
{
    Heads exact;
    Heads beginning;
    for (const auto* const head : heads) {
        if (has(head->object_ids, found.object_id))
            exact.push_back(head);
        else if (fit(*head, found.object_id) > 0)
            beginning.push_back(head);
    }
    std::stable_sort(beginning.begin(), beginning.end(), [&](const auto* one, const auto* other) {
        return fit(*one, found.object_id) > fit(*other, found.object_id);
    });
    for (const auto& candidates : {exact, beginning}) {
        answers.look_for(candidates);
        for (const auto* const head : candidates)
            if (answers.confirms(*head))
                return choose(found, *head, fmt::format("its sysObjectID is {}", to_string(found.object_id)));
    }
    return false;
}

bool by_content(Detection& found, const Heads& heads, Answers& answers)
{
    answers.look_for(heads);
    for (const auto* const head : heads)
        if (const auto* const oid = answers.probe(*head))
            return choose(found, *head, fmt::format("it answers to {}", to_string(*oid)));
    for (const auto* const head : heads)
        if (const auto* const oid = answers.tree(*head))
            return choose(found, *head, fmt::format("it has objects below {}", to_string(*oid)));
    for (const auto* const head : heads)
        if (has(head->object_ids, found.object_id))
            return choose(
                found, *head,
                fmt::format("its sysObjectID is {}; nothing of it answers yet", to_string(found.object_id)));
    return false;
}

void add_supplements(Detection& found, const std::vector<FamilyHead>& all, Answers& answers)
{
    auto names = found.family->supplements;
    names.insert(names.end(), {"ietf", "system"});
    Heads wanted;
    for (const auto& name : names)
        for (const auto& head : all)
            if (head.name == name && &head != found.family
                && std::find(wanted.begin(), wanted.end(), &head) == wanted.end())
                wanted.push_back(&head);
    answers.look_for(wanted);
    for (const auto* const head : wanted)
        if (answers.confirms(*head))
            found.supplements.push_back(head);
}

} // namespace

Oid object_id_of(Agent& agent) { return object_id_in(agent.get(kSysObjectId)); }

Detection detect(Agent& agent, const std::vector<FamilyHead>& heads, const std::optional<std::string>& only)
{
    Detection found;
    const auto system = agent.get(std::vector{kSysObjectId, kSysDescr});
    found.object_id = object_id_in(system[0]);
    found.description = as_text(system[1]);
    Heads candidates;
    for (const auto& head : heads)
        if (only ? head.is_called(*only) : !head.supplement_only)
            candidates.push_back(&head);
    Answers answers(agent);
    if (by_object_id(found, candidates, answers) || by_content(found, candidates, answers)) {
        add_supplements(found, heads, answers);
        return found;
    }
    found.reason = fmt::format("no family fits: sysObjectID {}, sysDescr {}",
                               found.object_id.empty() ? "(none)" : to_string(found.object_id),
                               escaped(found.description));
    return found;
}

} // namespace upright::snmp
