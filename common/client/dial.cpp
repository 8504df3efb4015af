#include "common/client/dial.hpp"

namespace asio = boost::asio;

namespace upright {

const char* const kLibraryLine =
    "Using NUT libupsclient library protocol 1.3 by Upright's own code; built with SSL support: OpenSSL";

Result<DialPlan> plan_dial(Server server, const DialOptions& options, const std::string& user)
{
    const auto limit = connect_limit(options.time_limit);
    if (!limit)
        return limit.error();
    auto credentials = find_credentials(options.credentials, server, user);
    if (!credentials)
        return credentials.error();
    auto tls = tls_settings(*credentials);
    if (!tls)
        return tls.error();
    return DialPlan{std::move(server), *limit, *std::move(credentials), *std::move(tls)};
}

asio::awaitable<Result<void>> dial(Connection& connection, const DialPlan& plan)
{
    co_return co_await connection.connect(plan.server, plan.limit, plan.tls);
}

asio::awaitable<Result<void>> dial_to_read(Connection& connection, const DialPlan& plan)
{
    auto connected = co_await dial(connection, plan);
    const auto& known = plan.credentials;
    if (connected && known.user && known.password) {
        [[maybe_unused]] const auto accepted = co_await connection.authenticate(*known.user, *known.password);
    }
    co_return connected;
}

} // namespace upright
