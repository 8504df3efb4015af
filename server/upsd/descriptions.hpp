// Descriptions of variables and commands for DESC and CMDDESC, read from cmdvartab.
#pragma once

#include "common/config/diagnostic.hpp"
#include "common/text/case_less.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace upright::upsd {

class Descriptions {
public:
    // Lines `VARDESC <name> "<text>"` and `CMDDESC <name> "<text>"`; others are passed over. Without the file
    // there are no descriptions, and one log line says so.
    static Descriptions load(const std::string& path);
    static Descriptions parse(std::string file, std::string text);

    // In any case; without a leading "upstream."; and outlet.7.x takes the text of outlet.1.x, output.L3.x
    // that of output.L1.x, so that any index and phase has one.
    std::optional<std::string_view> of_variable(std::string_view name) const;
    std::optional<std::string_view> of_command(std::string_view name) const;

private:
    using Table = std::map<std::string, std::string, CaseLess>;
    static std::optional<std::string_view> look_up(const Table& table, std::string_view name);

    Table variables_;
    Table commands_;
};

} // namespace upright::upsd
