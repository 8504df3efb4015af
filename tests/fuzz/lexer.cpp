// Any bytes in any segmentation: bounded words, and the fast path says what the lexer says.
#include "common/wire/words.hpp"
#include "tests/fuzz/require.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

using namespace upright;

namespace {

constexpr LexLimits kLimits{.words = 8, .word_length = 64};
using Statements = std::vector<std::vector<std::string>>;

Statements by_lexer(std::string_view text)
{
    Statements all;
    Lexer lexer(kLimits);
    for (const char c : text) {
        const auto event = lexer.feed(c);
        fuzz::require(lexer.words().size() <= kLimits.words);
        if (event == Lexer::Event::none)
            continue;
        all.emplace_back();
        for (const auto& word : lexer.words()) {
            fuzz::require(word.text.size() <= kLimits.word_length && word.line >= 1 && word.column >= 1);
            all.back().push_back(word.text);
        }
        if (event == Lexer::Event::error)
            all.back() = {"!", lexer.error()};
    }
    lexer.finish();
    return all;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    if (size == 0)
        return 0;
    const std::size_t piece = 1 + data[0] % 16U;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    Statements got;
    const auto take = [&](Words words, const char* error) {
        if (error != nullptr)
            got.push_back({"!", error});
        else
            got.emplace_back(words.begin(), words.end());
        return true;
    };
    WordStream stream(kLimits);
    for (auto rest = text; !rest.empty(); rest.remove_prefix(std::min(piece, rest.size())))
        fuzz::require(stream.feed(rest.substr(0, piece), take) == std::min(piece, rest.size()));
    fuzz::require(got == by_lexer(text));
    return 0;
}
