// Documents of this project as tests look at them: their text and the tables in it. Owns nothing.
#pragma once

#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

namespace upright::test {

// Fails the test if there is no such file.
inline std::string text_of(const std::filesystem::path& path)
{
    std::ifstream file(path);
    EXPECT_TRUE(file.is_open()) << path;
    return {std::istreambuf_iterator<char>(file), {}};
}

inline std::string document(std::string_view path) { return text_of(source_dir() + "/" + std::string(path)); }

// The part of `text` from the line `heading` to the next heading of that or a higher level.
inline std::string section(const std::string& text, const std::string& heading)
{
    const auto begin = text.find("\n" + heading + "\n");
    EXPECT_NE(begin, std::string::npos) << heading;
    if (begin == std::string::npos)
        return {};
    const auto level = heading.find(' ');
    auto end = text.find("\n#", begin + 1 + heading.size());
    while (end != std::string::npos && text.find_first_not_of('#', end + 1) - end - 1 > level)
        end = text.find("\n#", end + 1);
    return text.substr(begin, end - begin);
}

// What stands as `code` at the beginning of the rows of the tables in `text`; "\\|" is a bar.
inline std::vector<std::string> first_column(std::string_view text)
{
    constexpr std::string_view kRow = "\n| `";
    std::vector<std::string> cells;
    for (auto at = text.find(kRow); at != text.npos; at = text.find(kRow, at + 1)) {
        const auto begin = at + kRow.size();
        std::string cell(text.substr(begin, text.find('`', begin) - begin));
        for (auto bar = cell.find("\\|"); bar != cell.npos; bar = cell.find("\\|", bar))
            cell.erase(bar, 1);
        cells.push_back(std::move(cell));
    }
    return cells;
}

} // namespace upright::test
