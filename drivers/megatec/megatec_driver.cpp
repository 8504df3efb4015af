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

bool contains(const std::vector<std::string>& texts, std::string_view text)
{
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Whether it has news although it says nothing now.
bool tells_status(const Query& query)
{
    return std::any_of(query.rows.begin(), query.rows.end(), [](const Row& row) { return row.strict(); });
}

// Whether the answer is one of these, or begins so.
bool is_one_of(const std::vector<std::string>& texts, std::string_view answer)
{
    return std::any_of(texts.begin(), texts.end(),
                       [answer](const std::string& text) { return answer.starts_with(text); });
}

std::string_view without_end(std::string_view question) { return question.substr(0, question.find('\r')); }

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

// Values that were set by hand outlive a lost connection.
void MegatecDriver::read_settings(const Dialect& dialect)
{
    for (const auto& setting : dialect.settings) {
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
    write_options();
    changed_ = false;
    doubtful_ = false;
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
    for (auto source = sources_.rbegin(); source != sources_.rend(); ++source)
        for (const auto* const words : {&source->readings.values, &source->readings.hidden})
            if (const auto found = words->find(variable); found != words->end())
                return &found->second;
    return nullptr;
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
    source.refused = answer == without_end(*question) || is_one_of(dialect_->replies.refused, answer);
    auto readings = read_answer(query, answer, known(), has_flag_);
    if (!readings) {
        answers_.erase(*question); // another try asks again
        throw DeviceError(fmt::format("{}: {}", options_.port, to_string(readings.error())));
    }
    source.readings = std::move(*readings);
}

void MegatecDriver::refresh(Source& source)
{
    const auto before = source.readings.status;
    read(source);
    confirm(source, before);
    for (const auto& held : source.leaps.hold(source.readings.values)) {
        log::warning("{}: {}: held back until it is read again", options_.port, held);
        doubtful_ = true;
    }
    source.failures = 0;
}

// Words that alarm people or shut hosts down count only if two answers say so.
void MegatecDriver::confirm(Source& source, const WordList& before)
{
    const auto alarms = [&] {
        constexpr std::array<std::string_view, 5> kAlarming{"LB", "FSD", "OVER", "RB", "OFF"};
        return std::any_of(kAlarming.begin(), kAlarming.end(), [&](std::string_view word) {
            return source.readings.status.has(word) && !before.has(word);
        });
    };
    if (!alarms())
        return;
    const auto said = source.readings.status.joined();
    answers_.clear();
    read(source);
    if (alarms())
        return;
    log::warning("{}: {} said \"{}\" once, and then \"{}\": the first is not believed", options_.port,
                 source.query->name, said, source.readings.status.joined());
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
    for (const auto& [variable, value] : dialect_->constants)
        next.set(variable, value);
    for (const auto& source : sources_) {
        for (const auto& [variable, value] : source.readings.values)
            next.set(variable, value);
        next.alarms.insert(next.alarms.end(), source.readings.alarms.begin(), source.readings.alarms.end());
        next.status.add_all(source.readings.status);
    }
    if (next.status.has("RB"))
        next.alarms.emplace_back("Replace battery!");
    if (next.status.has("FSD"))
        next.alarms.emplace_back("Shutdown imminent!");
    add_settings(next);
    add_commands(next);
    return next;
}

void MegatecDriver::add_settings(Snapshot& snapshot) const
{
    for (const auto& setting : dialect_->settings) {
        const auto kept = settings_.find(setting.variable);
        const auto read = snapshot.variables.find(setting.variable);
        if (setting.hidden)
            continue;
        if (setting.send.empty() && kept != settings_.end())
            snapshot.set_number(setting.variable, fmt::to_string(kept->second), {setting.range});
        else if (read != snapshot.variables.end() && setting.enums.empty())
            snapshot.set_number(setting.variable, read->second.value, {range_of(setting)});
        else if (read != snapshot.variables.end())
            read->second = {.value = read->second.value, .flags = {.rw = true}, .enums = setting.enums};
    }
}

void MegatecDriver::add_commands(Snapshot& snapshot) const
{
    for (const auto& command : dialect_->commands)
        if (!sends_of(command).empty())
            snapshot.commands.insert(command.name);
    if (beeper_known())
        snapshot.commands.insert({"beeper.enable", "beeper.disable"});
}

Delays MegatecDriver::delays() const
{
    const auto kept = [this](std::string_view variable) {
        const auto found = settings_.find(variable);
        return found == settings_.end() ? 0 : found->second;
    };
    return {.off = kept("ups.delay.shutdown"), .on = kept("ups.delay.start"), .test = 0};
}

// What it is to send now; nothing if this device has no such command, or not in its present state.
Sends MegatecDriver::sends_of(const Command& command) const
{
    if (!holds(command.if_reading, [this](std::string_view variable) { return reading(variable); }))
        return {};
    if (command.by.empty())
        return delays().on == 0 && !command.send_without_ondelay.empty() ? command.send_without_ondelay
                                                                         : command.send;
    const auto* const state = reading(command.by);
    const auto choice = state == nullptr ? command.choices.end() : command.choices.find(*state);
    return choice == command.choices.end() ? Sends{} : Sends{choice->second};
}

Outcome MegatecDriver::send(const Sends& sends, const Delays& delays)
{
    for (const auto& one : sends) {
        const auto text = filled(one, delays, [this](std::string_view name) { return reading(name); });
        if (!text || send(*text) != Outcome::handled)
            return Outcome::failed;
    }
    return Outcome::handled;
}

Outcome MegatecDriver::send(const std::string& text)
{
    const auto answer = line_.ask(*dialect_, text);
    changed_ = true; // whatever it says, look what has become of it
    if (is_one_of(dialect_->replies.accepted, answer)
        || (answer.empty() && dialect_->replies.silence_accepts))
        return Outcome::handled;
    const auto asked = escaped(without_end(text));
    if (answer == without_end(text))
        log::warning("{}: {} is not supported by this device", options_.port, asked);
    else if (is_one_of(dialect_->replies.refused, answer))
        log::warning("{}: {} is refused by this device", options_.port, asked);
    else
        log::warning("{}: {} was answered \"{}\"", options_.port, asked, escaped(answer));
    return Outcome::failed;
}

bool MegatecDriver::beeper_known() const
{
    return dialect_->command("beeper.toggle") != nullptr && dialect_->command("beeper.enable") == nullptr
           && std::any_of(sources_.begin(), sources_.end(), [](const Source& source) {
                  return source.readings.values.contains("ups.beeper.status");
              });
}

// The family only knows "toggle": ask how it stands, and toggle if that is not what is wanted.
Outcome MegatecDriver::switch_beeper(bool on)
{
    answers_.clear();
    for (auto& source : sources_) {
        if (!source.readings.values.contains("ups.beeper.status"))
            continue;
        refresh(source);
        const auto now = source.readings.values.find("ups.beeper.status");
        if (now == source.readings.values.end())
            return Outcome::failed;
        if ((now->second == "enabled") == on)
            return Outcome::handled;
        return send(dialect_->command("beeper.toggle")->send, delays());
    }
    return Outcome::failed;
}

Outcome MegatecDriver::command(std::string_view name, const std::optional<std::string>& parameter)
{
    want_open();
    const auto* const command = dialect_->command(name);
    if (command == nullptr) {
        const bool enable = equal_ignoring_case(name, "beeper.enable");
        if (beeper_known() && (enable || equal_ignoring_case(name, "beeper.disable")))
            return switch_beeper(enable);
        return Outcome::unknown;
    }
    auto delay = delays();
    if (command->seconds) {
        const auto& range = *command->seconds;
        const auto seconds = parameter && !parameter->empty() ? to_int(*parameter) : range.fallback;
        if (!seconds || *seconds < range.min || *seconds > range.max)
            return Outcome::invalid;
        delay.test = *seconds;
    }
    const auto sends = sends_of(*command);
    return sends.empty() ? Outcome::unknown : send(sends, delay);
}

Outcome MegatecDriver::set(std::string_view variable, std::string_view value)
{
    want_open();
    const auto* const setting = dialect_->setting(variable);
    if (setting == nullptr || setting->hidden)
        return Outcome::unknown;
    if (!setting->send.empty())
        return write(*setting, value);
    const auto number = to_int(value);
    if (!number || *number < setting->range.min || *number > setting->range.max)
        return Outcome::invalid;
    settings_.insert_or_assign(setting->variable,
                               setting->round != nullptr ? setting->round(*number) : *number);
    changed_ = true;
    return Outcome::handled;
}

// What may be written now.
Range MegatecDriver::range_of(const Setting& setting) const
{
    const auto bound = [this](std::string_view variable, int otherwise) {
        const auto* const value = reading(variable);
        return value == nullptr ? otherwise : to_int(*value).value_or(otherwise);
    };
    return {bound(setting.lowest, setting.range.min), bound(setting.highest, setting.range.max)};
}

// To the device.
Outcome MegatecDriver::write(const Setting& setting, std::string_view value)
{
    std::string sent(value);
    if (!setting.enums.empty()) {
        if (!contains(setting.enums, value))
            return Outcome::invalid;
        const auto word = setting.words.find(value);
        sent = word != setting.words.end() ? word->second : fmt::format("{:0>{}}", value, setting.digits);
    } else {
        const auto number = to_int(value);
        const auto range = range_of(setting);
        if (!number || *number < range.min || *number > range.max)
            return Outcome::invalid;
        const int rounded = setting.round != nullptr ? setting.round(*number) : *number;
        sent = fmt::format("{:0{}}", rounded / setting.divisor, setting.digits);
    }
    auto text = setting.send;
    if (const auto place = text.find("{value}"); place != text.npos)
        text.replace(place, std::string_view("{value}").size(), sent);
    return send({text}, delays());
}

Outcome MegatecDriver::power_off()
{
    if (dialect_ == nullptr)
        open();
    const auto try_command = [this](std::string_view name) {
        for (int attempt = 1;; ++attempt) {
            try {
                const auto outcome = command(name, std::nullopt);
                if (outcome == Outcome::handled || attempt == kAttempts)
                    return outcome;
            } catch (const DeviceError& e) {
                if (attempt == kAttempts || e.kind() != DeviceError::Kind::no_answer)
                    throw;
            }
        }
    };
    // A countdown that is already running would make the device ignore the new one.
    if (dialect_->command("shutdown.stop") != nullptr) {
        try {
            try_command("shutdown.stop");
        } catch (const DeviceError& e) {
            log::debug(1, "shutdown.stop: {}", e.what());
        }
    }
    return try_command(options_.flag("stayoff") ? "shutdown.stayoff" : "shutdown.return");
}

} // namespace upright::megatec
