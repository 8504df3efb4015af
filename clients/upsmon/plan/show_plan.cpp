#include "clients/upsmon/plan/show_plan.hpp"

#include "clients/upsmon/plan/look.hpp"
#include "clients/upsmon/plan/plan.hpp"
#include "clients/upsmon/plan/shutdown_times.hpp"
#include "common/client/run.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace asio = boost::asio;

namespace upright::upsmon {

int show_plan(const Options& options)
{
    const auto setup = load_setup(options);
    if (!setup) {
        fmt::print(stderr, "{}\n", setup.error().what);
        return kNotKnown;
    }
    HostFacts facts;
    facts.has_command = setup->config.shutdown_command.has_value();
    facts.has_flag = setup->config.power_down_flag.has_value();
    if (setup->config.shutdown_duration) {
        facts.shutdown_takes = setup->config.shutdown_duration;
        facts.how_known = "SHUTDOWNDURATION";
    } else if (const auto learnt = ShutdownTimes::load(ShutdownTimes::default_path()); learnt.longest()) {
        facts.shutdown_takes = learnt.longest();
        facts.how_known = fmt::format("the longest of {} shutdowns seen", learnt.seen().size());
    }
    const auto look = [&](asio::any_io_executor executor) -> asio::awaitable<int> {
        facts.upses = co_await look_at_upses(std::move(executor), setup->links);
        co_return EXIT_SUCCESS;
    };
    run_to_end(look);
    const auto plan = make_plan(setup->config.policy, facts);
    fmt::print("{}", options.json ? as_json(plan) : as_text(plan));
    switch (plan.result) {
    case PlanResult::in_time: return kInTime;
    case PlanResult::unknown: return kNotKnown;
    default: return kNotInTime;
    }
}

} // namespace upright::upsmon
