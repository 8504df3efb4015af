#include "common/state/snapshot.hpp"

#include <algorithm>

namespace upright {

void WordList::add(std::string_view word)
{
    if (!word.empty() && !has(word))
        words_.emplace_back(word);
}

void WordList::add_all(const WordList& more)
{
    for (const auto& word : more.words_)
        add(word);
}

void WordList::remove(std::string_view word) { std::erase(words_, word); }

bool WordList::has(std::string_view word) const
{
    return std::find(words_.begin(), words_.end(), word) != words_.end();
}

std::string WordList::joined() const
{
    std::string text;
    for (const auto& word : words_) {
        if (!text.empty())
            text += ' ';
        text += word;
    }
    return text;
}

WordList parse_words(std::string_view text)
{
    WordList list;
    while (!text.empty()) {
        const auto end = std::min(text.find(' '), text.size());
        list.add(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return list;
}

void Snapshot::set_text(std::string_view name, std::string value, int max_length)
{
    variables.insert_or_assign(
        std::string(name),
        Variable{.value = std::move(value), .flags = {.rw = true, .text = true}, .max_length = max_length});
}

void Snapshot::set_number(std::string_view name, std::string value, std::vector<Range> ranges)
{
    variables.insert_or_assign(std::string(name), Variable{.value = std::move(value),
                                                           .flags = {.rw = true, .number = true},
                                                           .ranges = std::move(ranges)});
}

namespace {

template <class T>
bool contains(const std::vector<T>& all, const T& one)
{
    return std::find(all.begin(), all.end(), one) != all.end();
}

// What turns one list of allowed values into another. Additions go to the end, so a list that was reordered
// is announced anew: clients show the values in this order.
template <class Remove, class Add, class T>
void describe_list(const std::string& name, const std::vector<T>& was, const std::vector<T>& is,
                   std::vector<Change>& out)
{
    std::vector<T> wanted;
    for (const auto& one : is)
        if (!contains(wanted, one))
            wanted.push_back(one);
    auto kept = was;
    std::erase_if(kept, [&](const T& one) { return !contains(wanted, one); });
    if (!std::equal(kept.begin(), kept.end(), wanted.begin(),
                    wanted.begin() + static_cast<std::ptrdiff_t>(kept.size())))
        kept.clear();
    for (const auto& one : was)
        if (!contains(kept, one))
            out.emplace_back(Remove{name, one});
    for (auto next = kept.size(); next < wanted.size(); ++next)
        out.emplace_back(Add{name, wanted[next]});
}

// A range makes a variable a number; a State sees it that way, too.
Flags effective_flags(const Variable& variable)
{
    Flags flags = variable.flags;
    flags.number = flags.number || !variable.ranges.empty();
    return flags;
}

void describe_difference(const std::string& name, const Variable& was, const Variable& is,
                         std::vector<Change>& out)
{
    if (was.value != is.value)
        out.emplace_back(SetValue{name, is.value});
    describe_list<RemoveEnum, AddEnum>(name, was.enums, is.enums, out);
    describe_list<RemoveRange, AddRange>(name, was.ranges, is.ranges, out);
    if (was.max_length != is.max_length)
        out.emplace_back(SetMaxLength{name, is.max_length});
    if (const auto flags = effective_flags(is); was.flags != flags)
        out.emplace_back(SetFlags{name, flags});
}

} // namespace

std::vector<Change> differences(const State& last, const State::Variables& next,
                                const State::Commands& commands)
{
    std::vector<Change> changes;
    for (const auto& [name, variable] : last.variables())
        if (!next.contains(name))
            changes.emplace_back(RemoveVariable{name});
    for (const auto& [name, variable] : next) {
        const auto* const was = last.find(name);
        if (was == nullptr)
            changes.emplace_back(SetValue{name, variable.value});
        describe_difference(name, was != nullptr ? *was : Variable{variable.value}, variable, changes);
    }
    for (const auto& command : last.commands())
        if (!commands.contains(command))
            changes.emplace_back(RemoveCommand{command});
    for (const auto& command : commands)
        if (!last.has_command(command))
            changes.emplace_back(AddCommand{command});
    return changes;
}

} // namespace upright
