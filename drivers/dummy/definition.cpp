#include "drivers/dummy/definition.hpp"

#include "common/config/document.hpp"
#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <span>

namespace upright::dummy {

bool is_name(std::string_view text)
{
    return !text.empty()
           && text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-_")
                  == std::string_view::npos;
}

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

// ---- lines as devices wrote them -------------------------------------------------------------------------
// A dump holds what a device said, and some say " or # where the grammar gives these a meaning: an open quote
// would swallow the lines behind it. Such a line is read with those characters as they stand.

bool parses(std::string_view line)
{
    Lexer lexer({.keep_high_bytes = true});
    for (const char c : line)
        lexer.feed(c);
    return lexer.feed('\n') == Lexer::Event::statement;
}

bool continues(std::string_view line) // by a backslash at its end
{
    return (line.size() - (line.find_last_not_of('\\') + 1)) % 2 == 1;
}

bool is_value_of_hashes(std::string_view line) // "name: ####"
{
    const auto value = trimmed(line.substr(std::min(line.find(':') + 1, line.size())));
    return value.size() > 1 && value.find_first_not_of('#') == value.npos && trimmed(line) != value;
}

std::string with_backslashes(std::string_view line, char before)
{
    std::string out;
    for (const char c : line) {
        if (c == before)
            out += '\\';
        out += c;
    }
    return out;
}

std::string with_quoted_hashes_kept(std::string_view line)
{
    std::string out;
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '\\' && i + 1 < line.size()) {
            out += line.substr(i++, 2);
            continue;
        }
        quoted = quoted != (line[i] == '"');
        if (line[i] == '#' && quoted)
            out += '\\';
        out += line[i];
    }
    return out;
}

std::string mended_line(std::string_view line)
{
    if (!is_name(trimmed(line.substr(0, line.find(':')))))
        return std::string(line); // no variable: whatever is wrong with it is told
    if (is_value_of_hashes(line))
        return with_backslashes(line, '#');
    if (parses(line) || continues(line))
        return std::string(line);
    // First as if a # in quotes were meant, then as if the quotes meant nothing.
    auto mended = with_quoted_hashes_kept(line);
    return parses(mended) ? mended : with_backslashes(line, '"');
}

std::string mended_text(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        out += mended_line(text.substr(0, end));
        if (end < text.size())
            out += '\n';
        text.remove_prefix(std::min(end + 1, text.size()));
    }
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
        const bool colon = name.ends_with(':');
        if (colon)
            name.remove_suffix(1);
        // NUT takes a name without its colon, too; a dot tells it from a misspelt word.
        if (!is_name(name) || (!colon && name.find('.') == name.npos)) {
            static constexpr std::array<std::string_view, 2> kWords{"TIMER", "ALARM"};
            complain(words[0], fmt::format("expected \"name: value\", TIMER or ALARM, not \"{}\"{}",
                                           escaped(words[0].text, 40), did_you_mean(words[0].text, kWords)));
            return;
        }
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

Loaded<std::vector<Step>> parse_definition(std::string file, std::string_view text)
{
    auto document = parse_document(std::move(file), mended_text(text));
    Reader reader(document.value);
    reader.loaded.problems = std::move(document.problems);
    for (const auto& statement : document.value.statements)
        reader.take(statement);
    return std::move(reader.loaded);
}

} // namespace upright::dummy
