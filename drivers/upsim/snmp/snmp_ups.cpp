#include "drivers/upsim/snmp/snmp_ups.hpp"

#include "drivers/upsim/snmp/profiles.hpp"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

namespace upright::upsim::snmp {
namespace {

constexpr std::chrono::milliseconds kLookEvery(50);
constexpr std::size_t kMostWrites = 10000;
constexpr std::size_t kMostProblemsTold = 20;
const Oid kSystem{1, 3, 6, 1, 2, 1, 1};

// RFC 3418: what every agent says of itself.
void add_system(std::vector<Row>& rows, const Profile& profile)
{
    using enum Type;
    const std::string root = to_string(kSystem).substr(1);
    const Quantity uptime{[](const State& s, double) { return s.model.now(); }};
    rows.push_back(
        {root + ".1.0", octets, {}, 1, "device.description", {}, {}, std::string(profile.description)});
    rows.push_back({root + ".2.0", oid, {}, 1, {}, {}, {}, std::string(profile.object_id)});
    rows.push_back({root + ".3.0", ticks, uptime, 100});
    rows.push_back({root + ".4.0", octets, {}, 1, "device.contact", {}, {0, 255}, "somebody"});
    rows.push_back({root + ".5.0", octets, {}, 1, {}, {}, {0, 255}, "upsim"});
    rows.push_back({root + ".6.0", octets, {}, 1, "device.location", {}, {0, 255}, "here"});
    rows.push_back({root + ".7.0", integer, {[](const State&, double) { return 72.0; }}});
}

} // namespace

SnmpUps::SnmpUps(const boost::asio::any_io_executor& executor, std::string name, const Options& options,
                 Rating rating, double time_scale)
    : SimulatedUps(std::move(name), options.listen.front(), rating, 1, time_scale), executor_(executor),
      options_(options), model_(model())
{
    model_.set_steady(true); // no two looks would be alike
}

void SnmpUps::add(const Oid& oid, Object object)
{
    if (object.write)
        object.write = [this, oid, write = std::move(object.write)](const Value& value) {
            write(value);
            writes_.push_back(fmt::format("{} = {}\n", to_string(oid), to_string(value)));
            if (writes_.size() > kMostWrites)
                writes_.pop_front();
        };
    tree_.add(oid, std::move(object));
}

void SnmpUps::become(const Profile& profile)
{
    profile_ = &profile;
    if (profile.outlets != nullptr)
        settings_.outlets.resize(static_cast<std::size_t>(profile.outlets(options_.device)));
    rows_ = profile.rows(options_.device);
    add_system(rows_, profile);
    for (const auto& row : rows_)
        if (const auto oid = to_oid(row.oid))
            add(*oid, object_of(row, state()));
    add_alarms(tree_, profile, state());
    if (profile.events != nullptr)
        events_ = profile.events(options_.device);
}

void SnmpUps::become(Recording recording)
{
    for (auto& [oid, recorded] : recording) {
        const auto value = std::make_shared<Value>(std::move(recorded));
        add(oid, {.read = [value] { return std::optional(*value); },
                  .check =
                      [value](const Value& wanted) {
                          return wanted.type == value->type ? Status::none : Status::wrong_type;
                      },
                  .write = [value](const Value& wanted) { *value = wanted; }});
    }
}

Result<void> SnmpUps::become_what_was_asked_for()
{
    if (!options_.profile.empty()) {
        const auto* const profile = find_profile(options_.profile);
        if (profile == nullptr)
            return Error{Errc::invalid_argument, "there is no SNMP profile called " + options_.profile};
        become(*profile);
        return {};
    }
    auto loaded = load_recording(options_.file);
    for (std::size_t i = 0; i < std::min(loaded.problems.size(), kMostProblemsTold); ++i)
        fmt::print(stderr, "{}\n", to_string(loaded.problems[i]));
    if (loaded.value.empty())
        return Error{Errc::invalid_argument, options_.file + ": nothing was recorded in it"};
    become(std::move(loaded.value));
    return {};
}

Result<Access> SnmpUps::access() const
{
    auto access = options_.access;
    for (const auto& line : options_.user_lines) {
        auto user = parse_user(line);
        if (!user)
            return user.error();
        access.users.push_back(std::move(*user));
    }
    if (options_.users_file.empty())
        return access;
    auto more = load_users(options_.users_file);
    if (!more)
        return more.error();
    access.users.insert(access.users.end(), more->begin(), more->end());
    return access;
}

Result<void> SnmpUps::open()
{
    if (const auto become = become_what_was_asked_for(); !become)
        return become.error();
    auto access = this->access();
    if (!access)
        return access.error();
    std::optional<User> first;
    if (!access->users.empty())
        first = access->users.front();
    const bool v3 =
        options_.traps.version == TrapVersion::v3 || options_.traps.version == TrapVersion::inform3;
    if (!options_.traps.to.empty() && v3 && !first)
        return Error{Errc::invalid_argument, "SNMPv3 traps want a --user"};
    sessions_ =
        std::make_unique<Sessions>(executor_, options_.listen.front() + options_.profile + options_.file);
    agent_ = std::make_unique<Agent>(
        executor_, std::move(*access), [this](const Request& request) { return respond(request); },
        [this] { return faults_.delay; });
    for (const auto& address : options_.listen)
        if (const auto listening = agent_->listen(address); !listening)
            return listening.error();
    set_place(agent_->place());
    notifications_ = std::make_unique<Notifications>(options_.traps, std::move(first), *sessions_);
    return agent_->add_users();
}

void SnmpUps::start(TaskGroup& tasks)
{
    tasks.spawn("snmp", sessions_->serve());
    if (notifications_->wanted())
        tasks.spawn("notifications", keep_looking());
}

// What changes by itself must be seen, too: the battery gets low, a countdown ends.
boost::asio::awaitable<Result<void>> SnmpUps::keep_looking()
{
    boost::asio::steady_timer timer(executor_);
    for (;;) {
        look();
        timer.expires_after(kLookEvery);
        boost::system::error_code ec;
        co_await timer.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ec));
        if (ec)
            co_return Result<void>{};
    }
}

void SnmpUps::look()
{
    settings_.watch(model());
    if (profile_ == nullptr)
        return;
    watch_alarms(*profile_, state());
    if (!notifications_->wanted())
        return;
    for (const auto& told : watch_.look(*profile_, events_, tree_, state()))
        notifications_->send(told, model_.now());
}

void SnmpUps::changed() { look(); }

std::optional<Response> SnmpUps::respond(const Request& request)
{
    ++questions_;
    ++counters_.requests;
    counters_.variables += static_cast<long>(request.bindings.size());
    if (faults_.silent(Faults::Clock::now()))
        return std::nullopt;
    look();
    auto response = answer(tree_, faults_, request);
    if (request.kind == Request::Kind::set)
        look();
    ++counters_.answers;
    return response;
}

} // namespace upright::upsim::snmp
