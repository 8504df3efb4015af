#include "common/client/request.hpp"

#include "common/client/error_text.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

namespace asio = boost::asio;

namespace upright {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kLongestShown = 512;

// What the server said: a line, or the ERR line of a refusal. After a refusal the connection is still there,
// after anything worse it is not.
struct Reply {
    std::string line;
    std::optional<Error> error;

    bool was_said() const { return !line.empty() || !error; }
};

asio::awaitable<Reply> ask(Connection& connection, std::string request)
{
    auto line = co_await connection.ask_line(std::move(request));
    Reply reply;
    if (line) {
        reply.line = escaped(*line, kLongestShown);
        co_return reply;
    }
    reply.error = line.error();
    if (connection.is_open())
        reply.line = "ERR" + (reply.error->what.empty() ? "" : " " + escaped(reply.error->what));
    co_return reply;
}

// A reply that is not the one the protocol has for success.
Outcome refused(const std::string& what, const Reply& reply)
{
    Outcome outcome;
    outcome.line = what + reply.line;
    outcome.reply = reply.line;
    outcome.error = reply.error ? client_text(*reply.error) : "Invalid response from server";
    return outcome;
}

// "OK TRACKING <id>".
std::string tracking_id(const std::string& line)
{
    const auto words = reply_words(line);
    return words && words->size() == 3 && (*words)[1] == "TRACKING" ? (*words)[2] : "";
}

asio::awaitable<Outcome> wait_for_result(Connection& connection, std::string id, std::chrono::seconds limit)
{
    constexpr std::chrono::seconds kPause{1};
    const auto until = Clock::now() + limit;
    const auto question = "GET TRACKING " + as_word(id);
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        if (Clock::now() >= until)
            co_return failure("Can't receive status tracking information", {Errc::timed_out, "timeout"});
        const auto reply = co_await ask(connection, question);
        if (!reply.was_said())
            co_return failure("Can't receive status tracking information", *reply.error);
        if (reply.line != "PENDING") {
            auto outcome = refused("", reply);
            outcome.is_result = true;
            outcome.ok = reply.line == "SUCCESS";
            co_return outcome;
        }
        timer.expires_after(kPause);
        const auto use_tuple = asio::as_tuple(asio::use_awaitable);
        [[maybe_unused]] const auto waited = co_await timer.async_wait(use_tuple);
    }
}

// Nothing if it is on.
asio::awaitable<std::optional<Outcome>> switch_tracking_on(Connection& connection, std::string kind)
{
    const auto reply = co_await ask(connection, "SET TRACKING ON");
    const auto what = fmt::format("Enabling {} status tracking failed", kind);
    if (!reply.was_said())
        co_return failure(what, *reply.error);
    if (!reply.line.starts_with("OK"))
        co_return refused(what + ". upsd answered: ", reply);
    co_return std::nullopt;
}

} // namespace

Result<std::chrono::seconds> wait_limit(std::string_view text)
{
    constexpr int kLongest = 86400;
    const auto seconds = to_int(text);
    if (!seconds || *seconds < 0 || *seconds > kLongest)
        return Error{Errc::invalid_argument,
                     fmt::format("invalid time limit: {}: 0 to {} seconds", escaped(text), kLongest)};
    return std::chrono::seconds(*seconds);
}

Outcome failure(const std::string& what, const Error& error)
{
    Outcome outcome;
    outcome.error = client_text(error);
    outcome.line = what + ": " + outcome.error;
    return outcome;
}

asio::awaitable<Outcome> carry_out(Connection& connection, Login login, Request request)
{
    const auto known = co_await connection.authenticate(login.user, login.password);
    if (!known)
        co_return failure("Authentication failed", known.error());
    if (request.wait) {
        const auto failed = co_await switch_tracking_on(connection, request.kind);
        if (failed)
            co_return *failed;
    }
    const auto reply = co_await ask(connection, request.line);
    if (!reply.was_said())
        co_return failure(request.name + " failed", *reply.error);
    if (!reply.line.starts_with("OK"))
        co_return refused("Unexpected response from upsd: ", reply);

    Outcome outcome;
    const auto id = tracking_id(reply.line);
    if (request.wait && !id.empty()) {
        outcome = co_await wait_for_result(connection, id, *request.wait);
        if (outcome.reply.empty())
            outcome.reply = reply.line;
    } else {
        outcome.ok = true;
        outcome.line = reply.line;
        outcome.reply = reply.line;
    }
    outcome.tracking = id;
    if (outcome.ok)
        outcome.error.clear();
    co_return outcome;
}

} // namespace upright
