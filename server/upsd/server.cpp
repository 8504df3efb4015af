#include "server/upsd/server.hpp"

#include "common/config/paths.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/notify.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"
#include "server/upsd/tls_settings.hpp"

#include <algorithm>
#include <set>
#include <sys/resource.h>

using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr std::size_t kReserve = 32; // descriptors for files, listeners and the loop itself
constexpr rlim_t kMostDescriptors = 1048576;

void log_problems(const std::vector<Diagnostic>& problems)
{
    for (const auto& problem : problems)
        log::warning("{}", to_string(problem));
}

bool has_errors(const std::vector<Diagnostic>& problems)
{
    return std::any_of(problems.begin(), problems.end(),
                       [](const Diagnostic& problem) { return problem.severity == Severity::error; });
}

} // namespace

std::size_t descriptor_limit()
{
    rlimit limit{};
    if (::getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 1024;
    limit.rlim_cur = std::min(limit.rlim_max, kMostDescriptors);
    ::setrlimit(RLIMIT_NOFILE, &limit);
    ::getrlimit(RLIMIT_NOFILE, &limit);
    const auto most = static_cast<std::size_t>(std::min(limit.rlim_cur, kMostDescriptors));
    const auto artificial = to_long(paths::environment("NUT_SYSMAXCONN_LIMIT").value_or(""));
    return artificial && *artificial > 0 ? std::min(most, static_cast<std::size_t>(*artificial)) : most;
}

Server::Server(Poller& poller, std::string state_dir, Descriptions descriptions, int command_line_debug)
    : poller_(poller), state_dir_(std::move(state_dir)), command_line_debug_(command_line_debug),
      sockets_(poller, state_dir_, [this](std::string_view name) { driver_appeared(name); }),
      sessions_(poller, service_), clock_(poller.executor())
{
    service_.descriptions = std::move(descriptions);
    service_.upses.changed = [this](CachedUps& ups) { changed(ups); };
}

// Driver links and files keep their share of the descriptors.
std::size_t Server::most_sessions(const Config& config) const
{
    const auto descriptors = descriptor_limit();
    const auto kept = kReserve + service_.upses.all().size();
    const auto most = descriptors > 2 * kept ? descriptors - kept : std::max<std::size_t>(descriptors / 2, 1);
    const auto wanted = static_cast<std::size_t>(config.max_connections.value_or(kMostDescriptors));
    return std::min(most, wanted);
}

Result<void> Server::apply(const Config& config)
{
    service_.upses.max_age = std::chrono::seconds(config.max_age);
    service_.tracking.keep_for = std::chrono::seconds(config.tracking_delay);
    log::set_debug(std::max(command_line_debug_, config.debug_min.value_or(0)));
    sessions_.set_limits({.most = most_sessions(config),
                          .each_address = static_cast<std::size_t>(config.sessions_per_address),
                          .subscriber = std::chrono::seconds(config.subscriber_timeout)});
    if (const auto opened = service_.audit.open(config.audit_log); !opened)
        log::error("{}", to_string(opened.error()));
    service_.force_tls = config.force_tls;
    service_.anonymous_reads = config.anonymous_reads;
    if (config.max_connections && static_cast<std::size_t>(*config.max_connections) > descriptor_limit())
        return Error{Errc::bad_config, fmt::format("MAXCONN {} is more than the limit of descriptors, {}",
                                                   *config.max_connections, descriptor_limit())};
    if (config.access_broken)
        return Error{Errc::bad_config, "the access lists of upsd.conf have mistakes"};
    service_.access = config.access;
    sessions_.end_rejected();
    if (service_.access.active())
        log::notice("Access lists (ACCEPT, REJECT) of upsd.conf are active");
    // New sessions get the new certificate; those that are encrypted already keep theirs.
    auto context = load_tls(config);
    if (!context)
        return context.error();
    service_.tls = *std::move(context);
    return {};
}

void Server::apply_users(const char* otherwise)
{
    auto users = load_users(service_.access);
    if (!users) {
        log::warning("{}: {}", to_string(users.error()), otherwise);
        return;
    }
    log_problems(users->problems);
    service_.users = std::move(users->value);
    ++service_.generation; // sessions prove themselves anew
}

void Server::apply(const UpsConf& conf)
{
    std::vector<std::string> listed;
    std::set<std::string, CaseLess> names;
    const auto virtual_ones = virtual_upses(conf);
    log_problems(virtual_ones.problems);
    const auto is_served = [&](const UpsSection& section) {
        return std::any_of(virtual_ones.value.begin(), virtual_ones.value.end(),
                           [&](const VirtualSettings& settings) { return settings.name == section.name; });
    };
    for (const auto& section : conf.sections) {
        if (equal_ignoring_case(section.name, "default"))
            continue;
        if (!section.is_complete() || (section.is_virtual() && !is_served(section))) {
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
    service_.upses.order_as(listed);
    virtual_driver_.adopt(virtual_ones.value);
    sections_ = conf.sections;
    log::info("Found {} UPS defined in ups.conf", service_.upses.all().size());
}

void Server::add_or_change(const UpsSection& section)
{
    const auto driver = *section.settings.value("driver");
    auto* ups = service_.upses.find(section.name);
    if (ups != nullptr && ups->name != section.name) { // another case: another socket
        forget(*ups);
        ups = nullptr;
    }
    if (ups != nullptr && ups->driver != driver) {
        log::notice("Redefined UPS [{}]", section.name);
        std::erase_if(links_, [&](const auto& link) { return &link->ups() == ups; });
        ups->disconnected();
        service_.tracking.lost(*ups);
        service_.upses.changed(*ups);
        ups->driver = driver;
        link(*ups);
    } else if (ups == nullptr) {
        ups = &service_.upses.add(section.name);
        ups->driver = driver;
        link(*ups);
    }
    ups->description = section.settings.value("desc");
}

void Server::link(CachedUps& ups)
{
    if (ups.is_virtual())
        return; // there is no process
    const auto path = state_dir_ + "/" + ups.driver + "-" + ups.name;
    auto& link = *links_.emplace_back(std::make_unique<DriverLink>(poller_, service_, ups, path));
    link.tick(std::chrono::steady_clock::now());
}

void Server::driver_appeared(std::string_view socket)
{
    for (const auto& link : links_)
        if (!link->ups().is_connected() && link->has_socket(socket))
            link->tick(std::chrono::steady_clock::now());
}

void Server::changed(CachedUps& ups)
{
    ups.publish(std::chrono::steady_clock::now(), service_.upses.max_age);
    virtual_driver_.changed(ups);
}

void Server::remove_unlisted(const std::vector<std::string>& listed)
{
    const std::set<std::string_view> wanted(listed.begin(), listed.end());
    std::vector<const CachedUps*> gone;
    for (const auto& ups : service_.upses.all())
        if (!wanted.contains(ups->name))
            gone.push_back(ups.get());
    for (const auto* const ups : gone)
        forget(*ups);
    if (!gone.empty() && service_.upses.all().empty())
        log::warning("Warning: no UPSes currently defined!");
}

void Server::forget(const CachedUps& ups)
{
    sessions_.end_logins(ups);
    std::erase_if(links_, [&](const auto& link) { return &link->ups() == &ups; });
    service_.tracking.lost(ups);
    service_.upses.remove(ups);
}

// A file that was cut off or damaged must not take UPSes from the hosts that depend on them: what it does not
// tell of those that are served stays as it was.
UpsConf Server::with_what_it_lost(UpsConf conf)
{
    for (const auto& before : sections_) {
        if (service_.upses.find(before.name) == nullptr)
            continue;
        const auto now = std::find_if(conf.sections.begin(), conf.sections.end(),
                                      [&](const UpsSection& section) { return section.name == before.name; });
        if (now != conf.sections.end() && now->is_complete())
            continue;
        log::error("UPS [{}] stays as it was: ups.conf has errors and does not tell of it", before.name);
        if (now == conf.sections.end())
            conf.sections.push_back(before);
        else
            *now = before;
    }
    return conf;
}

void Server::reload()
{
    log::info("SIGHUP: reloading configuration");
    notify::reloading();
    const auto config = load_config();
    auto conf = load_ups_conf();
    if (!config || !conf) {
        log::error("Reload failed: {}", to_string(config ? conf.error() : config.error()));
    } else {
        log_problems(config->problems);
        log_problems(conf->problems);
        apply(has_errors(conf->problems) ? with_what_it_lost(std::move(conf->value)) : conf->value);
        if (const auto applied = apply(config->value); !applied)
            log::error("Reload failed in part: {}; what was before stays in force",
                       to_string(applied.error()));
        apply_users("the users stay as they were");
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
        link->tick(now);
    virtual_driver_.update();
    sessions_.sweep(now);
    service_.tracking.sweep(now);
    service_.failed_logins.sweep(now);
}

} // namespace upright::upsd
