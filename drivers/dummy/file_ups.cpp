#include "drivers/dummy/file_ups.hpp"

#include "common/config/document.hpp"
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>

using namespace std::chrono_literals;

namespace upright::dummy {
namespace {

constexpr int kLength = 32; // announced for every variable, as NUT's dummy-ups does
constexpr auto kBetweenRounds = 1s;
constexpr std::size_t kMostVariables = 2048; // that clients may add up to

} // namespace

std::string definition_path(const std::string& port, const std::string& config_dir)
{
    if (port.starts_with('/') || port.starts_with('.'))
        return port;
    return config_dir + "/" + port;
}

FileUps::FileUps(std::string path, Mode mode, std::string mode_name, std::function<Clock::time_point()> now)
    : path_(std::move(path)), mode_(mode), mode_name_(std::move(mode_name)), now_(std::move(now))
{
}

void FileUps::open()
{
    current_ = {};
    current_.set_text("ups.mfr", "Dummy Manufacturer", kLength);
    current_.set_text("ups.model", "Dummy UPS", kLength);
    current_.status = {"OL"};
    current_.commands = {"load.off", "load.on"};
    read_definition();
}

// The file anew, from its first line. What it no longer names keeps its value, as in NUT.
void FileUps::read_definition()
{
    std::error_code unknown;
    read_at_ = std::filesystem::last_write_time(path_, unknown);
    auto text = read_file(path_);
    if (!text)
        throw DeviceError(
            fmt::format("Can't open dummy-ups definition file {}: {}", path_, text.error().code.message()),
            DeviceError::Kind::lost);
    auto definition = parse_definition(path_, *text);
    for (const auto& problem : definition.problems)
        log::warning("{}", to_string(problem));
    steps_ = std::move(definition.value);
    next_ = 0;
    resume_.reset();
    finished_ = false;
}

bool FileUps::file_changed()
{
    std::error_code failed;
    const auto written = std::filesystem::last_write_time(path_, failed);
    if (failed)
        throw DeviceError(fmt::format("{} is gone: {}", path_, failed.message()), DeviceError::Kind::lost);
    return written != read_at_;
}

Snapshot FileUps::poll(Depth)
{
    const bool waiting = resume_ && now_() < *resume_;
    if (!waiting) {
        resume_.reset();
        const bool next_round = next_ >= steps_.size() && mode_ == Mode::loop;
        if (next_round || (finished_ && file_changed()))
            read_definition(); // also a next round takes what was edited meanwhile
        if (!finished_)
            advance();
    }
    auto snapshot = current_;
    if (off_)
        snapshot.status.add("OFF");
    snapshot.set_text("ups.status", {}, kLength); // writable; the runtime fills in the words
    snapshot.set("driver.parameter.mode", mode_name_);
    return snapshot;
}

// Takes steps up to the next TIMER or the end.
void FileUps::advance()
{
    while (next_ < steps_.size() && !resume_) {
        const auto& step = steps_[next_++];
        if (const auto* const set = std::get_if<SetTo>(&step))
            assign(set->variable, set->value);
        else if (const auto* const pause = std::get_if<Pause>(&step))
            resume_ = now_() + pause->length;
        else if (const auto* const alarm = std::get_if<AddAlarm>(&step))
            pending_alarms_.push_back(alarm->text);
        else
            pending_alarms_.clear();
    }
    auto& alarms = current_.alarms;
    alarms.clear();
    for (const auto& alarm : pending_alarms_) // each text once, though a loop adds it in every round
        if (std::find(alarms.begin(), alarms.end(), alarm) == alarms.end())
            alarms.push_back(alarm);
    pending_alarms_ = alarms;
    if (resume_ || next_ < steps_.size())
        return;
    if (mode_ == Mode::loop)
        resume_ = now_() + kBetweenRounds;
    else
        finished_ = true;
}

void FileUps::assign(const std::string& variable, const std::string& value)
{
    if (equal_ignoring_case(variable, "ups.status"))
        current_.status = parse_words(value);
    else if (value.empty())
        current_.variables.erase(variable);
    else
        current_.set_text(variable, value, std::max(kLength, static_cast<int>(value.size())));
}

std::optional<std::chrono::milliseconds> FileUps::poll_again_in() const
{
    if (!resume_)
        return std::nullopt;
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*resume_ - now_()) + 1ms;
    return std::max(left, 1ms);
}

Outcome FileUps::command(std::string_view name, const std::optional<std::string>&)
{
    const bool off = equal_ignoring_case(name, "load.off");
    if (!off && !equal_ignoring_case(name, "load.on"))
        return Outcome::unknown;
    off_ = off;
    return Outcome::handled;
}

Outcome FileUps::set(std::string_view variable, std::string_view value)
{
    if (starts_ignoring_case(variable, "driver.") || !is_name(variable))
        return Outcome::unknown;
    if (!current_.variables.contains(variable) && current_.variables.size() >= kMostVariables)
        return Outcome::failed;
    assign(std::string(variable), std::string(value));
    return Outcome::handled;
}

} // namespace upright::dummy
