#include "clients/upslog/program.hpp"

#include "clients/upslog/server_log.hpp"
#include "common/client/error_text.hpp"
#include "common/config/paths.hpp"
#include "common/daemon/daemon.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"
#include "common/daemon/pid_file.hpp"
#include "common/daemon/privileges.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <list>
#include <unistd.h>

namespace upright::upslog {
namespace {

// One target of the command line, understood.
struct Order {
    std::string designation;
    std::string ups;
    std::string file;
    DialPlan plan;
};

int fail(std::string_view text)
{
    log::error("{}", text);
    return EXIT_FAILURE;
}

Result<std::vector<Order>> understand(const Options& options)
{
    std::vector<Order> orders;
    for (const auto& target : options.targets) {
        auto designation = parse_designation(target.ups);
        if (!designation)
            return designation.error();
        auto plan = plan_dial(std::move(designation->server), options.dial);
        if (!plan)
            return plan.error();
        orders.push_back({target.ups, std::move(designation->ups), target.file, *std::move(plan)});
    }
    return orders;
}

// stdout is the terminal's or the service manager's: what is written there must be there before the fork.
void announce(const std::vector<Order>& orders, std::chrono::seconds interval)
{
    for (const auto& order : orders)
        if (order.ups != "*")
            fmt::print("{}", announcement(order.designation, order.file, interval));
    std::fflush(stdout);
}

std::string host_name()
{
    std::array<char, 256> name{};
    return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "localhost";
}

PidFile write_pid_file(const std::string& base)
{
    auto file = base.starts_with('/') ? PidFile::write(base) : PidFile::write_named(base);
    if (file)
        return *std::move(file);
    log::warning("{}", to_string(file.error()));
    return {};
}

class Logs {
public:
    Logs(Daemon& daemon, const Job& job) : daemon_(daemon), job_(job) {}

    Result<void> add(const Order& order)
    {
        auto file = std::find_if(files_.begin(), files_.end(),
                                 [&](const auto& known) { return known.path() == order.file; });
        if (file == files_.end()) {
            auto opened = LogFile::open(order.file);
            if (!opened)
                return opened.error();
            file = files_.insert(files_.end(), *std::move(opened));
        }
        auto server = std::find_if(servers_.begin(), servers_.end(),
                                   [&](const auto& known) { return known.server() == order.plan.server; });
        if (server == servers_.end())
            server = servers_.emplace(servers_.end(), daemon_.executor(), job_, order.plan);
        server->add(order.designation, order.ups, *file);
        return {};
    }

    std::size_t servers() const { return servers_.size(); }

    void start(TaskGroup& tasks)
    {
        for (auto& server : servers_)
            tasks.spawn(server.server().host, server.run());
    }
    void log_now()
    {
        for (auto& server : servers_)
            server.log_now();
    }
    void reopen()
    {
        for (auto& file : files_)
            file.reopen();
    }

private:
    Daemon& daemon_;
    const Job& job_;
    std::list<LogFile> files_;
    std::list<ServerLog> servers_;
};

int serve(const Options& options, const std::vector<Order>& orders)
{
    auto background = options.ground == Ground::background ? Background::start() : Background();
    Daemon daemon;
    Job job{Format(options.format),
            options.interval,
            options.rounds,
            host_name(),
            std::chrono::steady_clock::now(),
            daemon.tasks(),
            {},
            {},
            {}};
    Logs logs(daemon, job);
    for (const auto& order : orders)
        if (const auto added = logs.add(order); !added)
            return fail(to_string(added.error()));
    const auto pid_file = write_pid_file(options.pid_base);
    if (const auto dropped = drop_privileges(options.user.value_or(default_account())); !dropped)
        return fail(to_string(dropped.error()));

    auto to_contact = logs.servers();
    auto to_finish = logs.servers();
    job.contacted = [&] {
        if (--to_contact > 0)
            return;
        background.ready();
        notify::ready();
    };
    job.finished = [&] {
        if (--to_finish > 0)
            return;
        log::info("{} loops have elapsed", *options.rounds);
        daemon.stop(EXIT_SUCCESS);
    };
    job.nobody_reads = [&] { daemon.stop(EXIT_FAILURE); };
    daemon.on_signal(SIGHUP, [&] {
        log::info("Signal {}: reopening log file", SIGHUP);
        logs.reopen();
    });
    daemon.on_signal(SIGUSR1, [&] { logs.log_now(); });
    return daemon.run([&](TaskGroup& tasks) { logs.start(tasks); });
}

} // namespace

int run(const Options& options)
{
    log::init("upslog");
    log::set_debug(options.debug);
    for (const int number : {SIGHUP, SIGUSR1}) // until the loop handles them
        std::signal(number, SIG_IGN);
    const auto orders = understand(options);
    if (!orders)
        return fail(fmt::format("Error: {}", client_text(orders.error())));
    announce(*orders, options.interval);
    return serve(options, *orders);
}

} // namespace upright::upslog
