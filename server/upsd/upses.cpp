#include "server/upsd/upses.hpp"

#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsd {

void CachedUps::connected(TimePoint now)
{
    connected_ = true;
    dumped_ = false;
    last_heard_ = now;
    apply(SetValue{"ups.status", "WAIT"});
}

void CachedUps::disconnected()
{
    state_.clear();
    connected_ = false;
    dumped_ = false;
    rendered_ = false;
}

void CachedUps::apply(const Change& change)
{
    if (state_.apply(change))
        rendered_ = false;
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
    return ups;
}

void Upses::remove(const CachedUps& ups)
{
    by_name_.erase(ups.name);
    std::erase_if(all_, [&](const auto& one) { return one.get() == &ups; });
}

void Upses::order_as(const std::vector<std::string>& names)
{
    std::stable_sort(all_.begin(), all_.end(), [&](const auto& a, const auto& b) {
        return std::find(names.begin(), names.end(), a->name)
               < std::find(names.begin(), names.end(), b->name);
    });
}

} // namespace upright::upsd
