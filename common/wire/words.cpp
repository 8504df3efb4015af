#include "common/wire/words.hpp"

#include <algorithm>

namespace upright {
namespace {

// True if splitting at blanks gives what the Lexer would.
bool is_plain(std::string_view line) noexcept
{
    return std::all_of(line.begin(), line.end(), [](char c) {
        return (c > ' ' && c < 0x7F && c != '"' && c != '\\' && c != '#' && c != '=') || c == ' ' || c == '\t'
               || c == '\r';
    });
}

// False if a limit would cut something; then the Lexer does the work.
bool split_plain(std::string_view line, const LexLimits& limits, std::vector<std::string_view>& words)
{
    constexpr std::string_view kBlanks = " \t\r";
    words.clear();
    for (;;) {
        const auto start = line.find_first_not_of(kBlanks);
        if (start == std::string_view::npos)
            return true;
        line.remove_prefix(start);
        const auto end = std::min(line.find_first_of(kBlanks), line.size());
        if (end > limits.word_length || words.size() == limits.words)
            return false;
        words.push_back(line.substr(0, end));
        line.remove_prefix(end);
    }
}

} // namespace

std::size_t WordStream::feed(std::string_view bytes, const Handler& handle)
{
    const auto size = bytes.size();
    while (!bytes.empty()) {
        const auto end = bytes.find('\n');
        const bool fresh = lexer_ == nullptr;
        if (fresh && end != std::string_view::npos && is_plain(bytes.substr(0, end))
            && split_plain(bytes.substr(0, end), limits_, words_)) {
            bytes.remove_prefix(end + 1);
            if (!handle(words_, nullptr))
                return size - bytes.size();
            continue;
        }
        std::size_t used = 0;
        const bool go_on = feed_lexer(bytes, handle, used);
        bytes.remove_prefix(used);
        if (!go_on)
            break;
    }
    return size - bytes.size();
}

// Feeds one statement's worth of bytes; the Lexer is released as soon as it holds nothing.
bool WordStream::feed_lexer(std::string_view bytes, const Handler& handle, std::size_t& used)
{
    if (!lexer_)
        lexer_ = std::make_unique<Lexer>(limits_);
    for (; used < bytes.size(); ++used) {
        const auto event = lexer_->feed(bytes[used]);
        if (event == Lexer::Event::none)
            continue;
        ++used;
        words_.clear();
        for (const auto& word : lexer_->words())
            words_.emplace_back(word.text);
        const auto lexer = std::move(lexer_);
        return handle(words_, event == Lexer::Event::error ? lexer->error().c_str() : nullptr);
    }
    return true;
}

std::size_t WordStream::pending() const noexcept
{
    if (!lexer_)
        return 0;
    std::size_t sum = sizeof(Lexer);
    for (const auto& word : lexer_->words())
        sum += word.text.capacity() + sizeof(Word);
    return sum;
}

void WordStream::reset() { lexer_.reset(); }

} // namespace upright
