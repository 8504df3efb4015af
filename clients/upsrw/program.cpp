#include "clients/upsrw/program.hpp"

#include "clients/upsrw/report.hpp"
#include "common/client/outcome_report.hpp"
#include "common/client/prompt.hpp"
#include "common/client/run.hpp"
#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace asio = boost::asio;

namespace upright::upsrw {
namespace {

asio::awaitable<int> list(asio::any_io_executor executor, const Designation& target, const DialPlan& plan,
                          const Options& options)
{
    if (options.overridden)
        fmt::print(stderr, "Listing mode requested, overriding setvar specified earlier!\n");
    Connection connection(executor);
    const auto connected = co_await dial_to_read(connection, plan);
    if (!connected)
        co_return print_error(connected.error(), options.json);
    const auto settings = co_await fetch_settings(connection, target.ups);
    if (!settings)
        co_return print_error(settings.error(), options.json);
    fmt::print("{}", settings_text(*settings, options.json));
    co_await connection.logout();
    co_return EXIT_SUCCESS;
}

asio::awaitable<int> set(asio::any_io_executor executor, const Designation& target, const DialPlan& plan,
                         const Options& options)
{
    if (options.variable.find('.') == std::string::npos) {
        const Error old{Errc::invalid_argument, "old variable names are not supported"};
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
    const auto value = options.value
                           ? Result<std::string>(*options.value)
                           : ask_line(fmt::format("Enter new value for {}: ", options.variable), prompts);
    if (!value)
        co_return print_error(value.error(), options.json);

    Request request{
        fmt::format("SET VAR {} {} {}", as_word(target.ups), as_word(options.variable), quoted(*value)),
        "Set variable",
        "set variable",
        {}};
    if (options.wait)
        request.wait = options.limit;
    const auto outcome = co_await carry_out(connection, *std::move(login), std::move(request));
    co_await connection.logout();
    const Subject subject{{"ups", options.target}, {"variable", options.variable}, {"value", *value}};
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
        co_return co_await list(std::move(executor), *target, *plan, options);
    co_return co_await set(std::move(executor), *target, *plan, options);
}

} // namespace

int run(const Options& options)
{
    return run_to_end(
        [&options](asio::any_io_executor executor) { return program(std::move(executor), options); });
}

} // namespace upright::upsrw
