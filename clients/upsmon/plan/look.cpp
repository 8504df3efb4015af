#include "clients/upsmon/plan/look.hpp"

#include "common/client/error_text.hpp"
#include "common/text/number.hpp"

#include <cmath>

namespace asio = boost::asio;

namespace upright::upsmon {
namespace {

constexpr std::chrono::milliseconds kPatience{5000};

struct Fact {
    const char* variable;
    std::optional<double> UpsFacts::*member;
};
constexpr std::array<Fact, 5> kFacts{{{"battery.charge", &UpsFacts::charge},
                                      {"battery.charge.low", &UpsFacts::charge_low},
                                      {"battery.runtime", &UpsFacts::runtime},
                                      {"battery.runtime.low", &UpsFacts::runtime_low},
                                      {"ups.delay.shutdown", &UpsFacts::delay_shutdown}}};

void take(UpsFacts& facts, const Row& row)
{
    if (row.size() < 2)
        return;
    if (row[0] == "ups.status")
        facts.status = row[1];
    for (const auto& fact : kFacts)
        if (const auto value = row[0] == fact.variable ? to_double(trimmed(row[1])) : std::nullopt;
            value && std::isfinite(*value) && *value >= 0)
            facts.*fact.member = value;
}

asio::awaitable<Result<UpsFacts>> ask(Connection& connection, const Link::Settings& link)
{
    const auto& account = link.account;
    const auto connected = co_await connection.connect(account.where.server, kPatience, link.tls);
    if (!connected)
        co_return connected.error();
    // For a server that lets nobody read without it. Others ignore it.
    [[maybe_unused]] const auto known = co_await connection.authenticate(account.user, account.password);
    UpsFacts facts;
    const auto rows = co_await connection.list("VAR", account.where.ups);
    if (!rows)
        co_return rows.error();
    for (const auto& row : *rows)
        take(facts, row);
    const auto logins = co_await connection.get("NUMLOGINS", account.where.ups);
    if (logins)
        facts.logins = to_int(logins->front()).value_or(0);
    const auto help = co_await connection.ask("HELP");
    facts.tells_by_itself = help && help->find("SUBSCRIBE") != std::string::npos;
    if (facts.status.empty())
        facts.why_not = "ups.status is empty";
    co_return facts;
}

} // namespace

asio::awaitable<std::vector<UpsFacts>> look_at_upses(asio::any_io_executor executor,
                                                     std::vector<Link::Settings> links)
{
    std::vector<UpsFacts> all;
    for (const auto& link : links) {
        Connection connection(executor);
        connection.use_only(link.family);
        const auto facts = co_await ask(connection, link);
        if (facts) {
            all.push_back(*facts);
        } else {
            UpsFacts none;
            none.why_not = client_text(facts.error());
            all.push_back(std::move(none));
        }
        co_await connection.logout();
    }
    co_return all;
}

} // namespace upright::upsmon
