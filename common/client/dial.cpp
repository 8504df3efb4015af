#include "common/client/dial.hpp"

namespace asio = boost::asio;

namespace upright {
namespace {

Result<Credentials> credentials_of(const Server& server, const std::optional<std::string>& option,
                                   const std::string& user)
{
    auto anybodys = find_credentials(option, server);
    const auto path = find_auth_file(option);
    if (!anybodys || user.empty() || !path)
        return anybodys;
    const auto file = load_auth_file(*path);
    return file ? file->value.find(server, user) : *std::move(anybodys);
}

} // namespace

const char* const kLibraryLine =
    "Using NUT libupsclient library protocol 1.3 by Upright's own code; built without SSL support";

Result<DialPlan> plan_dial(Server server, const DialOptions& options, const std::string& user)
{
    const auto limit = connect_limit(options.time_limit);
    if (!limit)
        return limit.error();
    auto credentials = credentials_of(server, options.credentials, user);
    if (!credentials)
        return credentials.error();
    return DialPlan{std::move(server), *limit, *std::move(credentials)};
}

asio::awaitable<Result<void>> dial(Connection& connection, const DialPlan& plan)
{
    if (plan.credentials.force_tls.value_or(false))
        co_return Error{Errc::feature_not_configured, "SSL is not available"};
    co_return co_await connection.connect(plan.server, plan.limit);
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
