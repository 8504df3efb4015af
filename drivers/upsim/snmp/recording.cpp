#include "drivers/upsim/snmp/recording.hpp"

#include "common/text/hex.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>

namespace upright::upsim::snmp {
namespace {

constexpr std::size_t kLongestFile = 32 << 20;
constexpr std::size_t kLongestLine = 1 << 16;
constexpr std::size_t kMostProblems = 100;
constexpr std::size_t kLongestBytes = 32768;

struct Range {
    Type type;
    std::int64_t low;
    std::int64_t high;
};

constexpr std::array kRanges{
    Range{Type::integer, INT32_MIN, INT32_MAX},
    Range{Type::counter, 0, UINT32_MAX},
    Range{Type::gauge, 0, UINT32_MAX},
    Range{Type::ticks, 0, UINT32_MAX},
};

std::optional<std::string> from_hex(std::string_view digits)
{
    if (digits.starts_with("0x") || digits.starts_with("0X"))
        digits.remove_prefix(2);
    if (digits.size() % 2 != 0)
        return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < digits.size(); at += 2) {
        unsigned byte = 0;
        const auto* const end = digits.data() + at + 2;
        const auto read = std::from_chars(digits.data() + at, end, byte, 16);
        if (read.ec != std::errc{} || read.ptr != end)
            return std::nullopt;
        bytes += static_cast<char>(byte);
    }
    return bytes;
}

std::optional<std::string> address(std::string_view text)
{
    std::string bytes;
    for (int i = 0; i < 4; ++i) {
        const auto dot = std::min(text.find('.'), text.size());
        const auto part = to_int(text.substr(0, dot));
        if (!part || *part < 0 || *part > 255 || (i < 3) != (dot < text.size()))
            return std::nullopt;
        bytes += static_cast<char>(*part);
        text.remove_prefix(std::min(dot + 1, text.size()));
    }
    return bytes;
}

std::optional<Value> number_of(Type type, std::string_view text)
{
    if (type == Type::counter64) {
        std::uint64_t number = 0;
        const auto* const end = text.data() + text.size();
        const auto read = std::from_chars(text.data(), end, number);
        if (text.empty() || read.ec != std::errc{} || read.ptr != end)
            return std::nullopt;
        return Value::of(type, static_cast<std::int64_t>(number));
    }
    const auto* const range =
        std::find_if(kRanges.begin(), kRanges.end(), [&](const Range& one) { return one.type == type; });
    const auto number = to_long(text);
    if (!number || *number < range->low || *number > range->high)
        return std::nullopt;
    return Value::of(type, *number);
}

std::optional<Value> bytes_of(Type type, std::string_view text, bool in_hex)
{
    auto bytes = in_hex                  ? from_hex(text)
                 : type == Type::address ? address(text)
                                         : std::optional(std::string(text));
    if (!bytes || bytes->size() > kLongestBytes || (type == Type::address && bytes->size() != 4))
        return std::nullopt;
    return Value{type, 0, std::move(*bytes), {}};
}

std::optional<Value> value_of(Type type, std::string_view text, bool in_hex)
{
    if (in_hex && type != Type::octets && type != Type::opaque && type != Type::address)
        return std::nullopt;
    switch (type) {
    case Type::null: return Value{};
    case Type::oid:
        if (auto oid = to_oid(text))
            return Value::identifier(std::move(*oid));
        return std::nullopt;
    case Type::octets:
    case Type::opaque:
    case Type::address: return bytes_of(type, text, in_hex);
    default: return number_of(type, text);
    }
}

bool is_known(int tag)
{
    static constexpr std::array kTags{2, 4, 5, 6, 64, 65, 66, 67, 68, 70};
    return std::find(kTags.begin(), kTags.end(), tag) != kTags.end();
}

// One line; the text of what is wrong with it, or nothing.
std::string take(std::string_view line, Recording& recording)
{
    const auto first = std::min(line.find('|'), line.size());
    const auto second = line.find('|', first + 1);
    if (first == line.size() || second == line.npos)
        return "want OID|type|value";
    auto oid = to_oid(line.substr(0, first));
    if (!oid)
        return fmt::format("\"{}\" is no object identifier", escaped(line.substr(0, first), 60));
    auto tag = line.substr(first + 1, second - first - 1);
    const bool in_hex = tag.ends_with('x');
    if (in_hex)
        tag.remove_suffix(1);
    const auto number = to_int(tag);
    if (!number || !is_known(*number))
        return fmt::format("there is no type \"{}\"", escaped(tag, 20));
    auto value = value_of(static_cast<Type>(*number), line.substr(second + 1), in_hex);
    if (!value)
        return fmt::format("\"{}\" is no value of type {}", escaped(line.substr(second + 1), 60), *number);
    if (!recording.emplace(std::move(*oid), std::move(*value)).second)
        return fmt::format("{} is there twice", line.substr(0, first));
    return {};
}

} // namespace

Loaded<Recording> parse_recording(const std::string& file, std::string_view text)
{
    Loaded<Recording> loaded;
    const auto wrong = [&](int line, std::string what) {
        if (loaded.problems.size() < kMostProblems)
            loaded.problems.push_back({.file = file, .line = line, .column = 1, .text = std::move(what)});
    };
    if (text.size() > kLongestFile) {
        wrong(0, "it is longer than 32 MiB");
        return loaded;
    }
    for (int number = 1; !text.empty(); ++number) {
        const auto end = std::min(text.find('\n'), text.size());
        auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.empty() || line.starts_with('#'))
            continue;
        auto what = line.size() > kLongestLine ? "the line is too long" : take(line, loaded.value);
        if (!what.empty())
            wrong(number, std::move(what));
    }
    return loaded;
}

Loaded<Recording> load_recording(const std::string& file)
{
    std::ifstream in(file, std::ios::binary);
    std::string text;
    text.resize(kLongestFile + 1);
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    if (!in.eof() && !in.good())
        return {.value = {}, .problems = {{.file = file, .text = "can't be read"}}};
    text.resize(static_cast<std::size_t>(in.gcount()));
    return parse_recording(file, text);
}

std::string to_text(const Recording& recording)
{
    std::string text;
    for (const auto& [oid, value] : recording) {
        const auto tag = static_cast<int>(value.type);
        const auto name = to_string(oid).substr(1);
        if (value.type == Type::octets || value.type == Type::opaque || value.type == Type::address)
            text += fmt::format("{}|{}x|{}\n", name, tag, hex(value.bytes));
        else if (value.type == Type::oid)
            text += fmt::format("{}|{}|{}\n", name, tag, to_string(value.oid).substr(1));
        else
            text += fmt::format("{}|{}|{}\n", name, tag, value.type == Type::null ? "" : to_string(value));
    }
    return text;
}

} // namespace upright::upsim::snmp
