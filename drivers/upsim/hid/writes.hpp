// HidWrites: what drivers wrote to a HID UPS, in order. It owns the bytes, at most 10000 reports of them.
#pragma once

#include <fmt/format.h>

#include <deque>
#include <string>
#include <string_view>

namespace upright::upsim {

class HidWrites {
public:
    // The id is the first of the bytes, unless it is 0.
    void add(std::uint8_t id, std::string_view bytes)
    {
        writes_.push_back((id == 0 ? std::string(1, '\0') : std::string()) + std::string(bytes));
        if (writes_.size() > kMost)
            writes_.pop_front();
    }
    void clear() { writes_.clear(); }

    // A line for each: "15 14 00".
    std::string text() const
    {
        std::string lines;
        for (const auto& bytes : writes_) {
            for (const char c : bytes)
                lines += fmt::format("{:02x} ", static_cast<unsigned char>(c));
            lines.back() = '\n';
        }
        return lines;
    }

private:
    static constexpr std::size_t kMost = 10000;
    std::deque<std::string> writes_;
};

} // namespace upright::upsim
