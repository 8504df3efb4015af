// The variables of a UPS that can be written, with what the server knows of them. Pure but for
// fetch_settings(), which asks.
#pragma once

#include "common/client/connection.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace upright::upsrw {

// The words of a TYPE reply. Servers up to 2.7 leave the last one out behind ENUM, or say UNKNOWN.
struct Type {
    enum class Kind { unknown, text, number, enumeration, range };

    Kind kind = Kind::unknown;
    std::string base;                // of an enumeration: STRING or NUMBER; empty if it was not said
    std::optional<int> max_length;   // of text
    std::vector<std::string> others; // words that say nothing to us
};

Type parse_type(const Row& words);

struct Setting {
    std::string name;
    std::string description;
    Type type;
    std::string value;
    std::vector<std::string> options;                        // of an enumeration
    std::vector<std::pair<std::string, std::string>> ranges; // from, to
};

// `value` lies in it; false if one of them is no number.
bool in_range(std::string_view value, const std::pair<std::string, std::string>& range);

// In the server's order.
boost::asio::awaitable<Result<std::vector<Setting>>> fetch_settings(Connection& connection, std::string ups);

} // namespace upright::upsrw
