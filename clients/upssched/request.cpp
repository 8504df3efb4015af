#include "clients/upssched/request.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upssched {
namespace {

constexpr std::string_view kEmpty = "%"; // no other text is written so

struct Verb {
    std::string_view word;
    Action action;
};

constexpr std::array kVerbs{
    Verb{"START", Action::start_timer},
    Verb{"START-SHARED", Action::start_timer_shared},
    Verb{"CANCEL", Action::cancel_timer},
    Verb{"CANCEL-MATCHED", Action::cancel_timer_matched},
};

bool starts(Action action) { return action == Action::start_timer || action == Action::start_timer_shared; }

int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string encoded(std::string_view text)
{
    if (text.empty())
        return std::string(kEmpty);
    std::string out;
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7F || c == '%')
            out += fmt::format("%{:02X}", byte);
        else
            out += c;
    }
    return out;
}

std::optional<std::string> decoded(std::string_view word)
{
    if (word == kEmpty)
        return "";
    std::string out;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '%') {
            out += word[i];
            continue;
        }
        const int high = i + 2 < word.size() ? hex_digit(word[i + 1]) : -1;
        const int low = i + 2 < word.size() ? hex_digit(word[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) // no NUL: the texts go into an environment
            return std::nullopt;
        out += static_cast<char>(high * 16 + low);
        i += 2;
    }
    return out;
}

} // namespace

std::string encoded_line(const std::vector<std::string>& words)
{
    std::string line;
    for (const auto& word : words)
        line += (line.empty() ? "" : " ") + encoded(word);
    return line + '\n';
}

std::optional<std::vector<std::string>> decoded_words(std::string_view line)
{
    std::vector<std::string> words;
    while (!line.empty()) {
        const auto end = std::min(line.find(' '), line.size());
        auto word = decoded(line.substr(0, end));
        if (!word || line[0] == ' ' || line.find('\0') != line.npos)
            return std::nullopt;
        words.push_back(*std::move(word));
        line.remove_prefix(std::min(end + 1, line.size()));
    }
    return words;
}

std::string to_line(const Request& request)
{
    const auto* const verb =
        std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& v) { return v.action == request.action; });
    const auto argument = starts(request.action) ? std::to_string(request.seconds) : request.command;
    const auto& event = request.event;
    return encoded_line(
        {std::string(verb->word), request.name, argument, event.type, event.ups, event.message});
}

std::optional<Request> parse_request(const std::vector<std::string>& words)
{
    if (words.size() != 6)
        return std::nullopt;
    const auto* const verb =
        std::find_if(kVerbs.begin(), kVerbs.end(), [&](const Verb& v) { return v.word == words[0]; });
    if (verb == kVerbs.end() || words[1].empty())
        return std::nullopt;
    Request request{verb->action, words[1], 0, {}, {words[3], words[4], words[5]}};
    if (!starts(verb->action)) {
        request.command = words[2];
        return request;
    }
    const auto seconds = to_int(words[2]);
    if (!seconds || *seconds < 0)
        return std::nullopt;
    request.seconds = *seconds;
    return request;
}

std::string list_line(const std::vector<std::string>& columns)
{
    std::string line;
    for (const auto& column : columns) {
        line += line.empty() ? "" : "\t";
        line += column.empty() ? "\"\"" : column;
    }
    std::replace_if( // one timer, one line
        line.begin(), line.end(), [](char c) { return c == '\n' || c == '\r'; }, ' ');
    return line + '\n';
}

} // namespace upright::upssched
