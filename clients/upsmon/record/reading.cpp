#include "clients/upsmon/record/recording.hpp"

#include "clients/upsmon/config.hpp"
#include "clients/upsmon/record/statements.hpp"
#include "common/lex/lexer.hpp"

#include <optional>
#include <utility>

namespace upright::upsmon {
namespace {

constexpr std::size_t kMostProblems = 20; // then it is some other file
constexpr LexLimits kLimits{.words = 64, .word_length = 65536, .keep_high_bytes = true};

// ---- the file --------------------------------------------------------------------------------------------

class Reader {
public:
    Reader(std::string file, std::string_view text) : file_(std::move(file)), text_(text) {}

    Loaded<Recording> read()
    {
        Lexer lexer(kLimits);
        for (at_ = 0; at_ < text_.size() && loaded_.problems.size() < kMostProblems;) {
            const auto event = lexer.feed(text_[at_++]);
            take(event, lexer);
        }
        take(lexer.finish(), lexer);
        if (policy_begin_)
            complain(policy_word_, "this policy has no end");
        else if (loaded_.value.parts.empty() && loaded_.clean())
            complain({{}, 1, 1}, "no policy: this is no recording");
        return std::move(loaded_);
    }

private:
    void complain(const Word& where, std::string text)
    {
        loaded_.problems.push_back({file_, where.line, where.column, std::move(text), Severity::error});
    }

    void take(Lexer::Event event, const Lexer& lexer)
    {
        if (event == Lexer::Event::none)
            return;
        const auto begin = std::exchange(statement_begin_, at_);
        if (policy_begin_) { // its lines are for parse_config()
            const auto& words = lexer.words();
            if (event == Lexer::Event::statement && words.size() == 1 && words[0].text == "end")
                take_policy(begin);
            return;
        }
        if (event == Lexer::Event::error)
            return complain({{}, lexer.error_line(), lexer.error_column()}, lexer.error());
        if (lexer.words().empty())
            return;
        if (lexer.dropped_words() || lexer.dropped_characters() || lexer.dropped_bytes())
            return complain(lexer.words().front(), "too long, or with control characters");
        take(lexer.words());
    }

    void take(const std::vector<Word>& words)
    {
        const auto& first = words.front();
        const bool bare = !first.quoted;
        if (bare && first.text == "policy" && words.size() == 1) {
            policy_begin_ = at_;
            policy_word_ = first;
        } else if (bare && first.text == "ticks" && words.size() == 2 && words[1].text == "recorded") {
            loaded_.value.ticks_stand_in_it = true;
        } else if (policy_part_ == 0) {
            complain(first, "a recording begins with a policy");
        } else if (bare && first.text == ">") {
            take_recorded_action(words);
        } else {
            take_entry(words);
        }
    }

    void take_entry(const std::vector<Word>& words)
    {
        auto parsed = parse_observation(words, current_policy());
        if (const auto* const problem = std::get_if<Problem>(&parsed))
            return complain(problem->where, problem->text);
        auto& observation = std::get<Observation>(parsed);
        if (observation.at < last_)
            return complain(words.front(), "time goes back");
        last_ = observation.at;
        loaded_.value.parts.emplace_back(Entry{std::move(observation), {}, words.front().line});
    }

    void take_recorded_action(const std::vector<Word>& words)
    {
        auto* const entry = std::get_if<Entry>(&loaded_.value.parts.back());
        if (entry == nullptr)
            return complain(words.front(), "no observation is before this action");
        auto parsed = parse_action(words, current_policy());
        if (const auto* const problem = std::get_if<Problem>(&parsed))
            return complain(problem->where, problem->text);
        loaded_.value.has_actions = true;
        entry->actions.push_back({std::get<Action>(std::move(parsed)), words.front().line});
    }

    void take_policy(std::size_t end)
    {
        const auto begin = *std::exchange(policy_begin_, std::nullopt);
        auto config = parse_config(file_, std::string(text_.substr(begin, end - begin)));
        bool good = true;
        for (auto& problem : config.problems) {
            if (problem.severity != Severity::error)
                continue;
            good = false;
            problem.line += policy_word_.line;
            loaded_.problems.push_back(std::move(problem));
        }
        if (good && config.value.power_value() < config.value.policy.min_supplies)
            return complain(policy_word_, "its MONITOR lines do not come to MINSUPPLIES");
        policy_part_ = loaded_.value.parts.size() + 1;
        loaded_.value.parts.emplace_back(std::move(config.value.policy));
    }

    const Policy& current_policy() const { return std::get<Policy>(loaded_.value.parts[policy_part_ - 1]); }

    std::string file_;
    std::string_view text_;
    Loaded<Recording> loaded_;
    std::size_t at_ = 0;
    std::size_t statement_begin_ = 0;
    std::optional<std::size_t> policy_begin_; // of the block that is being read
    Word policy_word_{};
    std::size_t policy_part_ = 0; // the part after which the policy that holds now stands; 0: none yet
    Instant last_{0};
};

} // namespace

Loaded<Recording> parse_recording(std::string file, std::string_view text)
{
    return Reader(std::move(file), text).read();
}

} // namespace upright::upsmon
