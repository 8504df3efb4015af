#include "common/state/state.hpp"

#include <algorithm>

namespace upright {
namespace {

// Applies one Change to the parts of a State; each overload answers whether anything changed.
struct Applier {
    State::Variables& variables;
    State::Commands& commands;
    bool& fresh;

    Variable* find(const std::string& name) const
    {
        const auto it = variables.find(name);
        return it == variables.end() ? nullptr : &it->second;
    }

    bool operator()(const SetValue& c) const
    {
        auto* const variable = find(c.variable);
        if (variable == nullptr)
            return variables.emplace(c.variable, Variable{c.value}).second;
        return assign(variable->value, c.value);
    }

    bool operator()(const RemoveVariable& c) const { return variables.erase(c.variable) != 0; }

    bool operator()(const AddEnum& c) const
    {
        auto* const variable = find(c.variable);
        if (variable == nullptr || contains(variable->enums, c.value))
            return false;
        variable->enums.push_back(c.value);
        return true;
    }

    bool operator()(const RemoveEnum& c) const
    {
        auto* const variable = find(c.variable);
        return variable != nullptr && std::erase(variable->enums, c.value) != 0;
    }

    bool operator()(const AddRange& c) const
    {
        auto* const variable = find(c.variable);
        if (variable == nullptr || contains(variable->ranges, c.range))
            return false;
        variable->ranges.push_back(c.range);
        variable->flags.number = true;
        return true;
    }

    bool operator()(const RemoveRange& c) const
    {
        auto* const variable = find(c.variable);
        return variable != nullptr && std::erase(variable->ranges, c.range) != 0;
    }

    bool operator()(const SetMaxLength& c) const
    {
        auto* const variable = find(c.variable);
        return variable != nullptr && assign(variable->max_length, c.length);
    }

    bool operator()(const SetFlags& c) const
    {
        auto* const variable = find(c.variable);
        return variable != nullptr && assign(variable->flags, c.flags);
    }

    bool operator()(const AddCommand& c) const { return commands.insert(c.command).second; }

    bool operator()(const RemoveCommand& c) const { return commands.erase(c.command) != 0; }

    bool operator()(const SetFresh& c) const { return assign(fresh, c.fresh); }

private:
    template <class T>
    static bool assign(T& to, const T& from)
    {
        if (to == from)
            return false;
        to = from;
        return true;
    }

    template <class T>
    static bool contains(const std::vector<T>& all, const T& one)
    {
        return std::find(all.begin(), all.end(), one) != all.end();
    }
};

} // namespace

bool State::apply(const Change& change) { return std::visit(Applier{variables_, commands_, fresh_}, change); }

const Variable* State::find(std::string_view name) const
{
    const auto it = variables_.find(name);
    return it == variables_.end() ? nullptr : &it->second;
}

std::string_view State::value(std::string_view name) const
{
    const auto* const variable = find(name);
    return variable == nullptr ? std::string_view{} : std::string_view(variable->value);
}

std::vector<Change> State::as_changes(const std::string& name, const Variable& variable)
{
    std::vector<Change> changes;
    changes.emplace_back(SetValue{name, variable.value});
    for (const auto& value : variable.enums)
        changes.emplace_back(AddEnum{name, value});
    for (const auto& range : variable.ranges)
        changes.emplace_back(AddRange{name, range});
    if (variable.max_length != 0)
        changes.emplace_back(SetMaxLength{name, variable.max_length});
    if (variable.flags.rw || variable.flags.text || variable.flags.number)
        changes.emplace_back(SetFlags{name, variable.flags});
    return changes;
}

std::vector<Change> State::as_changes() const
{
    std::vector<Change> changes;
    for (const auto& [name, variable] : variables_)
        for (auto& change : as_changes(name, variable))
            changes.push_back(std::move(change));
    for (const auto& command : commands_)
        changes.emplace_back(AddCommand{command});
    return changes;
}

void State::clear()
{
    variables_.clear();
    commands_.clear();
    fresh_ = false;
}

} // namespace upright
