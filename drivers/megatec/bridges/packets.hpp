// The frames that some bridges put around commands and answers. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright::megatec {

// sgs: reports of 8 bytes, the first says how many of the other 7 count.
std::vector<std::string> sgs_reports(std::string_view command);
std::string_view sgs_payload(std::string_view packet);

// armac: reports of 4 bytes, 0xA0 + n and n bytes; the command goes with a NUL at its end. In answers the low
// bits of a packet's first byte say how many follow.
std::vector<std::string> armac_reports(std::string_view command);
std::string armac_packet(std::string_view command); // all at once, for the kind with larger packets
std::string_view armac_payload(std::string_view packet);
// The answer as the family writes it: NUL among the status bits is its '0'. Nothing if the UPS is off.
std::optional<std::string> armac_answer(std::string raw);

// fuji: 8 bytes that look like the setup packet of a string descriptor, with the command inside. Nothing for
// a command that does not fit.
std::optional<std::string> fuji_frame(std::string_view command);

// ablerex: one report of 47 bytes.
std::string ablerex_report(std::string_view command);

// How many bytes the answer to a command has, its CR included; 0 if that is not known.
std::size_t answer_length(std::string_view command);

} // namespace upright::megatec
