#include "drivers/upsim/socket_ups.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace upright::upsim {
namespace {

constexpr unsigned kStatusEvery = 32; // of so many changes one is to the status

// Another place within the swing, a whole number of the last digits away, so that the text differs.
double moved_elsewhere(const Reading& reading, double moved, std::mt19937_64& random)
{
    const double unit = std::pow(10, -reading.decimals);
    const auto places =
        static_cast<unsigned>(std::lround((reading.swing_down + reading.swing_up) / unit)) + 1;
    const auto now = static_cast<unsigned>(std::lround((moved + reading.swing_down) / unit));
    const auto next = (now + 1 + static_cast<unsigned>(random() % (places - 1))) % places;
    return next * unit - reading.swing_down;
}

} // namespace

SocketUps::SocketUps(Poller& poller, std::string name, std::string socket, Rating rating, std::uint64_t seed,
                     double time_scale, bool stamped)
    : SimulatedUps(std::move(name), std::move(socket), rating, seed, time_scale), told_(readings().size()),
      stamped_(stamped),
      publisher_(poller, {.command = [this](const auto& command, const auto& reply) { run(command, reply); },
                          .set = [this](const auto& request, const auto& reply) { assign(request, reply); }})
{
}

Result<void> SocketUps::open()
{
    publisher_.apply(constants(model(), name(), settings_));
    look();
    return publisher_.listen(place(), std::nullopt);
}

// What differs from what clients know.
void SocketUps::note(std::vector<Change>& changes, std::string_view variable, std::string_view value) const
{
    const auto* const known = publisher_.state().find(variable);
    if (known == nullptr || known->value != value)
        changes.emplace_back(SetValue{std::string(variable), std::string(value)});
}

void SocketUps::note_reading(std::vector<Change>& changes, std::size_t index, bool any_difference)
{
    const auto& reading = readings()[index];
    auto& told = told_[index];
    const double physical = reading.value(model());
    const double exact = physical == 0 ? 0 : std::max(0.0, physical + told.moved); // off is off
    if (!any_difference && told.exact && std::abs(exact - *told.exact) < reading.least)
        return;
    told.exact = exact;
    note(changes, reading.variable, fmt::format("{:.{}f}", exact, reading.decimals));
}

void SocketUps::look()
{
    if (fault_.over(std::chrono::steady_clock::now()))
        fault_ = {};
    std::vector<Change> changes;
    const bool fresh = fault_.kind == Fault::Kind::none;
    if (fresh) {
        for (std::size_t i = 0; i < told_.size(); ++i)
            note_reading(changes, i, false);
        for (const auto& reading : text_readings())
            note(changes, reading.variable, reading.value(model()));
        note(changes, "ups.status", status_words(model(), charging_));
    }
    if (publisher_.state().fresh() != fresh)
        changes.emplace_back(SetFresh{fresh});
    publish(std::move(changes));
    at_rest_ = model().settled() && !fault_.until;
}

void SocketUps::fidget(std::mt19937_64& random)
{
    if (fault_.kind != Fault::Kind::none)
        return;
    std::vector<Change> changes;
    if (random() % kStatusEvery == 0) {
        charging_ = !charging_;
        note(changes, "ups.status", status_words(model(), charging_));
    } else {
        const auto index = static_cast<std::size_t>(random() % told_.size());
        told_[index].moved = moved_elsewhere(readings()[index], told_[index].moved, random);
        note_reading(changes, index, true);
    }
    publish(std::move(changes));
}

void SocketUps::publish(std::vector<Change> changes)
{
    if (changes.empty())
        return;
    if (stamped_) {
        const auto now = std::chrono::steady_clock::now().time_since_epoch();
        const auto stamp = std::chrono::duration_cast<std::chrono::nanoseconds>(now).count();
        changes.emplace_back(SetValue{"upsim.stamp", std::to_string(stamp)});
    }
    publisher_.apply(changes);
}

void SocketUps::run(const driver_protocol::InstantCommand& command, const Publisher::Reply& reply)
{
    ++questions_;
    const auto outcome = obey(model(), settings_, command.command);
    look();
    reply(outcome);
}

void SocketUps::assign(const driver_protocol::SetVariable& request, const Publisher::Reply& reply)
{
    ++questions_;
    const auto outcome = set(settings_, request.variable, request.value);
    if (outcome == Outcome::handled)
        publish({SetValue{request.variable, request.value}});
    reply(outcome);
}

Result<void> SocketUps::set_fault(Fault fault)
{
    if ((fault.kind != Fault::Kind::none && fault.kind != Fault::Kind::mute) || fault.answers)
        return Error{Errc::invalid_argument,
                     "behind a socket there are mute, mute <seconds>s, drop and none"};
    fault_ = fault;
    return {};
}

Result<void> SocketUps::drop()
{
    publisher_.close();
    return publisher_.listen(place(), std::nullopt);
}

} // namespace upright::upsim
