// How the family counts: shutdown delays in tenths of a minute below one minute and in whole minutes above,
// start delays and tests in whole minutes. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace upright::megatec {

int whole_minutes(int seconds);       // 100 -> 60
int tenths_then_minutes(int seconds); // 35 -> 30, 119 -> 60

// What a command's placeholders stand for; seconds, 0 and up.
struct Delays {
    int off = 0;
    int on = 0;
    int test = 0;
};

// The n of S<n>: 30 -> ".5", 600 -> "10". The delay counts rounded down as above.
std::string encoded_offdelay(int seconds);

// `text` with {offdelay}, {ondelay} (four digits of minutes), {minutes} (two digits), {test} (encoded like an
// offdelay) and {<reading>} filled in, the last with leading zeros if it says how many digits: {ups.id:02}.
// Nothing if there is no such reading.
using FindReading = std::function<const std::string*(std::string_view variable)>;
std::optional<std::string> filled(std::string_view text, const Delays& delays, const FindReading& reading);

// The first {name} that filled() could never know; empty if there is none. The name of a reading has a dot.
std::string_view unknown_placeholder(std::string_view text);

} // namespace upright::megatec
