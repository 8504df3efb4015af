// Oid: an object identifier (RFC 2578, section 7.1.3), at most 128 numbers. Ordered as agents order their
// objects.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace upright::snmp {

class Oid {
public:
    static constexpr std::size_t kLongest = 128;

    Oid() = default;
    Oid(std::initializer_list<std::uint32_t> numbers) : numbers_(numbers) {}
    explicit Oid(std::span<const std::uint32_t> numbers) : numbers_(numbers.begin(), numbers.end()) {}

    // "1.3.6.1.2.1" or ".1.3.6.1.2.1".
    static std::optional<Oid> parse(std::string_view text);

    bool begins(const Oid& other) const noexcept; // or is the same
    Oid operator+(std::span<const std::uint32_t> tail) const;
    // What follows the first `length` numbers.
    std::span<const std::uint32_t> after(std::size_t length) const;

    std::span<const std::uint32_t> numbers() const noexcept { return numbers_; }
    std::size_t size() const noexcept { return numbers_.size(); }
    bool empty() const noexcept { return numbers_.empty(); }

    auto operator<=>(const Oid&) const = default;

private:
    std::vector<std::uint32_t> numbers_;
};

std::string to_string(const Oid& oid); // ".1.3.6.1.2.1"
std::string to_string(std::span<const std::uint32_t> numbers);

} // namespace upright::snmp
