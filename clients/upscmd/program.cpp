#include "clients/upscmd/program.hpp"

#include "clients/upscmd/commands.hpp"
#include "common/client/outcome_report.hpp"
#include "common/client/run.hpp"
#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace asio = boost::asio;

namespace upright::upscmd {
namespace {

asio::awaitable<int> list(asio::any_io_executor executor, const Designation& target, const DialPlan& plan,
                          bool json)
{
    Connection connection(executor);
    const auto connected = co_await dial_to_read(connection, plan);
    if (!connected)
        co_return print_error(connected.error(), json);
    const auto commands = co_await fetch_commands(connection, target.ups);
    if (!commands)
        co_return print_error(commands.error(), json);
    fmt::print("{}", commands_text(target.ups, *commands, json));
    co_await connection.logout();
    co_return EXIT_SUCCESS;
}

asio::awaitable<int> command(asio::any_io_executor executor, const Designation& target, const DialPlan& plan,
                             const Options& options)
{
    if (options.command.find('.') == std::string::npos) {
        const Error old{Errc::invalid_argument, "old command names are not supported"};
        co_return print_error(old, options.json);
    }
    Connection connection(executor);
    const auto connected = co_await dial(connection, plan);
    if (!connected)
        co_return print_error(connected.error(), options.json);
    std::FILE* const prompts = options.json ? stderr : stdout; // stdout is one document
    auto login = find_login(options.login, plan.credentials, prompts);
    if (!login)
        co_return print_error(login.error(), options.json);

    Request request{fmt::format("INSTCMD {} {}", as_word(target.ups), as_word(options.command)),
                    "Instant command",
                    "command",
                    {}};
    Subject subject{{"ups", options.target}, {"command", options.command}};
    if (options.value) {
        request.line += ' ' + as_word(*options.value);
        subject.emplace_back("value", *options.value);
    }
    if (options.wait)
        request.wait = options.limit;
    const auto outcome = co_await carry_out(connection, *std::move(login), std::move(request));
    co_await connection.logout();
    co_return print_outcome(outcome, subject, options.json);
}

asio::awaitable<int> program(asio::any_io_executor executor, const Options& options)
{
    const auto target = parse_designation(options.target);
    if (!target)
        co_return print_error(target.error(), options.json);
    const auto plan = plan_dial(target->server, options.dial, options.login.user.value_or(""));
    if (!plan)
        co_return print_error(plan.error(), options.json);
    if (options.mode == Mode::list)
        co_return co_await list(std::move(executor), *target, *plan, options.json);
    co_return co_await command(std::move(executor), *target, *plan, options);
}

} // namespace

int run(const Options& options)
{
    return run_to_end(
        [&options](asio::any_io_executor executor) { return program(std::move(executor), options); });
}

} // namespace upright::upscmd
