#include "drivers/megatec/megatec_driver.hpp"

#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "drivers/megatec/detector.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

constexpr int kAttempts = 3;

// Whether it has news although it says nothing now.
bool tells_status(const Query& query)
{
    return std::any_of(query.rows.begin(), query.rows.end(), [](const Row& row) { return row.strict(); });
}

// Whether a status has a word that alarms people or shuts hosts down, and another has not.
bool alarms_more(const WordList& status, const WordList& other)
{
    constexpr std::array<std::string_view, 5> kAlarming{"LB", "FSD", "OVER", "RB", "OFF"};
    return std::any_of(kAlarming.begin(), kAlarming.end(),
                       [&](std::string_view word) { return status.has(word) && !other.has(word); });
}

} // namespace

MegatecDriver::MegatecDriver(const DriverOptions& options, std::unique_ptr<io::Link> link,
                             std::vector<Dialect> dialects, Now now)
    : options_(options), link_(std::move(link)), line_(*link_), dialects_(std::move(dialects)),
      now_(std::move(now)), has_flag_([this](std::string_view option) { return options_.flag(option); }),
      battery_(options)
{
    full_poll_interval_ = std::chrono::seconds(options_.number_or_fallback("pollfreq", 1, 86400, 30));
    for (const auto& dialect : dialects_)
        read_settings(dialect); // so that a bad one is told before any device is touched
}

// One that will be written to the device.
void MegatecDriver::check_option(const Setting& setting) const
{
    const auto given = options_.text(setting.option);
    if (!given)
        return;
    if (setting.enums.empty())
        options_.number(setting.option, setting.range.min, setting.range.max, 0);
    else if (!setting.has_choice(*given))
        throw DeviceError(
            options_.complaint(setting.option, fmt::format("{} = {}: want one of {}", setting.option,
                                                           escaped(*given), fmt::join(setting.enums, ", "))),
            DeviceError::Kind::fatal);
}

// Values that were set by hand outlive a lost connection.
void MegatecDriver::read_settings(const Dialect& dialect)
{
    for (const auto& setting : dialect.settings) {
        if (!setting.send.empty())
            check_option(setting);
        if (!setting.send.empty() || settings_.contains(setting.variable))
            continue;
        const auto fallback = setting.fallback.value_or(setting.range.min);
        const auto given = setting.option.empty() ? fallback
                                                  : options_.number(setting.option, setting.range.min,
                                                                    setting.range.max, fallback);
        settings_[setting.variable] = setting.round != nullptr ? setting.round(given) : given;
    }
}

void MegatecDriver::reload(const DriverOptions& options)
{
    full_poll_interval_ = std::chrono::seconds(options.number_or_fallback("pollfreq", 1, 86400, 30));
    battery_.reload(options);
}

void MegatecDriver::open()
{
    const auto* const before = dialect_;
    dialect_ = nullptr;
    sources_.clear();
    battery_.forget();
    link_->open();
    // The same device again, most likely: what it spoke before is asked for first.
    if (before != nullptr)
        std::stable_partition(dialects_.begin(), dialects_.end(),
                              [name = before->name](const Dialect& one) { return one.name == name; });
    detect();
    read_at_start();
    changed_ = false;
    doubtful_ = false;
    write_options();
}

void MegatecDriver::detect()
{
    Detector detector(line_, options_, link_->bridge());
    dialect_ = detector.find(dialects_);
    if (dialect_ == nullptr)
        throw DeviceError(fmt::format("No UPS of the Megatec family answers on {}", options_.port),
                          DeviceError::Kind::lost);
    log::debug(1, "{}: dialect {}", options_.port, dialect_->name);
}

void MegatecDriver::read_at_start()
{
    answers_.clear();
    for (const auto& query : dialect_->queries) {
        Source source;
        source.query = &query;
        if (has_flag_(query.condition.unless))
            continue;
        bool fine = false;
        for (int attempt = 0; is_wanted(source) && !fine && !source.refused && attempt < kAttempts; ++attempt)
            fine = try_refresh(source);
        const auto& readings = source.readings;
        const bool needed = !query.condition.if_reading.empty()
                            || (query.when != When::once && !query.optional && !source.refused);
        const bool empty = readings.values.empty() && readings.hidden.empty() && !tells_status(query);
        if (needed || (fine && !(query.optional && empty)))
            sources_.push_back(std::move(source));
        else
            log::debug(1, "{}: {} yields nothing, so it is not asked again", options_.port, query.name);
    }
}

// Settings of the device that the user has fixed.
void MegatecDriver::write_options()
{
    for (const auto& setting : dialect_->settings) {
        const auto wanted = setting.send.empty() ? std::nullopt : options_.text(setting.option);
        const auto* const is = reading(setting.variable);
        if (!wanted || (is != nullptr && *is == *wanted))
            continue;
        if (is == nullptr && !setting.hidden)
            log::warning("{} = {}: this device has no such setting", setting.option, escaped(*wanted));
        else if (write(setting, *wanted) == Outcome::invalid)
            log::warning("{} = {}: not a value of this setting", setting.option, escaped(*wanted));
    }
}

bool MegatecDriver::is_wanted(const Source& source) const
{
    return holds(source.query->condition.if_reading,
                 [this](std::string_view variable) { return reading(variable); });
}

// What the queries last read; of a variable that several read, the last one counts, as in a snapshot.
const std::string* MegatecDriver::reading(std::string_view variable) const
{
    const std::string* last = nullptr;
    for (const auto& source : sources_)
        for (const auto* const words : {&source.readings.hidden, &source.readings.values})
            if (const auto found = words->find(variable); found != words->end())
                last = &found->second;
    return last;
}

Words MegatecDriver::known() const
{
    Words words;
    for (const auto& source : sources_)
        for (const auto* const some : {&source.readings.values, &source.readings.hidden})
            for (const auto& [variable, value] : *some)
                words.insert_or_assign(variable, value);
    return words;
}

std::string MegatecDriver::ask_once_in_a_poll(const std::string& question, const Query& query)
{
    const auto known = answers_.find(question);
    if (known != answers_.end())
        return known->second;
    auto answer = line_.ask(*dialect_, question, &query);
    answers_.insert_or_assign(question, answer);
    return answer;
}

void MegatecDriver::read(Source& source)
{
    const auto& query = *source.query;
    const auto question =
        filled(query.ask, delays(), [this](std::string_view name) { return reading(name); });
    if (!question)
        throw DeviceError(fmt::format("{}: {} can't be asked yet", options_.port, query.name));
    const auto answer = ask_once_in_a_poll(*question, query);
    if (answer.empty())
        throw DeviceError(fmt::format("{} gives no answer to {}", options_.port, query.name));
    source.refused = answer == without_end(*question) || begins_with_one(answer, dialect_->replies.refused);
    auto readings = read_answer(query, answer, known(), has_flag_);
    if (!readings) {
        answers_.erase(*question); // another try asks again
        throw DeviceError(fmt::format("{}: {}", options_.port, to_string(readings.error())));
    }
    source.readings = std::move(*readings);
}

void MegatecDriver::refresh(Source& source)
{
    const auto before = source.readings;
    try {
        read(source);
        confirm(source, before.status);
    } catch (...) {
        source.readings = before; // nothing half-believed may stay
        throw;
    }
    for (const auto& held : source.leaps.hold(source.readings.values)) {
        log::warning("{}: {}: held back until it is read again", options_.port, held);
        doubtful_ = true;
    }
    source.failures = 0;
}

// Words that alarm people or shut hosts down count only if two answers in a row say so.
void MegatecDriver::confirm(Source& source, const WordList& before)
{
    const auto first = source.readings.status;
    if (!alarms_more(first, before))
        return;
    answers_.clear();
    read(source);
    const auto& second = source.readings.status;
    if (alarms_more(second, before) && alarms_more(second, first))
        throw DeviceError(fmt::format("{}: {} said \"{}\", and then \"{}\"", options_.port,
                                      source.query->name, first.joined(), second.joined()));
    if (!alarms_more(second, before))
        log::warning("{}: {} said \"{}\" once, and then \"{}\": the first is not believed", options_.port,
                     source.query->name, first.joined(), second.joined());
}

// For what is good to have but not vital: after a few failures the old reading no longer counts.
bool MegatecDriver::try_refresh(Source& source)
try {
    refresh(source);
    return true;
} catch (const DeviceError& e) {
    if (e.kind() != DeviceError::Kind::no_answer)
        throw;
    log::debug(2, "{}", e.what());
    answers_.erase(source.query->ask);
    if (++source.failures > tolerated_failures())
        source.readings = {};
    return false;
}

void MegatecDriver::want_open() const
{
    if (dialect_ == nullptr)
        throw DeviceError(fmt::format("{} is not open", options_.port), DeviceError::Kind::lost);
}

Snapshot MegatecDriver::poll(Depth depth)
{
    want_open();
    const bool full = depth == Depth::full || changed_ || doubtful_;
    doubtful_ = false;
    answers_.clear();
    for (auto& source : sources_) {
        const auto when = source.query->when;
        if (!is_wanted(source))
            source.readings = {};
        else if (when == When::quick)
            refresh(source);
        else if ((when == When::full && full) || (when == When::change && changed_))
            try_refresh(source);
    }
    changed_ = false;
    auto next = snapshot();
    battery_.add_to(next, now_());
    return next;
}

std::optional<std::chrono::milliseconds> MegatecDriver::poll_again_in() const
{
    return changed_ ? std::optional(std::chrono::milliseconds(0)) : std::nullopt;
}

Snapshot MegatecDriver::snapshot() const
{
    Snapshot next;
    next.set("driver.version.data", dialect_->version);
    next.set("driver.parameter.pollfreq", fmt::to_string(full_poll_interval_.count()));
    for (const auto& [variable, value] : link_->facts())
        next.set(variable, value);
    for (const auto& [variable, value] : dialect_->constants)
        next.set(variable, value);
    for (const auto& source : sources_) {
        for (const auto& [variable, value] : source.readings.values)
            next.set(variable, value);
        next.alarms.insert(next.alarms.end(), source.readings.alarms.begin(), source.readings.alarms.end());
        next.status.add_all(source.readings.status);
    }
    if (next.status.has("OB"))
        next.status.remove("OL"); // two queries may be asked just before and behind a change
    if (next.status.has("RB"))
        next.alarms.emplace_back("Replace battery!");
    if (next.status.has("FSD"))
        next.alarms.emplace_back("Shutdown imminent!");
    add_settings(next);
    add_commands(next);
    return next;
}

} // namespace upright::megatec
