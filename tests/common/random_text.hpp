// Random lines for property tests: seeded, so that a failure can be seen again, and made of what matters to
// the grammar more than of anything else.
#pragma once

#include <random>
#include <string>
#include <string_view>

namespace upright::test {

class RandomText {
public:
    explicit RandomText(unsigned seed) : engine_(seed) {}

    std::size_t below(std::size_t limit)
    {
        return std::uniform_int_distribution<std::size_t>(0, limit - 1)(engine_);
    }

    // Up to 60 bytes, most of them with a meaning; usually with a newline at the end.
    std::string line()
    {
        static constexpr std::string_view kAlphabet = "aB1.\"\"\\\\##== \t  \n\r-_[]xyz";
        std::string text;
        for (auto left = below(60); left > 0; --left)
            text += below(20) == 0 ? static_cast<char>(below(256)) : kAlphabet[below(kAlphabet.size())];
        if (below(8) != 0)
            text += '\n';
        return text;
    }

    // The line with some bytes changed, removed, doubled or inserted.
    std::string mutated(std::string text)
    {
        for (auto times = below(4); times > 0 && !text.empty(); --times) {
            const auto at = below(text.size());
            switch (below(4)) {
            case 0: text[at] = static_cast<char>(below(256)); break;
            case 1: text.erase(at, 1 + below(3)); break;
            case 2: text.insert(at, text.substr(at, 1 + below(8))); break;
            default: text.insert(at, 1, "\"\\# =\n"[below(6)]); break;
            }
        }
        return text;
    }

    std::string printable(std::size_t longest)
    {
        std::string text;
        for (auto left = below(longest + 1); left > 0; --left)
            text += static_cast<char>(' ' + below(95));
        return text;
    }

private:
    std::mt19937 engine_;
};

} // namespace upright::test
