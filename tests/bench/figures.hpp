// Figures of a benchmark: percentiles, and lines that say whether a goal is met. They judge nothing: machines
// are noisy, and people read them.
#pragma once

#include <string_view>
#include <vector>

namespace upright::bench {

double median(std::vector<double> values);
double percentile(const std::vector<double>& sorted, double share);

struct Spread {
    std::size_t count = 0;
    double p50 = 0;
    double p99 = 0;
    double max = 0;
};
Spread spread_of(std::vector<double> values);

// "  what            12.3 ms   goal <= 20: met"
void report(std::string_view what, double value, std::string_view unit);
void at_most(std::string_view what, double value, std::string_view unit, double goal);
void at_least(std::string_view what, double value, std::string_view unit, double goal);

} // namespace upright::bench
