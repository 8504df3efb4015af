#include "common/config/diagnostic.hpp"

#include <fmt/format.h>

namespace upright {

std::string to_string(const Diagnostic& d)
{
    const auto* const kind = d.severity == Severity::error ? "error" : "warning";
    if (d.line == 0)
        return fmt::format("{}: {}: {}", d.file, kind, d.text);
    return fmt::format("{}:{}:{}: {}: {}", d.file, d.line, d.column, kind, d.text);
}

std::string with_caret(const Diagnostic& d, std::string_view source)
{
    std::string text = to_string(d);
    for (int skip = 1; skip < d.line && !source.empty(); ++skip) {
        const auto end = source.find('\n');
        source.remove_prefix(end == source.npos ? source.size() : end + 1);
    }
    if (d.line == 0 || source.empty())
        return text;
    const auto line = source.substr(0, source.find('\n'));
    std::string under; // tabs are kept, so that the caret stands where the reader sees the column
    for (std::size_t i = 0; i + 1 < static_cast<std::size_t>(d.column); ++i)
        under += i < line.size() && line[i] == '\t' ? '\t' : ' ';
    return fmt::format("{}\n{}\n{}^", text, line, under);
}

} // namespace upright
