#include "clients/upsmon/check_feeds.hpp"

#include "clients/upsmon/check_tls.hpp"
#include "clients/upsmon/shutdown_when.hpp"
#include "common/client/error_text.hpp"
#include "common/client/run.hpp"

#include <boost/asio/ip/udp.hpp>
#include <boost/asio/steady_timer.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>

namespace asio = boost::asio;

namespace upright::upsmon {
namespace {

constexpr std::chrono::seconds kLimit{2}; // for a look-up

// The variables that the conditions look at, and the one that says where LB begins.
struct Need {
    Limit::Of of;
    const char* variable;
    const char* low;
};
constexpr std::array<Need, 2> kNeeds{{
    {Limit::Of::charge, "battery.charge", "battery.charge.low"},
    {Limit::Of::runtime, "battery.runtime", "battery.runtime.low"},
}};

const Need* need_of(const Limit& limit)
{
    const auto* const row =
        std::find_if(kNeeds.begin(), kNeeds.end(), [&](const Need& need) { return need.of == limit.of; });
    return row == kNeeds.end() ? nullptr : row;
}

// What became of asking for one feed.
struct Told {
    bool remote = false; // its server is not this host
    std::optional<Error> why_not;
    std::map<std::string, std::string, CaseLess> variables;

    std::optional<double> number(const char* variable) const
    {
        const auto found = variables.find(variable);
        const auto value = found == variables.end() ? std::nullopt : to_double(trimmed(found->second));
        return value && std::isfinite(*value) ? value : std::nullopt;
    }
};

bool needs_variables(const Feed& feed)
{
    return std::any_of(feed.rules.begin(), feed.rules.end(), [](const ShutdownRule& rule) {
        return std::any_of(rule.limits.begin(), rule.limits.end(),
                           [](const Limit& limit) { return need_of(limit) != nullptr; });
    });
}

// An address that a socket can be bound to is one of this host's.
bool is_own(const asio::any_io_executor& executor, const asio::ip::address& address)
{
    boost::system::error_code failed;
    asio::ip::udp::socket socket(executor);
    const asio::ip::udp::endpoint here(address, 0);
    socket.open(here.protocol(), failed);
    if (!failed)
        socket.bind(here, failed);
    return !failed;
}

// False, too, if that can't be found out.
asio::awaitable<bool> is_remote(asio::any_io_executor executor, Server server)
{
    Resolution look_up(executor, std::move(server));
    asio::steady_timer limit(executor, kLimit);
    limit.async_wait([&look_up](const boost::system::error_code& stopped) {
        if (!stopped)
            look_up.cancel();
    });
    const auto found = co_await look_up.wait();
    limit.cancel();
    co_return found && !found->empty()
        && std::none_of(found->begin(), found->end(),
                        [&](const auto& endpoint) { return is_own(executor, endpoint.address()); });
}

// LIST VAR, as the user of the MONITOR line: some servers let nobody else read.
asio::awaitable<Result<Rows>> variables_of(asio::any_io_executor executor, Link::Settings link)
{
    Connection connection(executor);
    connection.use_only(link.family);
    const auto connected =
        co_await connection.connect(link.account.where.server, link.connect_limit, std::move(link.tls));
    if (!connected)
        co_return connected.error();
    const auto introduced = co_await connection.authenticate(link.account.user, link.account.password);
    if (!introduced && !connection.is_open())
        co_return introduced.error();
    auto rows = co_await connection.list("VAR", link.account.where.ups);
    if (connection.is_open())
        co_await connection.logout();
    co_return rows;
}

asio::awaitable<int> ask_all(asio::any_io_executor executor, const Config& config, AddressFamily family,
                             std::vector<Told>& told)
{
    for (std::size_t i = 0; i < told.size(); ++i) {
        const auto& feed = config.policy.feeds[i];
        if (feed.primary)
            told[i].remote = co_await is_remote(executor, config.accounts[i].where.server);
        if (!needs_variables(feed))
            continue;
        auto link = link_of(config, i, family);
        if (!link) {
            told[i].why_not = link.error();
            continue;
        }
        const auto rows = co_await variables_of(executor, *std::move(link));
        if (!rows) {
            told[i].why_not = rows.error();
            continue;
        }
        for (const auto& row : *rows)
            if (row.size() >= 2)
                told[i].variables.emplace(row[0], row[1]);
    }
    co_return EXIT_SUCCESS;
}

class Feeds {
public:
    Feeds(const Document& document, const Config& config, AddressFamily family)
        : document_(document), config_(config), family_(family), feeds_(config.policy.feeds),
          told_(feeds_.size())
    {
    }

    std::vector<Diagnostic> check() &&
    {
        run_to_end(
            [this](asio::any_io_executor executor) { return ask_all(executor, config_, family_, told_); });
        for (std::size_t i = 0; i < feeds_.size(); ++i)
            if (told_[i].remote)
                warn_of_primary(feeds_[i]);
        for (const auto& line : config_.shutdown_when)
            for (std::size_t i = 0; i < feeds_.size(); ++i)
                if (is_for(line, config_, i))
                    check_line(line, i);
        return std::move(problems_);
    }

private:
    void warn_of_primary(const Feed& feed)
    {
        for (const auto& statement : document_.statements)
            if (statement.words[0].text == "MONITOR" && statement.words.size() > 5
                && statement.words[1].text == feed.system) {
                complain(statement.words[5],
                         "the server of this UPS is another host: the primary is usually the one that the "
                         "UPS's data cable is connected to",
                         Severity::warning);
                return;
            }
    }

    void check_line(const ShutdownWhen& line, std::size_t feed)
    {
        for (std::size_t i = 0; i < line.conditions.size(); ++i) {
            const auto* const need = need_of(line.rule.limits[i]);
            if (need == nullptr)
                continue;
            if (told_[feed].why_not)
                complain(line.conditions[i],
                         fmt::format("can't ask {} for its {}: {}", escaped(feeds_[feed].system),
                                     need->variable, escaped(client_text(*told_[feed].why_not))),
                         Severity::warning);
            else if (!told_[feed].number(need->variable))
                complain_of_missing(line, line.conditions[i], feed, need->variable);
            else
                check_low(line, i, feed, *need);
        }
    }

    void complain_of_missing(const ShutdownWhen& line, const Word& condition, std::size_t feed,
                             const char* variable)
    {
        const auto tells = [&](const Told& other) { return other.why_not || other.number(variable); };
        const bool all = line.rule.all && line.conditions.size() > 1;
        const bool of_use = line.system.text == "*" && std::any_of(told_.begin(), told_.end(), tells);
        complain(condition,
                 fmt::format("{} does not tell {}: {} will never be met", escaped(feeds_[feed].system),
                             variable, all ? "this line, which wants all conditions," : "this condition"),
                 all && !of_use ? Severity::error : Severity::warning);
    }

    // Where LB alone is a reason to shut down, it comes before a limit below it.
    void check_low(const ShutdownWhen& line, std::size_t i, std::size_t feed, const Need& need)
    {
        const auto low = told_[feed].number(need.low);
        const auto is_low_battery = [](const Limit& limit) { return limit.of == Limit::Of::low_battery; };
        const auto& rules = feeds_[feed].rules;
        const bool waits = std::any_of(rules.begin(), rules.end(), [&](const ShutdownRule& rule) {
            return std::any_of(rule.limits.begin(), rule.limits.end(), is_low_battery);
        });
        if (low && line.rule.limits[i].value < *low && !waits)
            complain(line.conditions[i],
                     fmt::format("{} says LB before: its {} is {:g}", escaped(feeds_[feed].system), need.low,
                                 *low),
                     Severity::warning);
    }

    void complain(const Word& where, std::string text, Severity severity)
    {
        problems_.push_back(problem_at(document_, where, std::move(text), severity));
    }

    const Document& document_;
    const Config& config_;
    AddressFamily family_;
    const std::vector<Feed>& feeds_;
    std::vector<Told> told_;
    std::vector<Diagnostic> problems_;
};

} // namespace

std::vector<Diagnostic> check_feeds(const Document& document, const Config& config, AddressFamily family)
{
    return Feeds(document, config, family).check();
}

} // namespace upright::upsmon
