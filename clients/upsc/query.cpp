#include "clients/upsc/query.hpp"

#include "clients/upsc/report.hpp"
#include "common/client/dial.hpp"
#include "common/client/error_text.hpp"
#include "common/client/run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

namespace asio = boost::asio;

namespace upright::upsc {
namespace {

bool asks_for_server(Mode mode) { return mode == Mode::names || mode == Mode::descriptions; }

// UPS and server; the UPS is empty where only a server is meant.
Result<Designation> parse_target(const Options& options)
{
    if (!asks_for_server(options.mode))
        return parse_designation(options.target);
    auto server = parse_server(options.target);
    if (!server)
        return server.error();
    return Designation{{}, *std::move(server)};
}

// A row with fewer words than we print is a fault of the server.
Result<Rows> rows_of(Result<Rows> rows, std::size_t words)
{
    if (rows && std::any_of(rows->begin(), rows->end(), [&](const Row& row) { return row.size() < words; }))
        return Error{Errc::bad_reply, "Protocol error"};
    return rows;
}

asio::awaitable<Result<std::string>> ask(Connection& connection, std::string ups, Options options)
{
    if (options.mode == Mode::variable) {
        if (options.variable.find('.') == std::string::npos)
            co_return Error{Errc::invalid_argument, "old-style variable names are not supported"};
        const auto value = co_await connection.get("VAR", ups, options.variable);
        if (!value)
            co_return value.error();
        co_return value_text(value->front(), options.json);
    }
    if (options.mode == Mode::clients) {
        const auto clients = co_await connection.list("CLIENT", ups);
        if (!clients)
            co_return clients.error();
        co_return list_text(*clients, options.json);
    }
    if (options.mode == Mode::names) {
        const auto names = co_await connection.list("UPS");
        if (!names)
            co_return names.error();
        co_return list_text(*names, options.json);
    }
    Row what{"UPS"}; // not a ?: of two co_awaits: GCC 12 destroys the untaken one's temporary
    if (options.mode == Mode::variables)
        what = {"VAR", ups};
    auto answer = co_await connection.list(std::move(what));
    const auto pairs = rows_of(std::move(answer), 2);
    if (!pairs)
        co_return pairs.error();
    co_return pairs_text(*pairs, options.json);
}

asio::awaitable<int> print(asio::any_io_executor executor, Options options)
{
    const auto output = co_await query(std::move(executor), options);
    if (output) {
        fmt::print("{}", *output);
        co_return EXIT_SUCCESS;
    }
    const auto text = client_text(output.error());
    fmt::print("{}", error_text(text, options.json, options.mode != Mode::variable));
    std::fflush(stdout);
    fmt::print(stderr, "Error: {}\n", text);
    co_return EXIT_FAILURE;
}

} // namespace

asio::awaitable<Result<std::string>> query(asio::any_io_executor executor, Options options)
{
    const auto target = parse_target(options);
    if (!target)
        co_return target.error();
    const auto plan = plan_dial(target->server, options.dial);
    if (!plan)
        co_return plan.error();
    Connection connection(executor);
    const auto connected = co_await dial_to_read(connection, *plan);
    if (!connected)
        co_return connected.error();
    auto output = co_await ask(connection, target->ups, options);
    co_await connection.logout();
    co_return output;
}

int print_answer(const Options& options)
{
    return run_to_end(
        [&options](asio::any_io_executor executor) { return print(std::move(executor), options); });
}

} // namespace upright::upsc
