#include "drivers/megatec/bridges/packets.hpp"

#include <algorithm>
#include <array>

namespace upright::megatec {
namespace {

constexpr std::size_t kSgsData = 7;
constexpr std::size_t kArmacData = 3;
constexpr std::size_t kFuji = 8;
constexpr std::size_t kAblerex = 47;
constexpr std::size_t kStatusBits = 38; // first column of them in the answer to Q1

char byte(std::size_t value) { return static_cast<char>(static_cast<unsigned char>(value)); }

std::size_t first_byte(std::string_view packet) { return static_cast<unsigned char>(packet.front()); }

} // namespace

std::vector<std::string> sgs_reports(std::string_view command)
{
    std::vector<std::string> reports;
    for (; !command.empty(); command.remove_prefix(std::min(kSgsData, command.size()))) {
        const auto part = command.substr(0, kSgsData);
        auto& report = reports.emplace_back(1, byte(part.size()));
        report += part;
        report.resize(1 + kSgsData, '\0');
    }
    return reports;
}

std::string_view sgs_payload(std::string_view packet)
{
    return packet.empty() ? packet : packet.substr(1, std::min(first_byte(packet), kSgsData));
}

std::vector<std::string> armac_reports(std::string_view command)
{
    const auto whole = std::string(command) + '\0';
    std::vector<std::string> reports;
    for (std::size_t at = 0; at < whole.size(); at += kArmacData) {
        const auto part = std::string_view(whole).substr(at, kArmacData);
        auto& report = reports.emplace_back(1, byte(0xA0 + part.size()));
        report += part;
        report.resize(1 + kArmacData, '\0');
    }
    return reports;
}

std::string armac_packet(std::string_view command)
{
    return byte(0xA0 + command.size()) + std::string(command);
}

// Some firmware marks the count with 0xA0, of which one bit looks like 32 more: then it is more than the
// packet holds.
std::string_view armac_payload(std::string_view packet)
{
    if (packet.empty())
        return {};
    const auto count = first_byte(packet) & 0x3FU;
    return packet.substr(1, count < packet.size() ? count : count & 0x0FU);
}

std::optional<std::string> armac_answer(std::string raw)
{
    if (raw.starts_with('\0'))
        return std::nullopt;
    for (std::size_t at = kStatusBits; at < raw.size() && at < kStatusBits + 8; ++at)
        if (raw[at] == '\0')
            raw[at] = '0';
    return raw;
}

std::optional<std::string> fuji_frame(std::string_view command)
{
    if (command.starts_with('S'))
        command = command.substr(0, command.find('R')); // it knows no "and on again"
    if (command.empty() || command.size() > 3)
        return std::nullopt;
    std::string frame{'\x80', '\x06', byte(command.size() + 1), '\x03'};
    frame += command;
    frame.resize(kFuji - 1, '\0');
    return frame + byte(answer_length(command));
}

std::string ablerex_report(std::string_view command)
{
    std::string report{'\x05', '\x00', byte(command.size() + 1)};
    report += command;
    report += '\r';
    report.resize(kAblerex, '\0');
    return report;
}

std::size_t answer_length(std::string_view command)
{
    return command == "Q1" ? 47 : command == "F" ? 22 : command == "I" ? 39 : 0;
}

} // namespace upright::megatec
