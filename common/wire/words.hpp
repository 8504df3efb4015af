// WordStream: bytes from a socket in, statements out. It owns the unfinished line, which is bounded; a plain
// line (no quotes, escapes, comments) is split in place without copying a character.
#pragma once

#include "common/lex/lexer.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

using Words = std::span<const std::string_view>;

class WordStream {
public:
    explicit WordStream(LexLimits limits = {}) : limits_(limits) {}

    // One complete statement. `words` is empty for an empty or comment line; `error` is nullptr unless the
    // line breaks the grammar. Both are valid only during the call. Returns false to stop behind that line.
    using Handler = std::function<bool(Words words, const char* error)>;

    // Any segmentation. Returns how many bytes were taken: all of them, unless the handler stopped.
    std::size_t feed(std::string_view bytes, const Handler& handle);

    // Bytes held for an unfinished line; at most words * word_length of the limits.
    std::size_t pending() const noexcept;
    void reset();

private:
    bool feed_lexer(std::string_view bytes, const Handler& handle, std::size_t& used);

    LexLimits limits_;
    std::unique_ptr<Lexer> lexer_; // only while a line needs it
    std::vector<std::string_view> words_;
};

} // namespace upright
