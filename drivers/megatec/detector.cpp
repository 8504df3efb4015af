#include "drivers/megatec/detector.hpp"

#include "common/text/number.hpp"
#include "drivers/megatec/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

constexpr int kAttempts = 3;
constexpr std::size_t kMuteQuestions = 6; // different ones, after which a device that said nothing is mute

// Whether asking again could help: not if the device has said that it does not know the question.
bool is_final(const std::string& answer, const Claim& claim, const Dialect& dialect)
{
    const auto& refused = dialect.replies.refused;
    return answer == claim.ask.substr(0, claim.ask.find('\r'))
           || std::find(refused.begin(), refused.end(), answer) != refused.end();
}

} // namespace

Detector::Detector(Line& line, const DriverOptions& options, std::string_view bridge)
    : line_(line), options_(options), bridge_(bridge),
      has_flag_([this](std::string_view option) { return options_.flag(option); })
{
}

const Dialect* Detector::find(const std::vector<Dialect>& dialects)
{
    for (const auto& dialect : dialects) {
        if (is_mute())
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
        trial.refused.clear();
        for (const auto& claim : dialect.claims) {
            if (claim.unless_named && options_.text("protocol"))
                continue;
            trial.refused = why_not(claim, dialect, attempt > 1, trial);
            if (!trial.refused.empty())
                break;
        }
        if (trial.refused.empty())
            return true;
        const auto& last = trial.exchanges.back();
        const bool silent = last.answer.empty();
        if ((silent && is_mute()) || last.verdict == "final")
            break;
    }
    return false;
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

std::string Detector::why_not(const Claim& claim, const Dialect& dialect, bool again, Trial& trial)
{
    const auto& answer = ask(claim, dialect, again);
    auto problem = answer.text.empty() ? answer.problem : why_not(claim, dialect, answer.text);
    const bool final =
        !problem.empty() && (is_final(answer.text, claim, dialect) || answer.silences >= kAttempts);
    const Exchange exchange{claim.ask.substr(0, claim.ask.find('\r')), answer.text,
                            final ? "final" : problem};
    const auto same = [&](const Exchange& one) {
        return one.question == exchange.question && one.answer == exchange.answer;
    };
    if (std::none_of(trial.exchanges.begin(), trial.exchanges.end(), same) || final)
        trial.exchanges.push_back(exchange);
    return problem;
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
    return fmt::format("{}: want {}, got \"{}\"", claim.ask.substr(0, claim.ask.find('\r')),
                       fmt::join(claim.begins, " or "), escaped(answer));
}

} // namespace upright::megatec
