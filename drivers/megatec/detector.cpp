#include "drivers/megatec/detector.hpp"

#include "common/text/number.hpp"
#include "drivers/megatec/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

constexpr int kAttempts = 3;
constexpr std::chrono::seconds kPatience{90}; // a device that drips bytes must not hold a start for ever
constexpr std::size_t kMuteQuestions = 6; // different ones, after which a device that said nothing is mute

// Whether asking again could help: not if the device has said that it does not know the question.
bool is_final(const std::string& answer, const Claim& claim, const Dialect& dialect)
{
    return answer == without_end(claim.ask) || begins_with_one(answer, dialect.replies.refused);
}

} // namespace

Detector::Detector(Line& line, const DriverOptions& options, std::string_view bridge)
    : line_(line), options_(options), bridge_(bridge),
      has_flag_([this](std::string_view option) { return options_.flag(option); })
{
}

const Dialect* Detector::find(const std::vector<Dialect>& dialects)
{
    const auto end = std::chrono::steady_clock::now() + kPatience;
    for (const auto& dialect : dialects) {
        if (is_mute() || std::chrono::steady_clock::now() > end)
            return nullptr;
        if (claims(dialect))
            return &dialect;
    }
    return nullptr;
}

bool Detector::is_mute() const
{
    return answers_.size() >= kMuteQuestions
           && std::all_of(answers_.begin(), answers_.end(),
                          [](const auto& entry) { return entry.second.silences > 0; });
}

bool Detector::claims(const Dialect& dialect)
{
    const auto& bridges = dialect.bridges;
    trials_.push_back({dialect.name, {}, {}});
    auto& trial = trials_.back();
    if (!bridges.empty() && !options_.text("protocol")
        && std::find(bridges.begin(), bridges.end(), bridge_) == bridges.end()) {
        trial.refused = "not tried: only USB devices of its own speak it";
        return false;
    }
    for (int attempt = 1; attempt <= kAttempts; ++attempt) {
        const auto verdict = judge(dialect, attempt > 1, trial);
        trial.refused = verdict.problem;
        if (verdict.problem.empty() || verdict.final || is_mute())
            break;
    }
    return trial.refused.empty();
}

// All claims, up to the first that is not fulfilled.
Detector::Verdict Detector::judge(const Dialect& dialect, bool again, Trial& trial)
{
    for (const auto& claim : dialect.claims) {
        if (claim.unless_named && options_.text("protocol"))
            continue;
        auto verdict = judge(claim, dialect, again, trial);
        if (!verdict.problem.empty())
            return verdict;
    }
    return {};
}

const Detector::Answer& Detector::ask(const Claim& claim, const Dialect& dialect, bool again)
{
    const auto* const query = dialect.query(claim.query);
    const auto key = fmt::format("{}{}{}", dialect.checksum ? "crc " : "",
                                 query != nullptr && query->decode != nullptr ? "binary " : "", claim.ask);
    auto& known = answers_[key];
    if ((!known.text.empty() && !again) || known.silences >= kAttempts)
        return known;
    try {
        known.text = line_.ask(dialect, claim.ask, query);
        known.problem = known.text.empty() ? "no answer" : "";
    } catch (const DeviceError& e) {
        if (e.kind() != DeviceError::Kind::no_answer)
            throw;
        known.text.clear();
        known.problem = e.what();
    }
    known.silences = known.problem == "no answer" ? known.silences + 1 : 0;
    return known;
}

Detector::Verdict Detector::judge(const Claim& claim, const Dialect& dialect, bool again, Trial& trial)
{
    const auto& answer = ask(claim, dialect, again);
    const Exchange exchange{std::string(without_end(claim.ask)), answer.text};
    if (std::find(trial.exchanges.begin(), trial.exchanges.end(), exchange) == trial.exchanges.end())
        trial.exchanges.push_back(exchange);
    return {answer.text.empty() ? answer.problem : why_not(claim, dialect, answer.text),
            is_final(answer.text, claim, dialect) || answer.silences >= kAttempts};
}

// Why this answer does not fit the claim; empty if it does.
std::string Detector::why_not(const Claim& claim, const Dialect& dialect, const std::string& answer)
{
    if (const auto* const query = dialect.query(claim.query); query != nullptr) {
        const auto readings = read_answer(*query, answer, {}, has_flag_);
        if (!readings)
            return to_string(readings.error());
        const auto wanted = claim.option.empty() ? std::nullopt : options_.text(claim.option);
        const auto found = readings->values.find(claim.reading);
        if (wanted && (found == readings->values.end() || to_double(found->second) != to_double(*wanted)))
            return fmt::format("{} is not {} = {}", claim.reading, claim.option, escaped(*wanted));
        return {};
    }
    for (const auto& begin : claim.begins)
        if (answer.starts_with(begin))
            return {};
    return fmt::format("{}: want {}, got \"{}\"", without_end(claim.ask), fmt::join(claim.begins, " or "),
                       escaped(answer));
}

} // namespace upright::megatec
