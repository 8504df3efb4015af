#include "drivers/megatec/megatec_driver.hpp"

#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

constexpr int kAttempts = 3;

bool contains(const std::vector<std::string>& texts, std::string_view text)
{
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

std::string_view without_end(std::string_view question) { return question.substr(0, question.find('\r')); }

} // namespace

MegatecDriver::MegatecDriver(const DriverOptions& options, std::unique_ptr<io::Link> link,
                             std::vector<Dialect> dialects, Now now)
    : options_(options), link_(std::move(link)), dialects_(std::move(dialects)), now_(std::move(now)),
      has_flag_([this](std::string_view option) { return options_.flag(option); }), battery_(options)
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
    dialect_ = nullptr;
    sources_.clear();
    battery_.forget();
    link_->open();
    const auto* const found = find_dialect();
    if (found == nullptr)
        throw DeviceError(fmt::format("No UPS of the Megatec family answers on {}", options_.port),
                          DeviceError::Kind::lost);
    log::debug(1, "{}: dialect {}", options_.port, found->name);
    dialect_ = found;
    read_at_start();
    changed_ = false;
}

const Dialect* MegatecDriver::find_dialect()
{
    for (const auto& dialect : dialects_)
        for (int attempt = 0; attempt < kAttempts; ++attempt)
            if (claims(dialect))
                return &dialect;
    return nullptr;
}

bool MegatecDriver::claims(const Dialect& dialect)
{
    limits_.silence = std::chrono::milliseconds(dialect.silence_ms);
    return std::all_of(dialect.claims.begin(), dialect.claims.end(),
                       [&](const Claim& claim) { return claimed(claim, dialect); });
}

bool MegatecDriver::claimed(const Claim& claim, const Dialect& dialect)
try {
    const auto answer = ask(claim.ask);
    if (const auto* const query = dialect.query(claim.query); query != nullptr)
        return static_cast<bool>(read_answer(*query, answer, has_flag_));
    return std::any_of(claim.begins.begin(), claim.begins.end(),
                       [&](const std::string& begin) { return answer.starts_with(begin); });
} catch (const DeviceError& e) {
    if (e.kind() != DeviceError::Kind::no_answer)
        throw;
    return false;
}

void MegatecDriver::read_at_start()
{
    answers_.clear();
    for (const auto& query : dialect_->queries) {
        if (has_flag_(query.unless))
            continue;
        Source source{&query, {}, 0};
        bool fine = false;
        for (int attempt = 0; !fine && attempt < kAttempts; ++attempt)
            fine = try_refresh(source);
        const bool needed = query.when != When::once && !query.optional;
        const bool empty = source.readings.values.empty() && source.readings.status.empty();
        if (needed || (fine && !(query.optional && empty)))
            sources_.push_back(std::move(source));
        else
            log::debug(1, "{}: {} yields nothing, so it is not asked again", options_.port, query.name);
    }
}

std::string MegatecDriver::ask(const std::string& question)
{
    auto answer = link_->exchange(question, limits_);
    log::debug(3, "{} -> {}", escaped(question), escaped(answer));
    return answer;
}

std::string MegatecDriver::ask_once_in_a_poll(const std::string& question)
{
    const auto known = answers_.find(question);
    if (known != answers_.end())
        return known->second;
    auto answer = ask(question);
    answers_.insert_or_assign(question, answer);
    return answer;
}

void MegatecDriver::refresh(Source& source)
{
    const auto answer = ask_once_in_a_poll(source.query->ask);
    if (answer.empty())
        throw DeviceError(fmt::format("{} gives no answer to {}", options_.port, source.query->name));
    auto readings = read_answer(*source.query, answer, has_flag_);
    if (!readings) {
        answers_.erase(source.query->ask); // another try asks again
        throw DeviceError(fmt::format("{}: {}", options_.port, to_string(readings.error())));
    }
    source.readings = std::move(*readings);
    source.failures = 0;
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

Snapshot MegatecDriver::poll(Depth depth)
{
    if (dialect_ == nullptr)
        throw DeviceError(fmt::format("{} is not open", options_.port), DeviceError::Kind::lost);
    const bool full = depth == Depth::full || changed_;
    answers_.clear();
    for (auto& source : sources_) {
        const auto when = source.query->when;
        if (when == When::quick)
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
        if (setting.send.empty() && kept != settings_.end())
            snapshot.set_number(setting.variable, fmt::to_string(kept->second), {setting.range});
        else if (read != snapshot.variables.end() && setting.enums.empty())
            snapshot.set_number(setting.variable, read->second.value, {setting.range});
        else if (read != snapshot.variables.end())
            read->second = {.value = read->second.value, .flags = {.rw = true}, .enums = setting.enums};
    }
}

void MegatecDriver::add_commands(Snapshot& snapshot) const
{
    for (const auto& command : dialect_->commands)
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

Outcome MegatecDriver::send(const std::string& text)
{
    const auto answer = ask(text);
    changed_ = true; // whatever it says, look what has become of it
    if (contains(dialect_->replies.accepted, answer) || (answer.empty() && dialect_->replies.silence_accepts))
        return Outcome::handled;
    const auto asked = escaped(without_end(text));
    if (answer == without_end(text))
        log::warning("{}: {} is not supported by this device", options_.port, asked);
    else if (contains(dialect_->replies.refused, answer))
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
        return send(dialect_->command("beeper.toggle")->send);
    }
    return Outcome::failed;
}

Outcome MegatecDriver::command(std::string_view name, const std::optional<std::string>& parameter)
{
    if (dialect_ == nullptr)
        throw DeviceError(fmt::format("{} is not open", options_.port), DeviceError::Kind::lost);
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
    const bool at_once = delay.on == 0 && !command->send_without_ondelay.empty();
    return send(filled(at_once ? command->send_without_ondelay : command->send, delay));
}

Outcome MegatecDriver::set(std::string_view variable, std::string_view value)
{
    if (dialect_ == nullptr)
        throw DeviceError(fmt::format("{} is not open", options_.port), DeviceError::Kind::lost);
    const auto* const setting = dialect_->setting(variable);
    if (setting == nullptr)
        return Outcome::unknown;
    if (!setting->enums.empty())
        return contains(setting->enums, value) ? write(*setting, std::string(value)) : Outcome::invalid;
    const auto number = to_int(value);
    if (!number || *number < setting->range.min || *number > setting->range.max)
        return Outcome::invalid;
    const int rounded = setting->round != nullptr ? setting->round(*number) : *number;
    if (!setting->send.empty())
        return write(*setting, fmt::format("{:0{}}", rounded, setting->digits));
    settings_.insert_or_assign(setting->variable, rounded);
    changed_ = true;
    return Outcome::handled;
}

Outcome MegatecDriver::write(const Setting& setting, const std::string& value)
{
    auto text = setting.send;
    if (const auto place = text.find("{value}"); place != text.npos)
        text.replace(place, std::string_view("{value}").size(), value);
    return send(text);
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
