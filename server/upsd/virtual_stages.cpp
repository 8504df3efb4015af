#include "server/upsd/virtual_stages.hpp"

#include "common/version.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsd {
namespace {

// One reading that is far off the mark must not shut anything down.
constexpr std::chrono::seconds kSettle{5};

// What a stage shows of the UPS, beside its status.
constexpr std::array<std::string_view, 14> kRepeated{
    "battery.charge",  "battery.charge.low", "battery.runtime", "battery.runtime.low",
    "battery.voltage", "device.mfr",         "device.model",    "input.voltage",
    "output.voltage",  "ups.alarm",          "ups.load",        "ups.mfr",
    "ups.model",       "ups.temperature"};

bool is_on_mains(const UpsView& ups)
{
    const StatusWords words(ups.status());
    return !ups.fsd && words.has("OL") && !words.has("OB") && !words.has("FSD") && !words.has("OFF");
}

} // namespace

void Stages::adopt(std::vector<VirtualSettings> settings)
{
    std::stable_sort(settings.begin(), settings.end(),
                     [](const auto& a, const auto& b) { return a.stage < b.stage; });
    std::vector<Stage> stages;
    for (auto& one : settings) {
        const auto known = std::find_if(stages_.begin(), stages_.end(), [&](const Stage& stage) {
            return equal_ignoring_case(stage.settings.name, one.name);
        });
        auto& stage = stages.emplace_back(known == stages_.end() ? Stage{} : std::move(*known));
        stage.settings = std::move(one);
    }
    stages_ = std::move(stages);
}

std::vector<Shown> Stages::show(const UpsView& ups, std::span<const OwnView> own, TimePoint now)
{
    std::vector<Shown> shown(stages_.size());
    look_at(ups, now);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        auto& stage = stages_[i];
        stage.due = why_due(stage, ups, now);
        if (own[i].fsd && !stage.fired) { // a client's FSD command
            stage.fired = true;
            stage.fired_by = "FSD command";
            shown[i].events.push_back(fmt::format("stage fired: {}", stage.fired_by));
        }
    }
    fire_what_may(own, shown, now);
    end_what_has_served(ups, own, shown, now);
    for (std::size_t i = 0; i < stages_.size(); ++i)
        fill(i, ups, own[i], shown[i]);
    return shown;
}

// While nothing is heard of the UPS, the time on battery goes on: it is not known to have ended.
void Stages::look_at(const UpsView& ups, TimePoint now)
{
    const StatusWords words(ups.status());
    on_battery_ = words.has("OB") && !words.has("CAL"); // calibrating is on battery of its own will
    if (on_battery_ && !on_battery_since_)
        on_battery_since_ = now;
    else if (!on_battery_ && (words.has("OL") || words.has("CAL")))
        on_battery_since_.reset();
}

std::string Stages::why_due(Stage& stage, const UpsView& ups, TimePoint now) const
{
    const auto& settings = stage.settings;
    if (!on_battery_) {
        stage.low_since.reset();
        return {};
    }
    if (settings.after && now - *on_battery_since_ >= *settings.after)
        return fmt::format("on battery for {} s", settings.after->count());
    const auto charge = ups.number("battery.charge");
    const auto runtime = ups.number("battery.runtime");
    const bool low_charge = settings.charge && charge && *charge <= *settings.charge;
    const bool low_runtime =
        settings.runtime && runtime && *runtime <= static_cast<double>(settings.runtime->count());
    if (!low_charge && !low_runtime) {
        stage.low_since.reset();
        return {};
    }
    if (!stage.low_since)
        stage.low_since = now;
    if (now - *stage.low_since < kSettle)
        return {};
    return low_charge ? fmt::format("charge {} % is not above {} %", plain_number(*charge),
                                    plain_number(*settings.charge))
                      : fmt::format("runtime {} s is not above {} s", plain_number(*runtime),
                                    settings.runtime->count());
}

// A stage that is due makes those before it due: their hosts go first. Each waits until those with an earlier
// turn are done; stages of the same turn go together.
void Stages::fire_what_may(std::span<const OwnView> own, std::vector<Shown>& shown, TimePoint now)
{
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        auto& stage = stages_[i];
        const auto cause = std::find_if(stages_.begin(), stages_.end(), [&](const Stage& other) {
            const bool later = &other == &stage || other.settings.stage > stage.settings.stage;
            return later && !other.due.empty() && !other.fired;
        });
        if (stage.fired || cause == stages_.end())
            continue;
        bool free = true;
        for (std::size_t j = 0; j < stages_.size(); ++j)
            if (stages_[j].settings.stage < stage.settings.stage)
                free = free && is_done(j, own[j], now);
        if (!free)
            continue;
        stage.fired = true;
        stage.fired_by =
            &*cause == &stage ? stage.due : fmt::format("{} is due: {}", cause->settings.name, cause->due);
        stage.latch = {};
        stage.latch.served(true, false, false, stage.settings.limit, now); // begins now
        shown[i].events.push_back(fmt::format("stage fired: {}", stage.fired_by));
    }
}

bool Stages::is_done(std::size_t stage, const OwnView& own, TimePoint now) const
{
    const auto& one = stages_[stage];
    return one.fired
           && (own.logins == 0 || (one.latch.since() && now - *one.latch.since() >= one.settings.limit));
}

void Stages::end_what_has_served(const UpsView& ups, std::span<const OwnView> own, std::vector<Shown>& shown,
                                 TimePoint now)
{
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        auto& stage = stages_[i];
        if (!stage.latch.served(stage.fired, is_on_mains(ups), own[i].logins == 0, stage.settings.limit, now))
            continue;
        stage.fired = false;
        stage.fired_by.clear();
        stage.latch = {};
        shown[i].release_fsd = own[i].fsd;
        shown[i].events.emplace_back("stage ended: mains are back");
    }
}

void Stages::fill(std::size_t stage, const UpsView& ups, const OwnView& own, Shown& shown) const
{
    const auto& one = stages_[stage];
    const auto& settings = one.settings;
    const bool known = ups.available && ups.state != nullptr && !ups.status().empty();
    shown.available = known || one.fired; // what was decided stays visible
    if (!shown.available)
        return;
    auto& variables = shown.variables;
    variables = {
        {"device.type", "ups"}, {"driver.name", "virtual"}, {"driver.version", std::string(kVersion)}};
    for (const auto name : kRepeated)
        if (const auto* const variable = known ? ups.state->find(name) : nullptr)
            variables[std::string(name)] = variable->value;

    const bool latched = own.fsd && !shown.release_fsd; // then FSD stands in front of it already
    const bool says_so = StatusWords(ups.status()).has("FSD");
    const bool fsd = (one.fired || ups.fsd) && !latched && !says_so;
    const auto status = known ? ups.status() : "OB";
    variables["ups.status"] = fsd ? fmt::format("FSD {}", status) : std::string(status);

    variables["ups.stage.of"] = settings.of.front();
    variables["ups.stage.number"] = std::to_string(*settings.stage);
    const bool waits = std::any_of(stages_.begin(), stages_.end(), [&](const Stage& other) {
        return !other.fired && !other.due.empty() && other.settings.stage >= settings.stage;
    });
    variables["ups.stage.state"] = one.fired ? "fired" : waits ? "waiting" : "watching";
    if (const auto& reason = one.fired ? one.fired_by : one.due; !reason.empty())
        variables["ups.stage.reason"] = reason;
    if (settings.after)
        variables["ups.stage.after"] = std::to_string(settings.after->count());
    if (settings.charge)
        variables["ups.stage.charge"] = plain_number(*settings.charge);
    if (settings.runtime)
        variables["ups.stage.runtime"] = std::to_string(settings.runtime->count());
    variables["ups.stage.limit"] = std::to_string(settings.limit.count());
}

} // namespace upright::upsd
