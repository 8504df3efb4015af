// What a call of upssched and the timer daemon say to each other on the socket PIPEFN: one line each way. For
// these two only; words are separated by blanks, and bytes that would not survive as such are written as %XX.
//
//   START <name> <seconds> <type> <ups> <message>          OK
//   START-SHARED … as START                                ERR <reason>
//   CANCEL <name> <command> <type> <ups> <message>
//   CANCEL-MATCHED … as CANCEL
//   LIST-TIMERS                                            TIMER <name> <due> <left> <types> <upses>
//   <messages> …, OK
#pragma once

#include "clients/upssched/config.hpp"
#include "clients/upssched/timers.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upssched {

inline constexpr std::size_t kLongestRequest = std::size_t{128} * 1024;
inline constexpr std::string_view kListTimers = "LIST-TIMERS";

struct Request {
    Action action{}; // any but execute
    std::string name;
    int seconds = 0;     // of the two that start
    std::string command; // of the two that cancel; empty: none
    Event event;
};

std::string encoded_line(const std::vector<std::string>& words); // with its newline
std::optional<std::vector<std::string>> decoded_words(std::string_view line);

std::string to_line(const Request& request);
// Nothing if it is anything else, or out of range.
std::optional<Request> parse_request(const std::vector<std::string>& words);

// How `upssched -l` prints a timer: columns with TABs between them, "" for an empty one.
std::string list_line(const std::vector<std::string>& columns);

} // namespace upright::upssched
