#include "common/client/connection.hpp"

#include "common/client/error_text.hpp"
#include "common/client/resolve.hpp"
#include "common/config/paths.hpp"
#include "common/lex/lexer.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

namespace asio = boost::asio;
using boost::system::error_code;

namespace upright {
namespace {

constexpr auto kConnecting = "Connection failure";
constexpr auto kTls = "SSL error";

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

std::string line_of(const Row& words)
{
    std::string line;
    for (const auto& word : words) {
        line += line.empty() ? "" : " ";
        line += as_word(word);
    }
    return line;
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

Connection::Connection(const asio::any_io_executor& executor) : executor_(executor), transport_(executor) {}

void Connection::close()
{
    take_ = nullptr;
    interrupted_ = false;
    transport_.close();
    received_.clear();
}

// Closes, and says why. A server that does not answer in time counts as gone, in the words that clients of
// NUT know for it.
Error Connection::lost(const error_code& reason, const char* what)
{
    const bool encrypted = is_encrypted();
    close();
    if (reason == asio::error::timed_out)
        return {Errc::timed_out, "Server disconnected"};
    if (reason == asio::error::eof || reason == asio::error::bad_descriptor)
        return {Errc::disconnected, "Server disconnected"};
    return {reason, encrypted && reason.category() != boost::system::system_category() ? kTls : what};
}

Error Connection::senseless()
{
    close();
    return {Errc::bad_reply, "Protocol error"};
}

asio::awaitable<Result<void>> Connection::connect(Server server, std::chrono::milliseconds limit)
{
    return connect(std::move(server), limit, tls::ClientSettings());
}

asio::awaitable<Result<void>> Connection::connect(Server server, std::chrono::milliseconds limit,
                                                  tls::ClientSettings settings)
{
    close();
    const auto until = limit.count() == 0 ? Clock::time_point::max() : Clock::now() + limit;
    const auto endpoints = co_await addresses_of(server, until);
    if (!endpoints)
        co_return endpoints.error();
    error_code last;
    auto left = static_cast<int>(endpoints->size());
    for (const auto& endpoint : *endpoints) {
        // A silent address must not use up the time of those behind it.
        const auto share = limit.count() == 0 ? until : Clock::now() + (until - Clock::now()) / left--;
        last = co_await transport_.connect(endpoint, share);
        if (!last) {
            auto secured = co_await secure(std::move(settings), server.host, until);
            if (!secured)
                close();
            co_return secured;
        }
        if (last == asio::error::operation_aborted)
            break;
    }
    co_return Error{last, kConnecting};
}

// Changes to TLS before anything else is said, if the server can. One that can't is spoken to in clear text,
// unless that is forbidden.
asio::awaitable<Result<void>> Connection::secure(tls::ClientSettings settings, std::string host,
                                                 Clock::time_point until)
{
    const auto soon = std::min(until, Clock::now() + kReplyLimit);
    Row command{"STARTTLS"};
    const auto sent = co_await send(std::move(command), soon);
    if (!sent)
        co_return sent.error();
    const auto reply = co_await read_line(soon);
    if (!reply)
        co_return reply.error();
    if (reply->starts_with("ERR")) {
        if (settings.force)
            co_return Error{Errc::feature_not_configured, "SSL is not available"};
        co_return Result<void>{};
    }
    if (!reply->starts_with("OK STARTTLS") || !received_.empty())
        co_return senseless(); // what follows the reply in clear text may be anybody's
    const auto context = tls::client_context(settings, host);
    if (!context)
        co_return Error{context.error().code, std::string(kTls) + ": " + context.error().what};
    const auto failed = co_await transport_.start_tls(*context, soon);
    if (failed)
        co_return Error{failed, kTls};
    co_return Result<void>{};
}

asio::awaitable<Result<Endpoints>> Connection::addresses_of(Server server, Clock::time_point until)
{
    const auto resolution = std::make_shared<Resolution>(executor_, std::move(server));
    asio::steady_timer timer(executor_, until);
    if (until != Clock::time_point::max())
        timer.async_wait([resolution](const error_code& ec) {
            if (!ec)
                resolution->cancel();
        });
    auto endpoints = co_await resolution->wait();
    timer.cancel();
    if (endpoints && family_ != AddressFamily::any)
        std::erase_if(*endpoints, [&](const auto& one) {
            return one.address().is_v6() != (family_ == AddressFamily::v6);
        });
    if (endpoints && endpoints->empty())
        co_return Error{asio::error::host_not_found, "No such host"};
    if (!endpoints && endpoints.error().code == asio::error::operation_aborted && Clock::now() >= until)
        co_return Error{error_code(asio::error::timed_out), kConnecting};
    co_return endpoints;
}

asio::awaitable<Result<void>> Connection::send(Row words, Clock::time_point until)
{
    return send_line(line_of(words), until);
}

asio::awaitable<Result<void>> Connection::send_line(std::string line, Clock::time_point until)
{
    line += '\n';
    while (take_notice()) {
    }
    const bool half_a_notice = take_ && std::string_view("NOTIFY ").starts_with(received_.substr(0, 7));
    if (!received_.empty() && !half_a_notice)
        co_return senseless(); // the server spoke without being asked: its answers no longer fit our
                               // questions
    const auto failed = co_await transport_.write(std::move(line), until);
    if (failed)
        co_return lost(failed, "Write error");
    co_return Result<void>{};
}

// Hands over a NOTIFY line if that is what comes first.
bool Connection::take_notice()
{
    const auto end = received_.find('\n');
    if (!take_ || end == std::string::npos || !received_.starts_with("NOTIFY "))
        return false;
    auto row = reply_words(std::string_view(received_).substr(0, end));
    received_.erase(0, end + 1);
    if (row)
        take_(behind(*std::move(row), 1));
    return true;
}

asio::awaitable<Result<std::string>> Connection::read_line(Clock::time_point until)
{
    for (;;) {
        while (take_notice()) {
        }
        const auto end = received_.find('\n');
        if (end != std::string::npos) {
            auto line = received_.substr(0, end);
            received_.erase(0, end + 1);
            co_return line;
        }
        if (received_.size() > kLongestReply)
            co_return senseless();
        const auto [failed, bytes] = co_await transport_.read(block_, until);
        if (failed)
            co_return lost(failed, "Read error");
        received_.append(block_.data(), bytes);
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

asio::awaitable<Result<std::string>> Connection::ask(Row words) { return ask_line(line_of(words)); }

asio::awaitable<Result<std::string>> Connection::ask_line(std::string line_to_send)
{
    const auto until = Clock::now() + kReplyLimit;
    const auto sent = co_await send_line(std::move(line_to_send), until);
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

asio::awaitable<Result<void>> Connection::subscribe(Row query, Take take)
{
    Row command{"SUBSCRIBE"};
    command.insert(command.end(), query.begin(), query.end());
    const bool all = query.size() == 1;
    const auto until = Clock::now() + kListLimit;
    const auto sent = co_await send(std::move(command), Clock::now() + kReplyLimit);
    if (!sent)
        co_return sent.error();
    for (;;) {
        auto words = co_await read_row(until);
        if (!words)
            co_return words.error();
        if (words->size() < 2)
            co_return senseless();
        const auto first = words->front();
        if (all && first == "OK")
            break;
        if (first != "BEGIN" && first != "STATE" && first != "VAR" && first != "END")
            co_return senseless();
        take(*words);
        if (!all && first == "END")
            break;
    }
    take_ = std::move(take);
    co_return Result<void>{};
}

asio::awaitable<Result<void>> Connection::listen(Clock::time_point until)
{
    for (;;) {
        const auto heard = co_await hear(until);
        if (!heard)
            co_return heard.error();
        if (!*heard)
            co_return Result<void>{};
    }
}

asio::awaitable<Result<bool>> Connection::hear(Clock::time_point until)
{
    for (;;) {
        bool heard = false;
        while (take_notice())
            heard = true;
        if (received_.size() > kLongestReply || received_.find('\n') != std::string::npos)
            co_return senseless();
        if (heard || std::exchange(interrupted_, false))
            co_return heard;
        listening_ = true;
        const auto [failed, bytes] = co_await transport_.read(block_, until);
        listening_ = false;
        if (failed == asio::error::timed_out) {
            interrupted_ = false;
            co_return false;
        }
        if (failed)
            co_return lost(failed, "Read error");
        received_.append(block_.data(), bytes);
    }
}

void Connection::interrupt()
{
    interrupted_ = true;
    if (listening_)
        transport_.interrupt();
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
