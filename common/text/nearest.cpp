#include "common/text/nearest.hpp"

#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace upright {
namespace {

// Levenshtein with transpositions, so that "LITSEN" is one step from "LISTEN".
std::size_t distance(std::string_view a, std::string_view b)
{
    const auto same = [&](std::size_t i, std::size_t j) {
        return equal_ignoring_case(a.substr(i - 1, 1), b.substr(j - 1, 1));
    };
    std::vector<std::size_t> before(b.size() + 1);
    std::vector<std::size_t> last(b.size() + 1);
    std::vector<std::size_t> row(b.size() + 1);
    for (std::size_t j = 0; j <= b.size(); ++j)
        last[j] = j;
    for (std::size_t i = 1; i <= a.size(); ++i) {
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same(i, j) ? 0U : 1U)});
            if (i > 1 && j > 1 && same(i, j - 1) && same(i - 1, j))
                row[j] = std::min(row[j], before[j - 2] + 1);
        }
        before.swap(last);
        last.swap(row);
    }
    return last[b.size()];
}

} // namespace

std::optional<std::string_view> nearest(std::string_view word, std::span<const std::string_view> candidates)
{
    const std::size_t limit = std::clamp<std::size_t>(word.size() / 3, 1, 3);
    std::optional<std::string_view> best;
    std::size_t best_distance = limit + 1;
    for (const auto candidate : candidates) {
        const auto difference =
            std::max(word.size(), candidate.size()) - std::min(word.size(), candidate.size());
        if (difference > limit) // so many letters at least are wrong
            continue;
        if (const auto d = distance(word, candidate); d < best_distance) {
            best = candidate;
            best_distance = d;
        }
    }
    return best;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates)
{
    const auto best = nearest(word, candidates);
    return best ? fmt::format(" (did you mean \"{}\"?)", *best) : std::string{};
}

} // namespace upright
