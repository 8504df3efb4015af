#include "common/client/follower.hpp"

#include "common/asio/backoff.hpp"
#include "common/client/error_text.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace asio = boost::asio;

namespace upright {
namespace {

std::optional<Errc> availability_of(std::string_view word)
{
    if (word == "OK")
        return std::nullopt;
    return word == "DATA-STALE" ? Errc::data_stale : Errc::driver_not_connected;
}

// What a refusal says of the UPS; nothing if it is about something else.
std::optional<Errc> availability_of(const Error& refusal)
{
    for (const auto why : {Errc::data_stale, Errc::driver_not_connected, Errc::unknown_ups})
        if (refusal.is(why))
            return why;
    return std::nullopt;
}

bool contains(const Row& words, const std::string& word)
{
    return std::any_of(words.begin(), words.end(),
                       [&](const auto& other) { return equal_ignoring_case(word, other); });
}

} // namespace

Follower::Follower(const asio::any_io_executor& executor, Settings settings, Listener& listener)
    : executor_(executor), settings_(std::move(settings)), listener_(listener), connection_(executor)
{
}

asio::awaitable<Result<void>> Follower::run()
{
    co_await asio::this_coro::throw_if_cancelled(false);
    Backoff backoff(settings_.first_delay, settings_.longest_delay);
    for (;;) {
        completed_ = false;
        const auto ended = co_await follow();
        connection_.close();
        const bool cancelled = co_await is_cancelled();
        if (cancelled)
            co_return Result<void>{};
        listener_.lost(ended.error());
        if (completed_)
            backoff.reset();
        const auto delay = backoff.next(std::uniform_real_distribution<double>(0, 1)(random_));
        const bool waited = co_await pause(delay);
        if (!waited)
            co_return Result<void>{};
    }
}

// One connection, from its beginning to its end; ends with why.
asio::awaitable<Result<void>> Follower::follow()
{
    const auto connected =
        co_await connection_.connect(settings_.server, settings_.connect_limit, settings_.tls);
    if (!connected)
        co_return connected.error();
    if (settings_.user && settings_.password) {
        const auto known = co_await connection_.authenticate(*settings_.user, *settings_.password);
        if (!known)
            co_return known.error();
    }
    auto told = co_await be_told();
    if (told || !told.error().is(Errc::unknown_command))
        co_return told;
    auto asked = co_await keep_asking();
    co_return asked;
}

asio::awaitable<Result<void>> Follower::be_told()
{
    Row query{"ALL"};
    if (!settings_.ups.empty())
        query = {"UPS", settings_.ups};
    told_.clear();
    const auto subscribed = co_await connection_.subscribe(query, [this](const Row& row) { take(row); });
    if (!subscribed && subscribed.error().is(Errc::unknown_ups))
        set_availability(settings_.ups, Errc::unknown_ups);
    if (!subscribed)
        co_return subscribed.error();
    completed_ = true;
    listener_.connected(true);
    for (auto beat = Clock::now() + settings_.poll;; beat += settings_.poll) {
        const auto listened = co_await connection_.listen(beat);
        if (!listened)
            co_return listened.error();
        const bool cancelled = co_await is_cancelled();
        if (cancelled)
            co_return Error{Errc::disconnected, "Server disconnected"};
        const auto alive = co_await beat_once();
        if (!alive)
            co_return alive.error();
    }
}

// A server that is quiet and one that is dead look the same until they are asked.
asio::awaitable<Result<void>> Follower::beat_once()
{
    Row question{"GET", "VAR", settings_.ups, "ups.status"};
    if (settings_.ups.empty())
        question = {"VER"};
    const auto alive = co_await connection_.ask(std::move(question));
    if (alive || connection_.is_open()) // a refusal is an answer, too
        co_return Result<void>{};
    co_return alive.error();
}

asio::awaitable<Result<void>> Follower::keep_asking()
{
    for (auto next = Clock::now();;) {
        auto looked = co_await look_at_all();
        if (!looked)
            co_return looked;
        if (!std::exchange(completed_, true))
            listener_.connected(false);
        next = std::max(next + settings_.poll, Clock::now());
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(next - Clock::now());
        const bool waited = co_await pause(left);
        if (!waited)
            co_return Error{Errc::disconnected, "Server disconnected"};
    }
}

asio::awaitable<Result<void>> Follower::look_at_all()
{
    if (!settings_.ups.empty()) {
        auto looked = co_await look_at(settings_.ups);
        co_return looked;
    }
    Row query{"UPS"};
    const auto listed = co_await connection_.list(std::move(query));
    if (!listed)
        co_return listed.error();
    Row names;
    for (const auto& row : *listed)
        names.push_back(row.front());
    Row vanished;
    for (const auto& [name, ups] : mirror_)
        if (!contains(names, name))
            vanished.push_back(name);
    for (const auto& name : vanished)
        forget(name);
    for (const auto& name : names) {
        auto looked = co_await look_at(name);
        if (!looked)
            co_return looked;
    }
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Follower::look_at(std::string ups)
{
    Row query{"VAR", ups};
    const auto rows = co_await connection_.list(std::move(query));
    if (!rows) {
        const auto why = availability_of(rows.error());
        if (!why)
            co_return rows.error();
        set_availability(ups, why);
        co_return Result<void>{};
    }
    set_availability(ups, std::nullopt);
    Row variables;
    for (const auto& row : *rows) {
        variables.push_back(row.front());
        set(ups, row.front(), row.size() > 1 ? row[1] : "");
    }
    forget_all_but(ups, variables);
    co_return Result<void>{};
}

// A cancellation that met no wait has ended nothing: it must be asked for.
asio::awaitable<bool> Follower::is_cancelled()
{
    const auto state = co_await asio::this_coro::cancellation_state;
    co_return state.cancelled() != asio::cancellation_type::none;
}

// False if the wait was cancelled.
asio::awaitable<bool> Follower::pause(std::chrono::milliseconds time)
{
    const bool cancelled_before = co_await is_cancelled();
    if (cancelled_before)
        co_return false;
    constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);
    asio::steady_timer timer(executor_, time);
    const auto [cancelled] = co_await timer.async_wait(kUseTuple);
    co_return !cancelled;
}

// A row of a SUBSCRIBE block, or a NOTIFY line without that word.
void Follower::take(const Row& row)
{
    const auto is = [&](std::string_view word, std::size_t words) {
        return row.size() >= words && row[0] == word;
    };
    if (is("BEGIN", 4)) { // BEGIN SUBSCRIBE UPS <ups>
        told_.clear();
    } else if (is("END", 4)) {
        forget_all_but(row[3], told_);
    } else if (is("VAR", 4)) {
        told_.push_back(row[2]);
        set(row[1], row[2], row[3]);
    } else if (is("DELVAR", 3)) {
        remove(row[1], row[2]);
    } else if (is("STATE", 3) && row[2] == "REMOVED") {
        forget(row[1]);
    } else if (is("STATE", 3)) {
        set_availability(row[1], availability_of(row[2]));
    }
}

void Follower::set(const std::string& ups, const std::string& variable, const std::string& value)
{
    auto& values = mirror_[ups].values;
    const auto known = values.find(variable);
    if (known != values.end() && known->second == value)
        return;
    values[variable] = value;
    listener_.changed(ups, SetValue{variable, value});
}

void Follower::remove(const std::string& ups, const std::string& variable)
{
    const auto known = mirror_.find(ups);
    if (known != mirror_.end() && known->second.values.erase(variable) != 0)
        listener_.changed(ups, RemoveVariable{variable});
}

// Without its driver a UPS has no variables.
void Follower::set_availability(const std::string& ups, std::optional<Errc> why_not)
{
    const auto known = mirror_.try_emplace(ups);
    auto& mirrored = known.first->second;
    if (!known.second && mirrored.why_not == why_not)
        return;
    mirrored.why_not = why_not;
    if (why_not && *why_not != Errc::data_stale)
        mirrored.values.clear();
    listener_.availability(ups, why_not);
}

void Follower::forget_all_but(const std::string& ups, const Row& variables)
{
    Row vanished;
    for (const auto& [variable, value] : mirror_[ups].values)
        if (!contains(variables, variable))
            vanished.push_back(variable);
    for (const auto& variable : vanished)
        remove(ups, variable);
}

void Follower::forget(const std::string& ups)
{
    if (mirror_.erase(ups) != 0)
        listener_.gone(ups);
}

} // namespace upright
