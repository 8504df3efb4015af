// Which string descriptor stands for which command, for bridges that answer with strings. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace upright::megatec {

struct StringCommand {
    std::string_view command; // without its CR
    std::uint8_t index = 0;
    char lead = '\0'; // takes the place of the answer's first character, which some devices spoil
};

std::span<const StringCommand> krauler_commands();
std::span<const StringCommand> fabula_commands();
std::span<const StringCommand> hunnox_commands();
std::span<const StringCommand> snr_commands();

// Nothing if the bridge has no string for it.
std::optional<StringCommand> string_command(std::span<const StringCommand> table, std::string_view command);

// The index that shuts a fabula down: from `S<n>` or `S<n>R<m>`, n in minutes. Nothing for any other command.
std::optional<std::uint8_t> fabula_shutdown_index(std::string_view command);

} // namespace upright::megatec
