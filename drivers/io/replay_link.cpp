#include "drivers/io/replay_link.hpp"

#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <charconv>

namespace upright::io {
namespace {

// Nothing if an escape is broken.
std::optional<std::string> unescaped(std::string_view text)
{
    std::string out;
    while (!text.empty()) {
        const char c = text.front();
        text.remove_prefix(1);
        if (c != '\\') {
            out += c;
            continue;
        }
        if (text.starts_with('r') || text.starts_with('\\')) {
            out += text.front() == 'r' ? '\r' : '\\';
            text.remove_prefix(1);
            continue;
        }
        unsigned value = 0;
        if (text.size() < 3 || text.front() != 'x'
            || std::from_chars(text.data() + 1, text.data() + 3, value, 16).ptr != text.data() + 3)
            return std::nullopt;
        out += static_cast<char>(value);
        text.remove_prefix(3);
    }
    return out;
}

} // namespace

Loaded<Transcript> parse_transcript(const std::string& file, std::string_view text)
{
    Loaded<Transcript> loaded;
    std::deque<std::string>* answers = nullptr;
    for (int line = 1; !text.empty(); ++line) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto words = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (words.empty() || words.front() == '#')
            continue;
        const auto content = unescaped(words.substr(std::min<std::size_t>(words.size(), 2)));
        if (!content)
            loaded.problems.push_back({file, line, 1, "a broken \\ escape"});
        else if (words.front() == '>')
            answers = &loaded.value.answers[*content];
        else if (words.front() == '<' && answers != nullptr)
            answers->push_back(*content);
        else
            loaded.problems.push_back({file, line, 1, "want `> question` or, after one, `< answer`"});
    }
    return loaded;
}

void ReplayLink::open()
{
    if (lost_)
        throw DeviceError("the device is gone", DeviceError::Kind::lost);
}

std::string ReplayLink::exchange(std::string_view bytes, const Limits& limits)
{
    if (lost_)
        throw DeviceError("the device is gone", DeviceError::Kind::lost);
    sent_.emplace_back(bytes);
    const auto question = bytes.substr(0, bytes.find('\r'));
    const auto found = transcript_.answers.find(question);
    if (found == transcript_.answers.end() || found->second.empty())
        return std::string(question);
    auto reply = found->second.front();
    if (found->second.size() > 1)
        found->second.pop_front();
    if (reply.size() > limits.longest)
        throw DeviceError("an answer that is too long");
    return reply;
}

void ReplayLink::answers(std::string_view question, std::deque<std::string> in_turn)
{
    transcript_.answers.insert_or_assign(std::string(question), std::move(in_turn));
}

void ReplayLink::answer(std::string_view question, std::string answer)
{
    transcript_.answers.insert_or_assign(std::string(question), std::deque<std::string>{std::move(answer)});
}

} // namespace upright::io
