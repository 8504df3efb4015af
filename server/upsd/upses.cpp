#include "server/upsd/upses.hpp"

#include "common/wire/quote.hpp"
#include "server/upsd/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_map>
#include <utility>

namespace upright::upsd {
namespace {

// What upsd keeps of one driver at most, whatever that says. The largest real device, a power strip of many
// outlets, has a quarter of that.
constexpr std::size_t kMostVariables = 2048;        // and as many commands
constexpr std::size_t kMostChoices = 128;           // enumerated values, and ranges, of one variable
constexpr std::size_t kLongestValue = kLongestLine; // more can't be sent to anybody

// Whether a Change may be applied. Names must be words that an answer can carry.
struct Admission {
    const State& state;

    static bool is_name(std::string_view name)
    {
        return name.size() <= kLongestDriverValue && as_word(name) == name;
    }

    bool operator()(const SetValue& c) const
    {
        // server.* is ours to answer, whatever a driver says.
        return state.find(c.variable) != nullptr
               || (!starts_ignoring_case(c.variable, "server.") && state.variables().size() < kMostVariables
                   && is_name(c.variable));
    }
    bool operator()(const AddEnum& c) const
    {
        const auto* const variable = state.find(c.variable);
        return variable != nullptr && variable->enums.size() < kMostChoices
               && c.value.size() <= kLongestValue;
    }
    bool operator()(const AddRange& c) const
    {
        const auto* const variable = state.find(c.variable);
        return variable != nullptr && variable->ranges.size() < kMostChoices;
    }
    bool operator()(const AddCommand& c) const
    {
        return state.commands().size() < kMostVariables && is_name(c.command);
    }
    template <class Other>
    bool operator()(const Other&) const // adds nothing
    {
        return true;
    }
};

} // namespace

void CachedUps::connected(TimePoint now)
{
    connected_ = true;
    dumped_ = false;
    last_heard_ = now;
    apply(SetFresh{true}); // until the driver says otherwise: old ones say nothing while all is well
    apply(SetValue{"ups.status", "WAIT"});
}

void CachedUps::disconnected()
{
    state_.clear();
    feed_.cleared();
    connected_ = false;
    dumped_ = false;
    rendered_ = false;
}

void CachedUps::publish(TimePoint now, std::chrono::seconds max_age)
{
    why_not_ = unavailable(now, max_age);
    feed_.available(why_not_);
    publish();
}

void CachedUps::latch_fsd(bool on)
{
    if (std::exchange(fsd_, on) == on)
        return;
    rendered_ = false;
    feed_.changed("ups.status");
}

std::size_t CachedUps::count_logins() const
{
    std::set<const CachedUps*> counted;
    std::vector<const CachedUps*> to_count{this};
    std::size_t count = 0;
    while (!to_count.empty()) {
        const auto* const ups = to_count.back();
        to_count.pop_back();
        if (!counted.insert(ups).second)
            continue;
        count += ups->logins_.size();
        to_count.insert(to_count.end(), ups->above.begin(), ups->above.end());
    }
    return count;
}

void CachedUps::log_in(Client& client)
{
    const auto newer = [&](const Client* other) { return other->id < client.id; };
    logins_.insert(std::find_if(logins_.begin(), logins_.end(), newer), &client);
    client.login = this;
}

void CachedUps::log_out(Client& client)
{
    std::erase(logins_, &client);
    client.login = nullptr;
}

void CachedUps::apply(const Change& change)
{
    if (const auto* const set = std::get_if<SetValue>(&change);
        set != nullptr && set->value.size() > kLongestValue)
        return apply(SetValue{set->variable, set->value.substr(0, kLongestValue)});
    if (!std::visit(Admission{state_}, change) || !state_.apply(change))
        return;
    rendered_ = false;
    if (const auto* const set = std::get_if<SetValue>(&change))
        feed_.changed(set->variable);
    else if (const auto* const removal = std::get_if<RemoveVariable>(&change))
        feed_.changed(removal->variable);
}

std::optional<Errc> CachedUps::unavailable(TimePoint now, std::chrono::seconds max_age) const noexcept
{
    if (!connected_)
        return Errc::driver_not_connected;
    if ((dumped_ && !state_.fresh()) || now - last_heard_ > max_age + std::chrono::seconds(1))
        return Errc::data_stale;
    return std::nullopt;
}

void CachedUps::append_value_line(std::string& out, std::string_view head, std::string_view variable,
                                  const Variable& value) const
{
    if (fsd_ && equal_ignoring_case(variable, "ups.status"))
        upright::append_value_line(out, head, "FSD " + value.value);
    else
        upright::append_value_line(out, head, value.value);
}

const std::string& CachedUps::var_lines()
{
    if (rendered_)
        return var_lines_;
    var_lines_.clear();
    std::string head;
    for (const auto& [variable, value] : state_.variables()) {
        head.assign("VAR ").append(name).append(" ").append(variable);
        append_value_line(var_lines_, head, variable, value);
    }
    rendered_ = true;
    return var_lines_;
}

CachedUps* Upses::find(std::string_view name)
{
    const auto it = by_name_.find(name);
    return it == by_name_.end() ? nullptr : it->second;
}

boost::system::result<CachedUps*, Errc> Upses::available(std::string_view name, TimePoint now)
{
    auto* const ups = find(name);
    if (ups == nullptr)
        return Errc::unknown_ups;
    if (const auto why = ups->unavailable(now, max_age))
        return *why;
    return ups;
}

CachedUps& Upses::add(std::string name)
{
    auto& ups = *all_.emplace_back(std::make_unique<CachedUps>());
    ups.name = std::move(name);
    by_name_.emplace(ups.name, &ups);
    for (auto* const subscription : want_new_ones_)
        subscription->appeared(ups);
    return ups;
}

void Upses::want_new_ones(Subscription& subscription, bool wanted)
{
    std::erase(want_new_ones_, &subscription);
    if (wanted)
        want_new_ones_.push_back(&subscription);
}

void Upses::remove(const CachedUps& ups)
{
    const auto it = by_name_.find(ups.name);
    if (it == by_name_.end())
        return;
    it->second->feed().publish_removal(ups);
    by_name_.erase(it);
    std::erase_if(all_, [&](const auto& one) { return one.get() == &ups; });
}

void Upses::order_as(const std::vector<std::string>& names)
{
    std::unordered_map<std::string_view, std::size_t> places;
    for (const auto& name : names)
        places.emplace(name, places.size());
    const auto place = [&](const std::string& name) {
        const auto it = places.find(name);
        return it == places.end() ? places.size() : it->second;
    };
    std::stable_sort(all_.begin(), all_.end(),
                     [&](const auto& a, const auto& b) { return place(a->name) < place(b->name); });
}

} // namespace upright::upsd
