#include "common/config/diagnostic.hpp"

#include "common/text/case_less.hpp"
#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>
#include <tuple>

namespace upright {
namespace {

constexpr std::string_view kBlanks = " \t\r\v\f";

bool contains_ignoring_case(std::string_view text, std::string_view part)
{
    for (; text.size() >= part.size(); text.remove_prefix(1))
        if (starts_ignoring_case(text, part))
            return true;
    return false;
}

// Behind which word of a line secrets stand, judged by its first word; nothing if behind none. Also for words
// that are misspelt: those lines are the ones that are shown.
std::optional<std::size_t> secret_behind(std::string_view first)
{
    static constexpr std::array<std::string_view, 4> kKeys{"password", "password_hash", "passphrase", "pass"};
    static constexpr std::array<std::string_view, 4> kParts{"passw", "_pass", "secret", "community"};
    static constexpr std::array<std::string_view, 1> kMonitor{"MONITOR"};    // system, value, user, password
    static constexpr std::array<std::string_view, 1> kIdentity{"CERTIDENT"}; // name, password
    if (nearest(first, kMonitor))
        return 4;
    if (nearest(first, kIdentity))
        return 2;
    const bool secret = std::any_of(kParts.begin(), kParts.end(),
                                    [&](auto part) { return contains_ignoring_case(first, part); });
    return secret || nearest(first, kKeys) ? std::optional<std::size_t>(1) : std::nullopt;
}

std::string shown(std::string_view line)
{
    std::string text(line);
    for (char& c : text)
        if ((c >= 0 && c < ' ' && c != '\t') || c == 0x7F)
            c = '?';
    const auto next_word = [&](std::size_t from) { // = is a word of its own
        return std::min(text.find_first_not_of(kBlanks, from), text.size());
    };
    const auto word_end = [&](std::size_t from) {
        return std::min({text.find_first_of(" \t\r\v\f=", from), text.size()});
    };
    const auto first = next_word(0);
    auto at = word_end(first);
    const auto behind = secret_behind(std::string_view(text).substr(first, at - first));
    if (!behind)
        return text;
    std::size_t words = 0;
    for (auto end = at; next_word(end) < text.size(); ++words)
        end = word_end(next_word(end) + (text[next_word(end)] == '=' ? 1 : 0));
    // A MONITOR line of the old form has no user: there the password comes one word earlier.
    const auto open = *behind == 4 && words != 5 ? 3 : *behind;
    for (std::size_t word = 1; word < open; ++word)
        at = word_end(next_word(at));
    for (; at < text.size(); ++at)
        if (kBlanks.find(text[at]) == kBlanks.npos && text[at] != '=')
            text[at] = '*';
    return text;
}

} // namespace

std::string to_string(const Diagnostic& d)
{
    const auto* const kind = d.severity == Severity::error ? "error" : "warning";
    if (d.file.empty()) // of the command line
        return fmt::format("{}: {}", kind, d.text);
    if (d.line == 0)
        return fmt::format("{}: {}: {}", d.file, kind, d.text);
    return fmt::format("{}:{}:{}: {}: {}", d.file, d.line, d.column, kind, d.text);
}

std::optional<Diagnostic> parse_diagnostic(std::string_view text, const std::string& file)
{
    Diagnostic d;
    d.file = file;
    if (!text.starts_with(file + ":"))
        return std::nullopt;
    text.remove_prefix(file.size() + 1);
    for (auto* const number : {&d.line, &d.column}) {
        if (text.starts_with(' ')) // the file as a whole
            break;
        const auto end = std::min(text.find(':'), text.size());
        const auto value = to_int(text.substr(0, end));
        if (!value || *value < 1 || end == text.size())
            return std::nullopt;
        *number = *value;
        text.remove_prefix(end + 1);
    }
    for (const auto& [word, severity] : {std::pair{std::string_view(" error: "), Severity::error},
                                         std::pair{std::string_view(" warning: "), Severity::warning}}) {
        if (!text.starts_with(word) || (d.line == 0) != (d.column == 0))
            continue;
        d.severity = severity;
        d.text = text.substr(word.size());
        return d;
    }
    return std::nullopt;
}

std::string with_caret(const Diagnostic& d, std::string_view source)
{
    std::string text = to_string(d);
    for (int skip = 1; skip < d.line && !source.empty(); ++skip) {
        const auto end = source.find('\n');
        source.remove_prefix(end == source.npos ? source.size() : end + 1);
    }
    if (d.line == 0 || source.empty())
        return text;
    const auto line = source.substr(0, source.find('\n'));
    std::string under; // tabs are kept, so that the caret stands where the reader sees the column
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(d.column); ++i) {
        const bool inside_character =
            i < line.size() && (static_cast<unsigned char>(line[i]) & 0xC0U) == 0x80;
        if (!inside_character)
            under += i < line.size() && line[i] == '\t' ? '\t' : ' ';
    }
    return fmt::format("{}\n{}\n{}^", text, shown(line), under);
}

int print_problems(std::vector<CheckedFile> files, std::FILE* out)
{
    int errors = 0;
    for (auto& [source, problems] : files) {
        std::stable_sort(problems.begin(), problems.end(), [](const Diagnostic& a, const Diagnostic& b) {
            return std::tie(a.line, a.column) < std::tie(b.line, b.column);
        });
        std::set<std::string> printed;
        for (const auto& problem : problems) {
            if (!printed.insert(to_string(problem)).second)
                continue;
            fmt::print(out, "{}\n", with_caret(problem, source));
            errors += problem.severity == Severity::error ? 1 : 0;
        }
    }
    return errors;
}

} // namespace upright
