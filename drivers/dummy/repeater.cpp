#include "drivers/dummy/repeater.hpp"

#include "common/client/error_text.hpp"
#include "common/text/number.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <fmt/format.h>

namespace asio = boost::asio;

namespace upright::dummy {
namespace {

constexpr std::chrono::milliseconds kConnectLimit{10000};

bool is_ours_alone(std::string_view variable) { return starts_ignoring_case(variable, "driver."); }

// What a repeated variable means for the Snapshot: status and alarms are built, not copied.
void take(Snapshot& snapshot, const std::string& name, const std::string& value)
{
    if (equal_ignoring_case(name, "ups.status"))
        snapshot.status = parse_words(value);
    else if (equal_ignoring_case(name, "ups.alarm"))
        snapshot.alarms.push_back(value);
    else
        snapshot.set(name, value);
}

Outcome outcome_of(const Error& error)
{
    if (error.is(Errc::unknown_variable) || error.what == "CMD-NOT-SUPPORTED")
        return Outcome::unknown;
    return error.is(Errc::invalid_argument) ? Outcome::invalid : Outcome::failed;
}

} // namespace

Repeater::Repeater(const std::string& port, const std::optional<std::string>& authconf, bool strict_start)
    : strict_start_(strict_start), connection_(io_.get_executor())
{
    const auto target = parse_designation(port);
    if (!target)
        throw DeviceError(fmt::format("Error: {}", to_string(target.error())), DeviceError::Kind::fatal);
    target_ = *target;
    const auto credentials = find_credentials(authconf, target_.server);
    if (!credentials)
        throw DeviceError(to_string(credentials.error()), DeviceError::Kind::fatal);
    credentials_ = *credentials;
}

// Runs the coroutine to its end; each of its waits has a limit.
template <class T>
T Repeater::wait_for(asio::awaitable<T> task)
{
    io_.restart();
    auto result = asio::co_spawn(io_, std::move(task), asio::use_future);
    io_.run();
    return result.get();
}

asio::awaitable<Result<void>> Repeater::connect()
{
    auto connected = co_await connection_.connect(target_.server, kConnectLimit);
    if (connected && credentials_.user && credentials_.password)
        connected = co_await connection_.authenticate(*credentials_.user, *credentials_.password);
    co_return connected;
}

void Repeater::open()
{
    types_.clear();
    const auto connected = wait_for(connect());
    if (connected) {
        was_open_ = true;
        return;
    }
    const auto text = client_text(connected.error());
    if (was_open_ || !strict_start_)
        throw DeviceError(text, DeviceError::Kind::lost);
    throw DeviceError(
        fmt::format("Error: {}. Any errors encountered starting the repeater mode result in driver "
                    "termination, unless repeater_disable_strict_start is set",
                    text),
        DeviceError::Kind::fatal);
}

asio::awaitable<Result<Snapshot>> Repeater::read()
{
    const auto rows = co_await connection_.list("VAR", target_.ups);
    if (!rows)
        co_return rows.error();
    Snapshot snapshot;
    for (const auto& row : *rows) {
        if (row.size() < 2)
            co_return Error{Errc::bad_reply, "a variable without value"};
        if (!is_ours_alone(row[0]))
            take(snapshot, row[0], row[1]);
    }
    if (credentials_.user && credentials_.password) {
        const auto added = co_await add_writable(snapshot);
        if (!added)
            co_return added.error();
    }
    co_return snapshot;
}

// What the other server lets be changed, so that ours offers the same.
asio::awaitable<Result<void>> Repeater::add_writable(Snapshot& snapshot)
{
    const auto writable = co_await connection_.list("RW", target_.ups);
    if (!writable)
        co_return writable.error();
    for (const auto& row : *writable) {
        const auto variable = snapshot.variables.find(row[0]);
        if (variable == snapshot.variables.end())
            continue;
        if (!types_.contains(row[0])) {
            const auto type = co_await type_of(row[0]);
            if (!type)
                co_return type.error();
            types_.emplace(row[0], *type);
        }
        auto copy = types_[row[0]];
        copy.value = variable->second.value;
        variable->second = std::move(copy);
    }
    const auto commands = co_await connection_.list("CMD", target_.ups);
    if (!commands)
        co_return commands.error();
    for (const auto& row : *commands)
        if (!is_ours_alone(row[0]) && row[0] != "shutdown.default")
            snapshot.commands.insert(row[0]);
    co_return Result<void>{};
}

asio::awaitable<Result<Variable>> Repeater::type_of(std::string variable)
{
    const auto words = co_await connection_.get("TYPE", target_.ups, variable);
    if (!words)
        co_return words.error();
    constexpr std::string_view kString = "STRING:";
    Variable type;
    type.flags.rw = true;
    type.flags.number = true;
    for (const auto& word : *words) {
        if (!starts_ignoring_case(word, kString))
            continue;
        type.flags.number = false;
        type.flags.text = true;
        type.max_length = to_int(std::string_view(word).substr(kString.size())).value_or(0);
    }
    co_return type;
}

Snapshot Repeater::poll(Depth)
{
    if (!connection_.is_open())
        throw DeviceError("Server disconnected", DeviceError::Kind::lost);
    auto snapshot = wait_for(read());
    if (snapshot && !snapshot->status.has("WAIT"))
        return *std::move(snapshot);
    // A refusal (data stale, driver not connected) leaves the connection as it is.
    const auto kind = connection_.is_open() ? DeviceError::Kind::no_answer : DeviceError::Kind::lost;
    throw DeviceError(snapshot ? "waiting for the first data" : client_text(snapshot.error()), kind);
}

Outcome Repeater::pass_on(Row words)
{
    if (!credentials_.user || !credentials_.password)
        return Outcome::unknown;
    if (!connection_.is_open())
        throw DeviceError("Server disconnected", DeviceError::Kind::lost);
    const auto reply = wait_for(connection_.ask(std::move(words)));
    if (!reply)
        return outcome_of(reply.error());
    return reply->starts_with("OK") ? Outcome::handled : Outcome::failed;
}

Outcome Repeater::command(std::string_view name, const std::optional<std::string>& parameter)
{
    Row words{"INSTCMD", target_.ups, std::string(name)};
    if (parameter)
        words.push_back(*parameter);
    return pass_on(std::move(words));
}

Outcome Repeater::set(std::string_view variable, std::string_view value)
{
    return pass_on({"SET", "VAR", target_.ups, std::string(variable), std::string(value)});
}

} // namespace upright::dummy
