#include "common/client/connection.hpp"

#include "common/client/error_text.hpp"
#include "common/client/resolve.hpp"
#include "common/config/paths.hpp"
#include "common/lex/lexer.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cmath>
#include <fcntl.h>
#include <memory>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

constexpr auto kConnecting = "Connection failure";
constexpr auto kUseTuple = asio::as_tuple(asio::use_awaitable);

std::optional<std::chrono::milliseconds> seconds_from(std::string_view text)
{
    constexpr double kLongest = 86400;
    const auto seconds = to_double(text);
    if (!seconds || *seconds < 0 || *seconds > kLongest)
        return std::nullopt;
    return std::chrono::milliseconds(static_cast<long>(std::ceil(*seconds * 1000)));
}

// True if `words` begins with `query`, case apart, from its word number `from` on.
bool echoes(const Row& words, const Row& query, std::size_t from = 0)
{
    return words.size() >= from + query.size()
           && std::equal(query.begin(), query.end(), words.begin() + static_cast<std::ptrdiff_t>(from),
                         [](const auto& a, const auto& b) { return equal_ignoring_case(a, b); });
}

// "BEGIN LIST ..." and "END LIST ...".
bool frames(const Row& words, std::string_view first, const Row& query)
{
    return words.size() >= 2 && equal_ignoring_case(words[0], first) && equal_ignoring_case(words[1], "LIST")
           && echoes(words, query, 2);
}

Row behind(Row words, std::size_t count)
{
    words.erase(words.begin(), words.begin() + static_cast<std::ptrdiff_t>(count));
    return words;
}

std::optional<Error> refused(const Row& words)
{
    if (words.empty() || words[0] != "ERR")
        return std::nullopt;
    return refusal(words.size() > 1 ? words[1] : "");
}

std::optional<Row> strict_words(std::string_view line)
{
    Lexer lexer({.words = 64, .word_length = Connection::kLongestReply});
    for (const char c : line)
        lexer.feed(c);
    if (lexer.feed('\n') != Lexer::Event::statement)
        return std::nullopt;
    Row words;
    for (const auto& word : lexer.words())
        words.push_back(word.text);
    return words;
}

} // namespace

Result<std::chrono::milliseconds> connect_limit(const std::optional<std::string>& option)
{
    constexpr std::chrono::seconds kDefault{10};
    if (option) {
        const auto limit = seconds_from(*option);
        if (!limit)
            return Error{Errc::invalid_argument, "invalid network timeout: " + escaped(*option)};
        return *limit;
    }
    const auto set = paths::environment("NUT_DEFAULT_CONNECT_TIMEOUT");
    return (set ? seconds_from(*set) : std::nullopt).value_or(kDefault);
}

std::optional<Row> reply_words(std::string_view line)
{
    if (auto words = strict_words(line))
        return words;
    std::string mended;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '#')
            mended += '\\';
        mended += line[i];
        if (line[i] == '\\' && i + 1 < line.size())
            mended += line[++i];
    }
    return strict_words(mended);
}

// Ends what the socket waits for when the time is up.
class Connection::TimeLimit {
public:
    TimeLimit(Connection& connection, Clock::time_point until) : connection_(connection)
    {
        connection_.timed_out_ = false;
        if (until == Clock::time_point::max())
            return;
        connection_.timer_.expires_at(until);
        connection_.timer_.async_wait([guard = wanted_, &connection](const error_code& ec) {
            if (ec || !*guard)
                return;
            connection.timed_out_ = true;
            error_code ignored;
            connection.socket_.cancel(ignored);
        });
    }
    TimeLimit(const TimeLimit&) = delete;
    TimeLimit& operator=(const TimeLimit&) = delete;
    ~TimeLimit()
    {
        *wanted_ = false; // the timer's handler may be on its way already
        connection_.timer_.cancel();
    }

private:
    Connection& connection_;
    std::shared_ptr<bool> wanted_ = std::make_shared<bool>(true);
};

Connection::Connection(const asio::any_io_executor& executor) : socket_(executor), timer_(executor) {}

void Connection::close()
{
    error_code ignored;
    socket_.close(ignored);
    received_.clear();
}

// Closes, and says why. A server that does not answer in time counts as gone, in the words that clients of
// NUT know for it.
Error Connection::lost(const error_code& reason, const char* what)
{
    close();
    if (timed_out_)
        return {Errc::timed_out, "Server disconnected"};
    if (reason == asio::error::eof || reason == asio::error::bad_descriptor)
        return {Errc::disconnected, "Server disconnected"};
    return {reason, what};
}

Error Connection::senseless()
{
    close();
    return {Errc::bad_reply, "Protocol error"};
}

asio::awaitable<Result<void>> Connection::connect(Server server, std::chrono::milliseconds limit)
{
    close();
    const auto until = limit.count() == 0 ? Clock::time_point::max() : Clock::now() + limit;
    const auto endpoints = co_await addresses_of(std::move(server), until);
    if (!endpoints)
        co_return endpoints.error();
    Error last;
    auto left = static_cast<int>(endpoints->size());
    for (const auto& endpoint : *endpoints) {
        // A silent address must not use up the time of those behind it.
        const auto share = limit.count() == 0 ? until : Clock::now() + (until - Clock::now()) / left--;
        const auto connected = co_await connect_to(endpoint, share);
        if (connected)
            co_return Result<void>{}; // STARTTLS belongs here: after connecting, before anything is said
        last = connected.error();
        if (last.code == asio::error::operation_aborted)
            break;
    }
    co_return last;
}

asio::awaitable<Result<Endpoints>> Connection::addresses_of(Server server, Clock::time_point until)
{
    const auto resolution = std::make_shared<Resolution>(socket_.get_executor(), std::move(server));
    timer_.expires_at(until);
    if (until != Clock::time_point::max())
        timer_.async_wait([resolution](const error_code& ec) {
            if (!ec)
                resolution->cancel();
        });
    auto endpoints = co_await resolution->wait();
    timer_.cancel();
    if (!endpoints && endpoints.error().code == asio::error::operation_aborted && Clock::now() >= until)
        co_return Error{error_code(asio::error::timed_out), kConnecting};
    co_return endpoints;
}

asio::awaitable<Result<void>> Connection::connect_to(asio::ip::tcp::endpoint endpoint,
                                                     Clock::time_point until)
{
    error_code failed;
    socket_.open(endpoint.protocol(), failed);
    if (failed)
        co_return Error{failed, kConnecting};
    ::fcntl(socket_.native_handle(), F_SETFD, FD_CLOEXEC);
    socket_.set_option(asio::ip::tcp::no_delay(true), failed);
    {
        TimeLimit time(*this, until);
        const auto [ec] = co_await socket_.async_connect(endpoint, kUseTuple);
        failed = ec;
    }
    if (!failed)
        co_return Result<void>{};
    close();
    co_return Error{timed_out_ ? error_code(asio::error::timed_out) : failed, kConnecting};
}

asio::awaitable<Result<void>> Connection::send(Row words, Clock::time_point until)
{
    std::string line;
    for (const auto& word : words) {
        line += line.empty() ? "" : " ";
        line += as_word(word);
    }
    line += '\n';
    if (!received_.empty())
        co_return senseless(); // the server spoke without being asked: its answers no longer fit our
                               // questions
    TimeLimit time(*this, until);
    const auto bytes = asio::buffer(line);
    const auto [ec, sent] = co_await asio::async_write(socket_, bytes, kUseTuple);
    if (ec)
        co_return lost(ec, "Write error");
    co_return Result<void>{};
}

asio::awaitable<Result<std::string>> Connection::read_line(Clock::time_point until)
{
    TimeLimit time(*this, until);
    for (;;) {
        const auto end = received_.find('\n');
        if (end != std::string::npos) {
            auto line = received_.substr(0, end);
            received_.erase(0, end + 1);
            co_return line;
        }
        if (received_.size() > kLongestReply)
            co_return senseless();
        const auto block = asio::buffer(block_);
        const auto [ec, got] = co_await socket_.async_read_some(block, kUseTuple);
        if (ec)
            co_return lost(ec, "Read error");
        received_.append(block_.data(), got);
    }
}

asio::awaitable<Result<Row>> Connection::read_row(Clock::time_point until)
{
    const auto line = co_await read_line(std::min(until, Clock::now() + kReplyLimit));
    if (!line)
        co_return line.error();
    auto words = reply_words(*line);
    if (!words)
        co_return senseless();
    if (const auto refusal = refused(*words))
        co_return *refusal;
    co_return *std::move(words);
}

asio::awaitable<Result<std::string>> Connection::ask(Row words)
{
    const auto until = Clock::now() + kReplyLimit;
    const auto sent = co_await send(std::move(words), until);
    if (!sent)
        co_return sent.error();
    auto line = co_await read_line(until);
    if (!line)
        co_return line.error();
    const auto reply = reply_words(*line);
    if (!reply)
        co_return senseless();
    if (const auto refusal = refused(*reply))
        co_return *refusal;
    if (line->ends_with('\r'))
        line->pop_back();
    co_return *std::move(line);
}

asio::awaitable<Result<void>> Connection::authenticate(std::string user, std::string password)
{
    for (const bool first : {true, false}) {
        Row command{first ? "USERNAME" : "PASSWORD", first ? user : password};
        const auto reply = co_await ask(std::move(command));
        if (!reply)
            co_return reply.error();
        if (!reply->starts_with("OK"))
            co_return senseless();
    }
    co_return Result<void>{};
}

asio::awaitable<Result<Row>> Connection::get(Row query)
{
    Row command{"GET"};
    command.insert(command.end(), query.begin(), query.end());
    const auto until = Clock::now() + kReplyLimit;
    const auto sent = co_await send(std::move(command), until);
    if (!sent)
        co_return sent.error();
    auto words = co_await read_row(until);
    if (!words)
        co_return words.error();
    if (!echoes(*words, query) || words->size() == query.size())
        co_return senseless();
    co_return behind(*std::move(words), query.size());
}

asio::awaitable<Result<Rows>> Connection::list(Row query)
{
    Row command{"LIST"};
    command.insert(command.end(), query.begin(), query.end());
    const auto until = Clock::now() + kListLimit;
    const auto sent = co_await send(std::move(command), Clock::now() + kReplyLimit);
    if (!sent)
        co_return sent.error();
    const auto begin = co_await read_row(until);
    if (!begin)
        co_return begin.error();
    if (!frames(*begin, "BEGIN", query))
        co_return senseless();
    Rows rows;
    while (rows.size() <= kMostRows) {
        auto words = co_await read_row(until);
        if (!words) {
            close(); // a list that breaks off leaves nothing to go on with
            co_return words.error();
        }
        if (frames(*words, "END", query))
            co_return rows;
        if (!echoes(*words, query) || words->size() == query.size())
            co_return senseless();
        rows.push_back(behind(*std::move(words), query.size()));
    }
    co_return senseless();
}

asio::awaitable<void> Connection::logout()
{
    if (!is_open())
        co_return;
    const auto until = Clock::now() + std::chrono::seconds(1);
    Row command{"LOGOUT"};
    const auto sent = co_await send(std::move(command), until);
    if (sent) {
        [[maybe_unused]] const auto goodbye = co_await read_line(until);
    }
    close();
}

} // namespace upright
