#include "tests/bench/figures.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace upright::bench {

double median(std::vector<double> values)
{
    if (values.empty())
        return 0;
    std::sort(values.begin(), values.end());
    return values[values.size() / 2];
}

double percentile(const std::vector<double>& sorted, double share)
{
    if (sorted.empty())
        return 0;
    return sorted[std::min(sorted.size() - 1,
                           static_cast<std::size_t>(static_cast<double>(sorted.size()) * share))];
}

Spread spread_of(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return {values.size(), percentile(values, 0.5), percentile(values, 0.99),
            values.empty() ? 0 : values.back()};
}

void report(std::string_view what, double value, std::string_view unit)
{
    fmt::print("  {:<58} {:>12.2f} {}\n", what, value, unit);
    std::fflush(stdout);
}

namespace {

void judge(std::string_view what, double value, std::string_view unit, std::string_view sign, double goal,
           bool met)
{
    fmt::print("  {:<58} {:>12.2f} {:<9} goal {} {:g}: {}\n", what, value, unit, sign, goal,
               met ? "met" : "MISSED");
    std::fflush(stdout);
}

} // namespace

void at_most(std::string_view what, double value, std::string_view unit, double goal)
{
    judge(what, value, unit, "<=", goal, value <= goal);
}

void at_least(std::string_view what, double value, std::string_view unit, double goal)
{
    judge(what, value, unit, ">=", goal, value >= goal);
}

} // namespace upright::bench
