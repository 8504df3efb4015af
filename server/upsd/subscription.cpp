#include "server/upsd/subscription.hpp"

#include "server/upsd/upses.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsd {

Subscription::~Subscription() { remove_all(); }

void Subscription::take(CachedUps& ups)
{
    // Whatever happened before is in the block, or is told as changes: the Feed must not repeat it.
    ups.publish();
    ups.feed().add(*this);
    positions_.emplace(&ups, Position{&ups, ups.feed().version()});
}

// BEGIN SUBSCRIBE UPS <ups> / STATE / VAR ... / END SUBSCRIBE UPS <ups>
void Subscription::append_block(CachedUps& ups, std::string& out)
{
    out += fmt::format("BEGIN SUBSCRIBE UPS {0}\nSTATE {0} {1}\n", ups.name, state_word(ups.why_not()));
    out += ups.var_lines();
    out += fmt::format("END SUBSCRIBE UPS {}\n", ups.name);
}

bool Subscription::add(CachedUps& ups, std::string& out)
{
    if (positions_.contains(&ups))
        return false;
    take(ups);
    append_block(ups, out);
    return true;
}

bool Subscription::add_all()
{
    if (all_)
        return false;
    remove_all();
    all_ = true;
    answering_ = true;
    upses_.want_new_ones(*this, true);
    for (const auto& ups : upses_.all())
        blocks_.push_back(ups->name);
    return true;
}

bool Subscription::remove(CachedUps& ups)
{
    const auto position = positions_.find(&ups);
    if (position == positions_.end())
        return false;
    ups.feed().remove(*this);
    std::erase(behind_, &ups);
    positions_.erase(position);
    return true;
}

bool Subscription::remove_all()
{
    const bool had_any = all_ || !positions_.empty();
    for (auto& [ups, position] : positions_)
        position.ups->feed().remove(*this);
    positions_.clear();
    behind_.clear();
    if (all_)
        upses_.want_new_ones(*this, false);
    all_ = false;
    return had_any;
}

void Subscription::appeared(CachedUps& ups)
{
    if (!all_ || positions_.contains(&ups))
        return;
    ups.feed().add(*this);
    positions_.emplace(&ups, Position{&ups, 0});
    std::string lines;
    ups.feed().append_since(0, ups, lines);
    changed(ups, 0, lines);
}

void Subscription::changed(const CachedUps& ups, Version since, std::string_view lines)
{
    auto& position = positions_.at(&ups);
    if (position.behind)
        return;
    if (position.told >= ups.feed().version())
        return;
    if (answering_ || position.told < since || !outlet_.ready()) {
        position.behind = true;
        behind_.push_back(&ups);
        return;
    }
    position.told = ups.feed().version();
    outlet_.send(lines);
}

void Subscription::removed(const CachedUps& ups)
{
    positions_.erase(&ups);
    std::erase(behind_, &ups);
    const auto line = fmt::format("NOTIFY STATE {} REMOVED\n", ups.name);
    if (!answering_ && outlet_.ready())
        outlet_.send(line);
    else
        removed_.push_back(line);
}

void Subscription::produce(std::string& out, std::size_t room)
{
    while (!blocks_.empty() && out.size() < room) {
        if (auto* const ups = upses_.find(blocks_.front()); ups != nullptr && !positions_.contains(ups)) {
            take(*ups);
            append_block(*ups, out);
        }
        blocks_.pop_front();
    }
    if (!blocks_.empty())
        return;
    if (std::exchange(answering_, false))
        out += "OK SUBSCRIBE ALL\n";
    for (; !removed_.empty() && out.size() < room; removed_.pop_front())
        out += removed_.front();
    while (!behind_.empty() && out.size() < room) {
        auto& position = positions_.at(behind_.front());
        behind_.pop_front();
        position.behind = false;
        position.ups->feed().append_since(position.told, *position.ups, out);
        position.told = position.ups->feed().version();
    }
}

} // namespace upright::upsd
