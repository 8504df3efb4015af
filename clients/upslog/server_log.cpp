#include "clients/upslog/server_log.hpp"

#include "clients/upslog/options.hpp"
#include "common/client/error_text.hpp"
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include <unistd.h>

namespace asio = boost::asio;

namespace upright::upslog {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::string_view kAll = "*";
constexpr std::chrono::seconds kServersPatience{30}; // it drops a client that was silent for 60 s

} // namespace

std::string announcement(const std::string& ups, const std::string& file, std::chrono::seconds interval)
{
    return fmt::format("logging status of {} to {} ({}s intervals)\n", ups, file == kStdout ? "stdout" : file,
                       interval.count());
}

Clock::time_point next_round(Clock::time_point start, std::chrono::seconds interval, Clock::time_point now)
{
    return start + ((now - start) / interval + 1) * interval;
}

ServerLog::ServerLog(const asio::any_io_executor& executor, const Job& job, DialPlan plan)
    : job_(job), plan_(std::move(plan)), connection_(executor), timer_(executor)
{
}

void ServerLog::add(std::string designation, std::string ups, LogFile& file)
{
    upses_.push_back({std::move(designation), std::move(ups), file});
}

void ServerLog::log_now()
{
    now_ = true;
    timer_.cancel();
}

// Cancelled, every wait ends at once with an error; then nothing more may be awaited.
asio::awaitable<Result<void>> ServerLog::run()
{
    for (int round = 1; !job_.tasks.cancelled(); ++round) {
        co_await connect();
        if (!job_.tasks.cancelled())
            co_await log_round();
        const bool last = job_.rounds && round >= *job_.rounds;
        if (!job_.tasks.cancelled() && (last || job_.interval > kServersPatience))
            co_await connection_.logout();
        if (last)
            break;
        if (!job_.tasks.cancelled())
            co_await wait_for_round();
    }
    if (!job_.tasks.cancelled())
        job_.finished();
    co_return Result<void>{};
}

asio::awaitable<void> ServerLog::connect()
{
    if (!connection_.is_open()) {
        const auto connected = co_await dial_to_read(connection_, plan_);
        if (job_.tasks.cancelled())
            co_return;
        note(connected);
        if (connected)
            co_await expand();
    }
    if (!std::exchange(contacted_, true))
        job_.contacted();
}

// Tells when it changes.
void ServerLog::note(const Result<void>& connected)
{
    if (!connected && !contacted_)
        log::warning("Warning: initial connect failed: {}", client_text(connected.error()));
    else if (!connected && reached_)
        log::warning("{} port {}: {}", plan_.server.host, plan_.server.port, client_text(connected.error()));
    else if (connected && !reached_)
        log::info("{} port {}: connected", plan_.server.host, plan_.server.port);
    reached_ = connected.has_value();
}

// Puts the UPSes of the server in the place of *, once it tells them.
asio::awaitable<void> ServerLog::expand()
{
    const auto is_all = [](const Ups& ups) { return ups.name == kAll; };
    if (std::none_of(upses_.begin(), upses_.end(), is_all))
        co_return;
    const auto rows = co_await connection_.list("UPS");
    if (!rows || rows->empty())
        co_return;
    std::vector<Ups> all;
    for (const auto& ups : upses_) {
        if (!is_all(ups)) {
            all.push_back(ups);
            continue;
        }
        for (const auto& row : *rows) {
            auto designation = row[0] + ups.designation.substr(kAll.size());
            if (!parse_designation(designation))
                continue; // a name that no program could ask for
            fmt::print("{}", announcement(designation, ups.file.path(), job_.interval));
            all.push_back({std::move(designation), row[0], ups.file});
        }
    }
    std::fflush(stdout);
    upses_ = std::move(all);
}

asio::awaitable<void> ServerLog::log_round()
{
    for (const auto& ups : upses_) {
        if (ups.name == kAll)
            continue;
        const auto now = std::time(nullptr);
        const auto values = co_await fetch(ups.name);
        if (job_.tasks.cancelled())
            co_return;
        const Facts facts{now, job_.host, ups.designation, ::getpid(), values};
        if (!ups.file.append(job_.format.line(facts))) {
            job_.nobody_reads();
            co_return;
        }
    }
}

// What can't be had is left out.
asio::awaitable<ServerLog::Values> ServerLog::fetch(std::string ups)
{
    Values values;
    for (const auto& name : job_.format.variables()) {
        if (!connection_.is_open())
            break;
        const auto value = co_await connection_.get("VAR", ups, name);
        if (value)
            values.emplace(name, value->front());
        else
            log::debug(1, "{} {}: {}", ups, name, escaped(client_text(value.error())));
    }
    co_return values;
}

asio::awaitable<void> ServerLog::wait_for_round()
{
    timer_.expires_at(next_round(job_.start, job_.interval, Clock::now()));
    if (!now_) {
        const auto use_tuple = asio::as_tuple(asio::use_awaitable);
        [[maybe_unused]] const auto waited = co_await timer_.async_wait(use_tuple);
    }
    now_ = false;
}

} // namespace upright::upslog
