#include "server/upsd/server.hpp"

#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"

#include <algorithm>
#include <set>
#include <sys/resource.h>

using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr std::size_t kReserve = 32; // descriptors for files, listeners and the loop itself
constexpr rlim_t kMostDescriptors = 1048576;

// As many descriptors as the system lets us have.
std::size_t raise_descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = std::min(limit.rlim_max, kMostDescriptors);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    return static_cast<std::size_t>(std::min(limit.rlim_cur, kMostDescriptors));
}

} // namespace

Server::Server(Poller& poller, std::string state_dir, Descriptions descriptions, int command_line_debug)
    : poller_(poller), state_dir_(std::move(state_dir)), descriptions_(std::move(descriptions)),
      command_line_debug_(command_line_debug), sessions_(poller, upses_, descriptions_),
      clock_(poller.executor())
{
}

void Server::apply(const Config& config)
{
    upses_.max_age = std::chrono::seconds(config.max_age);
    log::set_debug(std::max(command_line_debug_, config.debug_min.value_or(0)));
    const auto descriptors = raise_descriptor_limit();
    const auto kept = kReserve + upses_.all().size();
    const auto most = descriptors > 2 * kept ? descriptors - kept : descriptors / 2;
    sessions_.set_most(
        std::min(most, static_cast<std::size_t>(config.max_connections.value_or(kMostDescriptors))));
}

void Server::apply(const UpsConf& conf)
{
    std::vector<std::string> listed;
    std::set<std::string, CaseLess> names;
    for (const auto& section : conf.sections) {
        if (equal_ignoring_case(section.name, "default"))
            continue;
        if (!section.settings.value("driver") || !section.settings.value("port")) {
            log::warning("Warning: ignoring incomplete configuration for UPS [{}]", escaped(section.name));
            continue;
        }
        if (as_word(section.name) != section.name) {
            log::warning("Warning: ignoring UPS [{}]: no client could name it", escaped(section.name));
            continue;
        }
        if (!names.insert(section.name).second) {
            log::warning("Warning: ignoring UPS [{}]: there is one whose name differs only in case",
                         section.name);
            continue;
        }
        add_or_change(section);
        listed.push_back(section.name);
    }
    remove_unlisted(listed);
    upses_.order_as(listed);
    log::info("Found {} UPS defined in ups.conf", upses_.all().size());
}

void Server::add_or_change(const UpsSection& section)
{
    const auto driver = *section.settings.value("driver");
    auto* ups = upses_.find(section.name);
    if (ups != nullptr && ups->name != section.name) { // another case: another socket
        forget(*ups);
        ups = nullptr;
    }
    if (ups != nullptr && ups->driver != driver) {
        log::notice("Redefined UPS [{}]", section.name);
        std::erase_if(links_, [&](const auto& link) { return &link->ups() == ups; });
        ups->disconnected();
        ups->driver = driver;
        link(*ups);
    } else if (ups == nullptr) {
        ups = &upses_.add(section.name);
        ups->driver = driver;
        link(*ups);
    }
    ups->description = section.settings.value("desc");
}

void Server::link(CachedUps& ups)
{
    const auto path = state_dir_ + "/" + ups.driver + "-" + ups.name;
    auto& link = *links_.emplace_back(std::make_unique<DriverLink>(poller_, ups, path));
    link.tick(std::chrono::steady_clock::now(), upses_.max_age);
}

void Server::remove_unlisted(const std::vector<std::string>& listed)
{
    const std::set<std::string_view> wanted(listed.begin(), listed.end());
    std::vector<const CachedUps*> gone;
    for (const auto& ups : upses_.all())
        if (!wanted.contains(ups->name))
            gone.push_back(ups.get());
    for (const auto* const ups : gone)
        forget(*ups);
    if (!gone.empty() && upses_.all().empty())
        log::warning("Warning: no UPSes currently defined!");
}

void Server::forget(const CachedUps& ups)
{
    std::erase_if(links_, [&](const auto& link) { return &link->ups() == &ups; });
    upses_.remove(ups);
}

void Server::reload()
{
    log::info("SIGHUP: reloading configuration");
    notify::reloading();
    const auto config = load_config();
    const auto conf = load_ups_conf();
    if (!config || !conf) {
        log::error("Reload failed: {}", to_string(config ? conf.error() : config.error()));
    } else {
        for (const auto* const problems : {&config->problems, &conf->problems})
            for (const auto& problem : *problems)
                log::warning("{}", to_string(problem));
        apply(conf->value);
        apply(config->value);
    }
    notify::ready();
}

void Server::start_clock()
{
    clock_.expires_after(1s);
    clock_.async_wait([this](const boost::system::error_code& ec) {
        if (ec)
            return;
        tick();
        start_clock();
    });
}

void Server::tick()
{
    const auto now = std::chrono::steady_clock::now();
    for (const auto& link : links_)
        link->tick(now, upses_.max_age);
    sessions_.sweep(now);
}

} // namespace upright::upsd
