#include "server/upsd/virtual_view.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::upsd {

std::optional<double> UpsView::number(std::string_view variable) const
{
    return available && state != nullptr ? to_double(state->value(variable)) : std::nullopt;
}

StatusWords::StatusWords(std::string_view status)
{
    while (!status.empty()) {
        const auto end = std::min(status.find(' '), status.size());
        if (end > 0)
            words_.push_back(status.substr(0, end));
        status.remove_prefix(std::min(end + 1, status.size()));
    }
}

bool StatusWords::has(std::string_view word) const
{
    return std::find(words_.begin(), words_.end(), word) != words_.end();
}

std::string joined(const std::vector<std::string_view>& words)
{
    std::string text;
    for (const auto word : words)
        text.append(text.empty() ? "" : " ").append(word);
    return text;
}

std::string plain_number(double value) { return fmt::format("{:.15g}", value); }

} // namespace upright::upsd
