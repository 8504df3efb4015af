// Numbers and switches of upsmon.conf, read as NUT reads them: leading digits count, and text is 0. What NUT
// takes without a word takes effect here, too, but is complained of.
#pragma once

#include "clients/upsmon/config.hpp"

namespace upright::upsmon {

inline constexpr double kMostSeconds = 1e9;

// `value` is what NUT sees in the word, also when it is less than `least` and thus not to be used.
std::optional<Complaint> take_number(std::string_view name, const Word& word, std::optional<int> least,
                                     int& value);

// 0, 1 or a boolean; -1 is nothing.
std::optional<Complaint> take_switch(std::string_view name, const Word& word, std::optional<bool>& value);

// ---- shapes of `apply` -----------------------------------------------------------------------------------

using Apply = std::function<std::optional<Complaint>(Config&, Arguments)>;

Apply set_count(std::string_view name, int Policy::*member, int least);
Apply set_seconds(std::string_view name, Duration Policy::*member);
Apply set_patience(std::string_view name, std::optional<Duration> Policy::*member); // negative: nothing
Apply set_switch(std::string_view name, std::optional<bool> Config::*member);

} // namespace upright::upsmon
