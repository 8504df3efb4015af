#include "clients/upsmon/link.hpp"

#include "common/client/error_text.hpp"
#include "common/daemon/log.hpp"
#include "common/wire/quote.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <array>
#include <cmath>

namespace asio = boost::asio;

namespace upright::upsmon {
namespace {

constexpr auto kStatus = "ups.status";
constexpr auto kAlarm = "ups.alarm";
constexpr auto kCharge = "battery.charge";
constexpr auto kRuntime = "battery.runtime";
constexpr std::array<const char*, 2> kModes{"ups.mode.buzzwords", "experimental.ups.mode.buzzwords"};

// After a refusal. Four times a minute: a server may slow down who guesses more often than that.
constexpr std::chrono::seconds kLogInAgain{15};
constexpr std::chrono::milliseconds kFirstRetry{1000};

std::optional<double> number(const std::map<std::string, std::string, CaseLess>& values, const char* name)
{
    const auto found = values.find(name);
    const auto value = found == values.end() ? std::nullopt : to_double(trimmed(found->second));
    return value && std::isfinite(*value) && *value >= 0 ? value : std::nullopt;
}

std::string text(const std::map<std::string, std::string, CaseLess>& values, const char* name)
{
    const auto found = values.find(name);
    return found == values.end() ? std::string() : found->second;
}

// A server that forgets the quotes sends several words: none of them may be lost.
std::string value_of(const Row& row, std::size_t from)
{
    auto value = row[from];
    for (auto word = from + 1; word < row.size(); ++word)
        value += " " + row[word];
    return value;
}

std::string text_of(const Error& why, const Link::Settings& settings)
{
    if (why.is(Errc::unknown_ups))
        return fmt::format("[{}] does not exist on server {}", settings.account.where.ups,
                           settings.account.where.server.host);
    return client_text(why);
}

} // namespace

bool Link::Settings::operator==(const Settings& other) const
{
    const auto same_tls = [](const tls::ClientSettings& a, const tls::ClientSettings& b) {
        return a.ca_path == b.ca_path && a.certfile == b.certfile && a.ident_name == b.ident_name
               && a.key_password == b.key_password && a.verify == b.verify && a.force == b.force
               && a.expected_name == b.expected_name && a.pin == b.pin;
    };
    return system == other.system && account.user == other.account.user
           && account.password == other.account.password && primary == other.primary
           && asks_for_battery == other.asks_for_battery && connect_limit == other.connect_limit
           && family == other.family && same_tls(tls, other.tls);
}

Link::Link(const asio::any_io_executor& executor, Settings settings, Listener& listener)
    : settings_(std::move(settings)), listener_(listener), connection_(executor), pause_(executor)
{
    connection_.use_only(settings_.family);
}

asio::awaitable<Result<void>> Link::run()
{
    while (!finishing_) {
        co_await connect_and_follow();
        serving_ = connected_ = false;
        answer_unserved();
        if (finishing_)
            co_await connection_.logout();
        connection_.close();
        if (finishing_)
            break;
        const auto interval =
            std::chrono::duration_cast<std::chrono::milliseconds>(listener_.poll_interval());
        const bool was_up = std::exchange(pushed_, false) || polled_ != Clock::time_point{};
        polled_ = {};
        // A restarted server must not meet all its clients in the same millisecond.
        const auto soon =
            std::uniform_int_distribution<int>(kFirstRetry.count() / 4, kFirstRetry.count())(random_);
        co_await pause(was_up ? std::min(interval, std::chrono::milliseconds(soon)) : interval);
    }
    listener_.ended(*this);
    co_return Result<void>{};
}

// One connection, from its beginning to its end.
asio::awaitable<void> Link::connect_and_follow()
{
    values_.clear();
    not_there_.clear();
    why_not_.reset();
    const auto& account = settings_.account;
    const auto connected =
        co_await connection_.connect(account.where.server, settings_.connect_limit, settings_.tls);
    if (!connected) {
        fail(connected.error());
        co_return;
    }
    connected_ = true;
    if (connection_.is_encrypted())
        log::debug(1, "UPS [{}]: connected with TLS", settings_.system);
    const bool useful = co_await log_in();
    if (useful && !finishing_)
        co_await follow();
}

// False if there is nothing to follow. Whoever is not let in may still look, and sees at least when the UPS
// or its primary forces a shutdown.
asio::awaitable<bool> Link::log_in()
{
    const auto& account = settings_.account;
    auto done = co_await connection_.authenticate(account.user, account.password);
    if (done) {
        const auto accepted = co_await connection_.ask("LOGIN", account.where.ups);
        if (!accepted)
            done = accepted.error();
    }
    if (done && settings_.primary)
        done = co_await become_primary();
    if (!done && (!connection_.is_open() || done.error().is(Errc::unknown_ups))) {
        fail(done.error());
        co_return false;
    }
    refused_ = !done;
    if (refused_) {
        log_in_again_ = Clock::now() + kLogInAgain;
        const auto why = client_text(done.error());
        log::error("Login on UPS [{}] failed - got [{}]", settings_.system, escaped(why));
        listener_.observed(*this, LoginRefused{why});
    } else {
        listener_.observed(*this, LoggedIn{});
    }
    co_return true;
}

asio::awaitable<Result<void>> Link::become_primary()
{
    const auto ups = settings_.account.where.ups;
    auto granted = co_await connection_.ask("PRIMARY", ups);
    if (!granted && connection_.is_open())
        granted = co_await connection_.ask("MASTER", ups);
    if (granted)
        co_return Result<void>{};
    if (!connection_.is_open())
        co_return granted.error();
    log::error("Primary managerial privileges unavailable on UPS [{}]", settings_.system);
    co_return Error{granted.error().code,
                    "primary managerial privileges unavailable: " + client_text(granted.error())};
}

asio::awaitable<void> Link::follow()
{
    pushed_ = co_await subscribe();
    if (!connection_.is_open())
        co_return;
    if (pushed_) {
        polled_ = Clock::now();
        publish();
    } else {
        co_await poll();
    }
    serving_ = true;
    while (connection_.is_open()) {
        co_await serve_orders();
        if (finishing_ || !connection_.is_open() || is_to_begin_again())
            co_return;
        if (Clock::now() >= next_poll()) {
            co_await poll();
            continue;
        }
        const auto heard = co_await connection_.hear(next_poll());
        if (!heard)
            fail(heard.error());
        else if (changed_)
            publish();
    }
}

// A UPS that the server has no longer may come back to it, and then tells nothing of itself here.
bool Link::is_to_begin_again() const
{
    return why_not_ == Errc::unknown_ups || (refused_ && Clock::now() >= log_in_again_);
}

Link::Clock::time_point Link::next_poll() const { return polled_ + listener_.poll_interval(); }

// True if the server tells by itself. One that can't is asked.
asio::awaitable<bool> Link::subscribe()
{
    Row query{"UPS", settings_.account.where.ups};
    Connection::Take take_row = [this](const Row& row) { take(row); };
    const auto done = co_await connection_.subscribe(std::move(query), std::move(take_row));
    if (!done && !connection_.is_open())
        fail(done.error());
    co_return done.has_value();
}

// VAR <ups> <variable> <value>, DELVAR <ups> <variable>, STATE <ups> <word>
void Link::take(const Row& row)
{
    if (row[0] == "STATE" && row.size() >= 3) {
        const auto before = why_not_;
        why_not_ = row[2] == "OK"           ? std::nullopt
                   : row[2] == "DATA-STALE" ? std::optional(Errc::data_stale)
                   : row[2] == "REMOVED"    ? std::optional(Errc::unknown_ups)
                                            : std::optional(Errc::driver_not_connected);
        changed_ = changed_ || why_not_ != before;
        return;
    }
    if (row.size() < 3 || (row[0] != "VAR" && row[0] != "DELVAR"))
        return;
    const auto is_it = [&](const char* name) { return equal_ignoring_case(row[2], name); };
    if (!is_it(kStatus) && !is_it(kAlarm) && !is_it(kCharge) && !is_it(kRuntime)
        && std::none_of(kModes.begin(), kModes.end(), is_it))
        return;
    if (row[0] == "DELVAR")
        values_.erase(row[2]);
    else if (row.size() >= 4)
        values_.insert_or_assign(row[2], value_of(row, 3));
    changed_ = true;
}

// What is known now, as an observation.
void Link::publish()
{
    changed_ = false;
    if (why_not_)
        return fail(Error{*why_not_, {}});
    const auto status = text(values_, kStatus);
    if (trimmed(status).empty())
        return listener_.observed(*this, Silence{"ups.status is empty"});
    std::string modes;
    for (const auto* const name : kModes)
        modes += (modes.empty() ? "" : " ") + text(values_, name);
    listener_.observed(*this, Reading{status, text(values_, kAlarm), std::string(trimmed(modes)),
                                      number(values_, kCharge), number(values_, kRuntime)});
}

void Link::fail(const Error& why) { listener_.observed(*this, Silence{text_of(why, settings_)}); }

// The heartbeat where the server tells by itself, elsewhere the only way to learn anything.
asio::awaitable<void> Link::poll()
{
    polled_ = Clock::now();
    const bool answered = co_await ask_for(kStatus);
    if (!answered)
        co_return;
    if (!pushed_) {
        if (text(values_, kStatus).find("ALARM") != std::string::npos)
            co_await ask_for(kAlarm);
        for (const auto* const name : kModes)
            co_await ask_for(name);
        if (settings_.asks_for_battery) {
            co_await ask_for(kCharge);
            co_await ask_for(kRuntime);
        }
    }
    if (connection_.is_open())
        publish();
}

// False if the UPS, or its server, gives no answer: that has been told then.
asio::awaitable<bool> Link::ask_for(std::string variable)
{
    if (!connection_.is_open())
        co_return false;
    if (not_there_.contains(variable))
        co_return true;
    const auto value = co_await connection_.get("VAR", settings_.account.where.ups, variable);
    if (value) {
        values_.insert_or_assign(variable, value_of(*value, 0));
        if (variable == kStatus)
            why_not_.reset();
        co_return true;
    }
    if (variable != kStatus && connection_.is_open() && value.error().is(Errc::unknown_variable)) {
        values_.erase(variable);
        if (variable != kAlarm)
            not_there_.insert(variable);
        co_return true;
    }
    fail(value.error());
    changed_ = false;
    co_return false;
}

asio::awaitable<void> Link::pause(std::chrono::milliseconds time)
{
    if (finishing_)
        co_return;
    pause_.expires_after(time);
    const auto use_tuple = asio::as_tuple(asio::use_awaitable);
    [[maybe_unused]] const auto waited = co_await pause_.async_wait(use_tuple);
}

// ---- orders --------------------------------------------------------------------------------------------

void Link::set_fsd() { order(Order::fsd); }
void Link::ask_logins() { order(Order::logins); }
void Link::tell_who() { order(Order::who); }

void Link::order(Order order)
{
    orders_.push_back(order);
    if (serving_)
        connection_.interrupt();
    else if (!connected_) // else it is logging in, and serves it then
        asio::post(pause_.get_executor(), [this, alive = std::weak_ptr(alive_)] {
            if (alive.lock() && !connected_)
                answer_unserved();
        });
}

void Link::answer_unserved()
{
    for (auto orders = std::exchange(orders_, {}); const auto order : orders) {
        if (order == Order::fsd)
            listener_.observed(*this, FsdAnswer{false, "not connected"});
        else if (order == Order::logins)
            listener_.observed(*this, Logins{});
    }
}

asio::awaitable<void> Link::serve_orders()
{
    while (!orders_.empty() && connection_.is_open()) {
        const auto order = orders_.front();
        orders_.pop_front();
        co_await serve(order);
    }
}

asio::awaitable<void> Link::serve(Order order)
{
    const auto ups = settings_.account.where.ups;
    if (order == Order::fsd) {
        const auto set = co_await connection_.ask("FSD", ups);
        listener_.observed(*this, set ? FsdAnswer{true, {}} : FsdAnswer{false, client_text(set.error())});
    } else if (order == Order::logins) {
        const auto answer = co_await connection_.get("NUMLOGINS", ups);
        const auto count = answer ? to_int(answer->front()) : std::nullopt;
        listener_.observed(*this, Logins{count && *count >= 0 ? count : std::nullopt});
    } else {
        const auto rows = co_await connection_.list("CLIENT", ups);
        std::string who;
        for (const auto& row : rows ? *rows : Rows{})
            who += (who.empty() ? "" : " ") + escaped(row.front(), 60);
        log::warning("UPS [{}]: still logged in: {}", settings_.system, who);
    }
}

void Link::hurry() { connection_.interrupt(); }

void Link::finish()
{
    finishing_ = true;
    pause_.cancel();
    connection_.interrupt();
}

} // namespace upright::upsmon
