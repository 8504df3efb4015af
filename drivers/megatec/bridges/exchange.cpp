#include "drivers/megatec/bridges/exchange.hpp"

#include "drivers/runtime/driver.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;

constexpr auto kControlLimit = 5000ms;
constexpr auto kDrainLimit = 100ms;
constexpr int kMostLeftovers = 32; // packets
constexpr milliseconds kEndOfRefusal = 100ms;

} // namespace

milliseconds Deadline::left(milliseconds at_most) const
{
    const auto left = std::chrono::ceil<milliseconds>(end_ - std::chrono::steady_clock::now());
    return std::clamp(left, 0ms, at_most);
}

bool AnswerText::take(std::string_view bytes)
{
    for (const char c : bytes) {
        if (ended_)
            break;
        if (c == '\r' && text_.size() >= limits_.exactly) {
            ended_ = true;
        } else if (limits_.binary || (c != '\0' && c != '\n')) {
            if (text_.size() == limits_.longest)
                throw DeviceError(fmt::format("an answer longer than {} bytes", limits_.longest));
            text_ += c;
        }
    }
    return ended_;
}

bool AnswerText::may_be_over() const
{
    const auto last = text_.find_last_not_of('\0');
    return !ended_ && last != text_.npos && text_[last] == '\r';
}

std::string AnswerText::text() &&
{
    if (may_be_over())
        text_.resize(text_.find_last_not_of('\0'));
    return std::move(text_);
}

milliseconds patience(const AnswerText& answer, const io::Limits& limits)
{
    return answer.may_be_over() ? std::min(kEndOfRefusal, limits.silence) : limits.silence;
}

milliseconds time_for(const Deadline& deadline)
{
    const auto left = deadline.left(kControlLimit);
    if (left == 0ms)
        throw DeviceError("the bridge takes no data in time");
    return left;
}

void send_reports(io::UsbTransfers& usb, std::uint16_t value, std::size_t size, std::string_view bytes,
                  const Deadline& deadline)
{
    for (std::size_t at = 0; at < bytes.size(); at += size) {
        std::string report(bytes.substr(at, size));
        report.resize(size, '\0');
        usb.control_out(set_report(value), report, time_for(deadline));
    }
}

std::optional<std::string> next_packet(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size,
                                       milliseconds limit, const Deadline& deadline)
{
    const auto left = deadline.left(limit);
    return left == 0ms ? std::nullopt : usb.interrupt_in(endpoint, size, left);
}

void drain(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size, int most, const Deadline& deadline)
{
    for (int packet = 0; packet < most; ++packet) {
        const auto left = deadline.left(kDrainLimit);
        if (left == 0ms || !usb.interrupt_in(endpoint, size, left))
            return;
    }
}

void Leftovers::clear(io::UsbTransfers& usb, std::uint8_t endpoint, std::size_t size,
                      const Deadline& deadline) const
try {
    if (expected_)
        drain(usb, endpoint, size, kMostLeftovers, deadline);
} catch (const DeviceError& e) {
    if (e.kind() != DeviceError::Kind::no_answer)
        throw;
}

} // namespace upright::megatec
