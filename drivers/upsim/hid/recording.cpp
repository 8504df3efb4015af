#include "drivers/upsim/hid/recording.hpp"

#include "common/lex/lexer.hpp"
#include "common/text/hex.hpp"
#include "common/text/number.hpp"
#include "common/wire/quote.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <iterator>
#include <span>

namespace upright::upsim {
namespace {

constexpr std::size_t kLongestFile = 1 << 20;
constexpr std::size_t kLongestConfiguration = 4096;
constexpr std::size_t kLongestDescriptor = 0xFFFF;
constexpr std::size_t kLongestReport = 4096;
constexpr std::size_t kLongestString = 126;
constexpr LexLimits kLimits{.words = 8, .word_length = 16384, .keep_high_bytes = true};

// Places of the three texts among the strings; recorded ones come before.
constexpr std::uint8_t kVendor = 0xFB;
constexpr std::uint8_t kProduct = 0xFC;
constexpr std::uint8_t kSerial = 0xFD;

using Words = std::span<const Word>;

std::optional<unsigned> hex_number(std::string_view text, unsigned most)
{
    unsigned number = 0;
    const auto end = std::from_chars(text.data(), text.data() + text.size(), number, 16);
    const bool whole = !text.empty() && end.ec == std::errc{} && end.ptr == text.data() + text.size();
    return whole && number <= most ? std::optional(number) : std::nullopt;
}

std::optional<std::string> hex_bytes(std::string_view text)
{
    if (text.empty() || text.size() % 2 != 0)
        return std::nullopt;
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); at += 2) {
        const auto byte = hex_number(text.substr(at, 2), 0xFF);
        if (!byte || text[at] == '-')
            return std::nullopt;
        bytes += static_cast<char>(*byte);
    }
    return bytes;
}

// The bytes of a text that is written with \\ and \xNN; a backslash before anything else is one.
std::string bytes_of(std::string_view text)
{
    std::string bytes;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (const auto byte =
                text.substr(at, 2) == "\\x" ? hex_bytes(text.substr(at + 2, 2)) : std::nullopt) {
            bytes += *byte;
            at += 3;
            continue;
        }
        bytes += text[at];
        if (text.substr(at, 2) == "\\\\")
            ++at;
    }
    return bytes;
}

class Reader {
public:
    explicit Reader(const std::string& file) : file_(file) {}

    Loaded<HidRecording> read(std::string_view text)
    {
        Lexer lexer(kLimits);
        for (const char c : text)
            take(lexer, lexer.feed(c));
        take(lexer, lexer.finish());
        line_ = 0;
        if (!seen_device_)
            wrong(0, "there is no line `device <vendor>:<product> release <number>`");
        if (result_.value.report_descriptor.empty())
            wrong(0, "there is no line `descriptor <bytes>`");
        look_at_configuration();
        return std::move(result_);
    }

private:
    void wrong(int column, std::string text)
    {
        result_.problems.push_back({.file = file_, .line = line_, .column = column, .text = std::move(text)});
    }

    void take(const Lexer& lexer, Lexer::Event event)
    {
        line_ = event == Lexer::Event::error ? lexer.error_line() : lexer.line();
        if (event == Lexer::Event::error)
            wrong(lexer.error_column(), lexer.error());
        if (event != Lexer::Event::statement || lexer.words().empty())
            return;
        if (lexer.dropped_words() || lexer.dropped_characters() || lexer.dropped_bytes())
            return wrong(1, "the line is too long, or has bytes that are no text");
        statement(lexer.words());
    }

    void statement(Words words)
    {
        struct Keyword {
            std::string_view name;
            std::size_t words;
            void (Reader::*take)(Words words);
            std::string_view usage;
        };
        static constexpr std::array kKeywords{
            Keyword{"device", 4, &Reader::device, "device <vendor>:<product> release <number>"},
            Keyword{"text", 3, &Reader::text, "text vendor|product|serial \"<text>\""},
            Keyword{"configuration", 2, &Reader::configuration, "configuration <bytes>"},
            Keyword{"descriptor", 2, &Reader::descriptor, "descriptor <bytes>"},
            Keyword{"string", 3, &Reader::string, "string <number> \"<text>\""},
            Keyword{"feature", 3, &Reader::feature, "feature <report id> <bytes>"},
            Keyword{"input", 3, &Reader::input, "input <report id> <bytes>"},
        };
        const auto* const keyword = std::find_if(kKeywords.begin(), kKeywords.end(),
                                                 [&](const auto& row) { return row.name == words[0].text; });
        if (keyword == kKeywords.end())
            return wrong(words[0].column, fmt::format("unknown keyword \"{}\"", escaped(words[0].text, 40)));
        if (words.size() != keyword->words)
            return wrong(words[0].column, fmt::format("want {}", keyword->usage));
        (this->*keyword->take)(words);
    }

    void device(Words words)
    {
        auto& identity = result_.value.identity;
        const std::string_view ids = words[1].text;
        const auto vendor = hex_number(ids.substr(0, ids.find(':')), 0xFFFF);
        const auto product = hex_number(ids.substr(std::min(ids.find(':'), ids.size() - 1) + 1), 0xFFFF);
        const auto release = hex_number(words[3].text, 0xFFFF);
        if (ids.size() != 9 || ids[4] != ':' || !vendor || !product || words[2].text != "release" || !release)
            return wrong(words[1].column,
                         "want device <vendor>:<product> release <number>, all of 4 hex digits");
        identity.vendor_id = static_cast<std::uint16_t>(*vendor);
        identity.product_id = static_cast<std::uint16_t>(*product);
        identity.release = static_cast<std::uint16_t>(*release);
        seen_device_ = true;
    }

    void text(Words words)
    {
        auto& identity = result_.value.identity;
        auto said = bytes_of(words[2].text);
        if (said.size() > kLongestString)
            return wrong(words[2].column, "a string has at most 126 characters");
        if (words[1].text == "vendor")
            identity.strings[identity.vendor = kVendor] = std::move(said);
        else if (words[1].text == "product")
            identity.strings[identity.product = kProduct] = std::move(said);
        else if (words[1].text == "serial")
            identity.strings[identity.serial = kSerial] = std::move(said);
        else
            wrong(words[1].column, "want vendor, product or serial");
    }

    void append(std::string& to, const Word& word, std::size_t most)
    {
        const auto bytes = hex_bytes(word.text);
        if (!bytes)
            return wrong(word.column, "want bytes, each of two hex digits");
        if (to.size() + bytes->size() > most)
            return wrong(word.column, fmt::format("more than {} bytes", most));
        to += *bytes;
    }
    void configuration(Words words)
    {
        append(result_.value.identity.configuration, words[1], kLongestConfiguration);
    }
    void descriptor(Words words) { append(result_.value.report_descriptor, words[1], kLongestDescriptor); }

    void string(Words words)
    {
        const auto index = to_int(words[1].text);
        if (!index || *index < 1 || *index >= kVendor)
            return wrong(words[1].column, fmt::format("want a number in 1..{}", kVendor - 1));
        auto said = bytes_of(words[2].text);
        if (said.size() > kLongestString)
            return wrong(words[2].column, "a string has at most 126 characters");
        result_.value.identity.strings[static_cast<std::uint8_t>(*index)] = std::move(said);
    }

    void report(std::map<std::uint8_t, std::string>& reports, Words words)
    {
        const auto id = hex_number(words[1].text, 0xFF);
        if (!id || words[1].text.size() != 2)
            return wrong(words[1].column, "want a report id of two hex digits");
        std::string bytes;
        append(bytes, words[2], kLongestReport);
        if (!bytes.empty() && !reports.emplace(static_cast<std::uint8_t>(*id), bytes).second)
            wrong(words[1].column, "that report was there already");
    }
    void feature(Words words) { report(result_.value.features, words); }
    void input(Words words) { report(result_.value.inputs, words); }

    // Finds the endpoints; without a configuration there is one as most have it.
    void look_at_configuration()
    {
        auto& identity = result_.value.identity;
        identity.report_length = static_cast<std::uint16_t>(result_.value.report_descriptor.size());
        if (identity.configuration.empty()) {
            identity.endpoints = {{0x81, 8}};
            return;
        }
        const std::string_view all = identity.configuration;
        const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(all[at]); };
        std::size_t at = 0;
        while (at + 2 <= all.size() && byte(at) >= 2 && at + byte(at) <= all.size()) {
            if (byte(at + 1) == 5 && byte(at) >= 7)
                identity.endpoints.push_back(
                    {.address = byte(at + 2),
                     .size = static_cast<std::uint16_t>(std::max(1, byte(at + 4) | byte(at + 5) << 8))});
            at += byte(at);
        }
        if (at != all.size() || byte(1) != 2 || all.size() < 9
            || static_cast<std::size_t>(byte(2) | byte(3) << 8) != all.size())
            wrong(0, "the configuration is not a whole configuration descriptor");
    }

    std::string file_;
    Loaded<HidRecording> result_;
    int line_ = 0;
    bool seen_device_ = false;
};

std::string printable(std::string_view text)
{
    std::string all;
    for (const char& c : text)
        all += c == '\\' ? "\\\\" : escaped({&c, 1});
    return all;
}

// In lines of 32 bytes.
std::string lines(std::string_view keyword, std::string_view bytes)
{
    std::string text;
    for (std::size_t at = 0; at < bytes.size(); at += 32)
        text += fmt::format("{} {}\n", keyword, hex(bytes.substr(at, 32)));
    return text;
}

} // namespace

std::string to_text(const HidRecording& recording)
{
    const auto& identity = recording.identity;
    auto text = fmt::format("device {:04x}:{:04x} release {:04x}\n", identity.vendor_id, identity.product_id,
                            identity.release);
    const std::array<std::pair<std::string_view, std::uint8_t>, 3> texts{
        {{"vendor", identity.vendor}, {"product", identity.product}, {"serial", identity.serial}}};
    for (const auto& [what, index] : texts)
        if (const auto found = identity.strings.find(index); index != 0 && found != identity.strings.end())
            text += fmt::format("text {} {}\n", what, quoted(printable(found->second)));
    text += lines("configuration", usb_configuration(identity));
    text += lines("descriptor", recording.report_descriptor);
    for (const auto& [index, string] : identity.strings)
        if (index < kVendor)
            text += fmt::format("string {} {}\n", index, quoted(printable(string)));
    for (const auto& [id, bytes] : recording.features)
        text += fmt::format("feature {:02x} {}\n", id, hex(bytes));
    for (const auto& [id, bytes] : recording.inputs)
        text += fmt::format("input {:02x} {}\n", id, hex(bytes));
    return text;
}

Loaded<HidRecording> parse_hid_recording(const std::string& file, std::string_view text)
{
    return Reader(file).read(text);
}

Loaded<HidRecording> load_hid_recording(const std::string& file)
{
    const auto refused = [&](const char* why) {
        Loaded<HidRecording> none;
        none.problems.push_back({.file = file, .text = why});
        return none;
    };
    std::ifstream in(file, std::ios::binary);
    if (!in)
        return refused("can't be read");
    std::string text(kLongestFile + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text.size() > kLongestFile ? refused("is longer than 1 MiB") : parse_hid_recording(file, text);
}

} // namespace upright::upsim
