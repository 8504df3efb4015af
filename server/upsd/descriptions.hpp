// Descriptions of variables and commands for DESC and CMDDESC, from cmdvartab. It owns them once somebody has
// asked for one, which few ever do: one text, and where in it each name is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd {

class Descriptions {
public:
    // Lines `VARDESC <name> "<text>"` and `CMDDESC <name> "<text>"`; others are passed over. Without the file
    // there are no descriptions, and one log line says so at once.
    static Descriptions load(const std::string& path);
    static Descriptions parse(std::string_view text);

    // In any case; without a leading "upstream."; and outlet.7.x takes the text of outlet.1.x, output.L3.x
    // that of output.L1.x, so that any index and phase has one.
    std::optional<std::string_view> of_variable(std::string_view name);
    std::optional<std::string_view> of_command(std::string_view name);

private:
    struct Place {
        std::uint32_t name; // where it begins; the description is behind it
        std::uint32_t text;
        std::uint32_t end;
    };
    using Table = std::vector<Place>; // by name; of equal ones the last counts

    std::string_view name_at(const Place& place) const;
    std::string_view text_at(const Place& place) const;
    const Place* find(const Table& table, std::string_view name) const;
    std::optional<std::string_view> look_up(const Table& table, std::string_view name) const;
    void take(std::string_view text);
    void sort(Table& table);
    void read();

    std::string unread_; // the file, until it was read
    std::string texts_;
    Table variables_;
    Table commands_;
};

} // namespace upright::upsd
