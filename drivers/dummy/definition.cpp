#include "drivers/dummy/definition.hpp"

#include "common/config/document.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>
#include <utility>

namespace upright::dummy {
namespace {

constexpr int kLongestPause = 86400; // s

// The words as one text: a single blank where blanks were, nothing where there was none (ID=18 stays whole).
std::string joined(std::span<const Word> words)
{
    std::string text;
    for (const auto& word : words) {
        if (!text.empty() && !word.glued)
            text += ' ';
        text += word.text;
    }
    return text;
}

bool is_name(std::string_view text)
{
    return !text.empty()
           && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
                  == std::string_view::npos;
}

// Dumps of upsc hold values as they are, so one may begin with a quote that nothing closes. Such a quote
// would swallow all lines up to the next one; with a backslash before it, it is a character like any other.
std::string with_lonely_quotes_escaped(std::string_view text)
{
    constexpr std::string_view kBlanks = " \t\r\v\f\n";
    std::string out;
    std::size_t opened = 0; // where in `out` the open quote stands
    bool in_quotes = false;
    bool word_start = true;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        if (c == '\\' && i + 1 < text.size()) {
            out.append(text.substr(i++, 2));
            word_start = word_start && text[i] == '\n'; // a joined line
            continue;
        }
        if (c == '\n' && std::exchange(in_quotes, false))
            out.insert(opened, 1, '\\');
        if (c == '#' && !in_quotes) { // a comment
            const auto end = std::min(text.find('\n', i), text.size());
            out.append(text.substr(i, end - i));
            i = end - 1;
            continue;
        }
        if (c == '"' && (in_quotes || word_start)) {
            in_quotes = !in_quotes;
            opened = out.size();
        }
        out += c;
        word_start = !in_quotes && (c == '"' || c == '=' || kBlanks.find(c) != kBlanks.npos);
    }
    if (in_quotes)
        out.insert(opened, 1, '\\');
    return out;
}

class Reader {
public:
    explicit Reader(const Document& document) : document_(document) {}

    void take(const Statement& statement)
    {
        const std::span<const Word> words = statement.words;
        if (words[0].text == "TIMER")
            take_timer(words);
        else if (words[0].text == "ALARM")
            take_alarm(words.subspan(1));
        else
            take_variable(words);
    }

    Loaded<std::vector<Step>> loaded;

private:
    void take_timer(std::span<const Word> words)
    {
        const auto seconds = words.size() > 1 ? to_int(words[1].text) : std::nullopt;
        if (!seconds || *seconds < 0 || *seconds > kLongestPause)
            complain(words.size() > 1 ? words[1] : words[0],
                     fmt::format("TIMER needs whole seconds from 0 to {}", kLongestPause));
        else
            loaded.value.emplace_back(Pause{std::chrono::seconds(*seconds)});
    }

    void take_alarm(std::span<const Word> words)
    {
        if (words.empty())
            loaded.value.emplace_back(ClearAlarms{});
        else
            loaded.value.emplace_back(AddAlarm{joined(words)});
    }

    void take_variable(std::span<const Word> words)
    {
        std::string_view name = words[0].text;
        if (!name.ends_with(':') || !is_name(name.substr(0, name.size() - 1))) {
            complain(words[0],
                     fmt::format("expected \"name: value\", TIMER or ALARM, not \"{}\"", escaped(name, 40)));
            return;
        }
        name.remove_suffix(1);
        if (!starts_ignoring_case(name, "driver."))
            loaded.value.emplace_back(SetTo{std::string(name), joined(words.subspan(1))});
    }

    void complain(const Word& where, std::string text)
    {
        loaded.problems.push_back(problem_at(document_, where, std::move(text), Severity::warning));
    }

    const Document& document_;
};

} // namespace

Loaded<std::vector<Step>> parse_definition(std::string file, std::string text)
{
    auto document = parse_document(std::move(file), with_lonely_quotes_escaped(text));
    Reader reader(document.value);
    reader.loaded.problems = std::move(document.problems);
    for (const auto& statement : document.value.statements)
        reader.take(statement);
    return std::move(reader.loaded);
}

} // namespace upright::dummy
