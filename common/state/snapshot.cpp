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
    variables.insert_or_assign(std::string(name), Variable{.value = std::move(value),
                                                           .flags = {.rw = true, .text = true},
                                                           .max_length = max_length});
}

void Snapshot::set_number(std::string_view name, std::string value, std::vector<Range> ranges)
{
    variables.insert_or_assign(std::string(name), Variable{.value = std::move(value),
                                                           .flags = {.rw = true, .number = true},
                                                           .ranges = std::move(ranges)});
}

namespace {

void describe_difference(const std::string& name, const Variable& was, const Variable& is,
                         std::vector<Change>& out)
{
    if (was.value != is.value)
        out.emplace_back(SetValue{name, is.value});
    for (const auto& value : was.enums)
        if (std::find(is.enums.begin(), is.enums.end(), value) == is.enums.end())
            out.emplace_back(RemoveEnum{name, value});
    for (const auto& value : is.enums)
        if (std::find(was.enums.begin(), was.enums.end(), value) == was.enums.end())
            out.emplace_back(AddEnum{name, value});
    for (const auto& range : was.ranges)
        if (std::find(is.ranges.begin(), is.ranges.end(), range) == is.ranges.end())
            out.emplace_back(RemoveRange{name, range});
    for (const auto& range : is.ranges)
        if (std::find(was.ranges.begin(), was.ranges.end(), range) == was.ranges.end())
            out.emplace_back(AddRange{name, range});
    if (was.max_length != is.max_length)
        out.emplace_back(SetMaxLength{name, is.max_length});
    if (!(was.flags == is.flags))
        out.emplace_back(SetFlags{name, is.flags});
}

} // namespace

std::vector<Change> differences(const State& last, const State::Variables& next, const State::Commands& commands)
{
    std::vector<Change> changes;
    for (const auto& [name, variable] : last.variables())
        if (!next.contains(name))
            changes.emplace_back(RemoveVariable{name});
    for (const auto& [name, variable] : next) {
        if (const auto* const was = last.find(name))
            describe_difference(name, *was, variable, changes);
        else
            for (auto& change : State::as_changes(name, variable))
                changes.push_back(std::move(change));
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
