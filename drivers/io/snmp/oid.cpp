#include "drivers/io/snmp/oid.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace upright::snmp {

std::optional<Oid> Oid::parse(std::string_view text)
{
    if (text.starts_with('.'))
        text.remove_prefix(1);
    Oid oid;
    for (;;) {
        std::uint32_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc{} || oid.numbers_.size() == kLongest)
            return std::nullopt;
        oid.numbers_.push_back(number);
        text.remove_prefix(static_cast<std::size_t>(end - text.data()));
        if (text.empty())
            return oid;
        if (text.front() != '.')
            return std::nullopt;
        text.remove_prefix(1);
    }
}

bool Oid::begins(const Oid& other) const noexcept
{
    return size() <= other.size() && std::equal(numbers_.begin(), numbers_.end(), other.numbers_.begin());
}

Oid Oid::operator+(std::span<const std::uint32_t> tail) const
{
    Oid all;
    all.numbers_.reserve(numbers_.size() + tail.size());
    all.numbers_ = numbers_;
    all.numbers_.insert(all.numbers_.end(), tail.begin(), tail.end());
    return all;
}

std::span<const std::uint32_t> Oid::after(std::size_t length) const
{
    return std::span(numbers_).subspan(std::min(length, numbers_.size()));
}

std::string to_string(std::span<const std::uint32_t> numbers)
{
    std::string text;
    for (const auto number : numbers)
        text += fmt::format(".{}", number);
    return text;
}

std::string to_string(const Oid& oid) { return to_string(oid.numbers()); }

} // namespace upright::snmp
