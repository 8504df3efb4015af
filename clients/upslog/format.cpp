#include "clients/upslog/format.hpp"

#include "common/text/case_less.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace upright::upslog {
namespace {

constexpr std::string_view kInvalid = "INVALID";
constexpr std::string_view kNotAvailable = "NA";

// strftime with @ in place of %, local time.
std::string time_text(std::string format, std::time_t now)
{
    std::replace(format.begin(), format.end(), '@', '%');
    std::tm local{};
    ::localtime_r(&now, &local);
    std::array<char, 1024> out{};
    return {out.data(), std::strftime(out.data(), out.size(), format.c_str(), &local)};
}

} // namespace

const char* const kDefaultFormat =
    "%TIME @Y@m@d @H@M@S% %VAR battery.charge% %VAR input.voltage% %VAR ups.load% [%VAR ups.status%] "
    "%VAR ups.temperature% %VAR input.frequency%";
const char* const kHostPrefix = "%UPSHOST%%t";

// A word is known by its beginning, in any case; what stands behind the first blank is its argument.
struct Format::Token {
    std::string_view word;
    Kind kind;
    bool wants_argument;
};

const std::vector<Format::Token>& Format::tokens()
{
    static const std::vector<Token> tokens{
        {"TIME", Kind::time, true},    {"ETIME", Kind::epoch, false}, {"HOST", Kind::host, false},
        {"UPSHOST", Kind::ups, false}, {"PID", Kind::pid, false},     {"VAR", Kind::variable, true},
    };
    return tokens;
}

// text %% %t %TOKEN argument% text: a % that nothing closes is INVALID by itself. %t stands in front of the
// tokens; only %time ...%, which NUT took for a token before it knew %t, stays one.
Format::Format(std::string_view text)
{
    for (;;) {
        const auto percent = text.find('%');
        add(Kind::text, text.substr(0, percent));
        if (percent == std::string_view::npos)
            return;
        text.remove_prefix(percent + 1);
        const auto end = text.find('%');
        const bool is_time = end != std::string_view::npos && starts_ignoring_case(text, "TIME");
        if (text.starts_with('%') || (text.starts_with('t') && !is_time)) {
            add(Kind::text, text[0] == '%' ? "%" : "\t");
            text.remove_prefix(1);
        } else if (end == std::string_view::npos) {
            add(Kind::text, kInvalid);
        } else {
            add_token(text.substr(0, end));
            text.remove_prefix(end + 1);
        }
    }
}

void Format::add(Kind kind, std::string_view text)
{
    if (kind == Kind::text && !pieces_.empty() && pieces_.back().kind == Kind::text)
        pieces_.back().text += text;
    else if (kind != Kind::text || !text.empty())
        pieces_.push_back({kind, std::string(text)});
}

void Format::add_token(std::string_view inside)
{
    const auto token = std::find_if(tokens().begin(), tokens().end(),
                                    [&](const auto& t) { return starts_ignoring_case(inside, t.word); });
    const auto blank = inside.find(' ');
    const bool has_argument = blank != std::string_view::npos;
    const auto argument = has_argument ? inside.substr(blank + 1) : std::string_view{};
    if (token == tokens().end() || (token->wants_argument && !has_argument)
        || (token->kind == Kind::variable && argument.find('.') == std::string_view::npos)) {
        add(Kind::text, kInvalid);
        return;
    }
    add(token->kind, argument);
    if (token->kind != Kind::variable)
        return;
    if (std::find(variables_.begin(), variables_.end(), argument) == variables_.end())
        variables_.emplace_back(argument);
}

std::string Format::line(const Facts& facts) const
{
    std::string out;
    for (const auto& piece : pieces_) {
        switch (piece.kind) {
        case Kind::text: out += piece.text; break;
        case Kind::time: out += time_text(piece.text, facts.now); break;
        case Kind::epoch: out += std::to_string(facts.now); break;
        case Kind::host: out += facts.host; break;
        case Kind::ups: out += facts.ups; break;
        case Kind::pid: out += std::to_string(facts.pid); break;
        case Kind::variable: {
            const auto value = facts.values.find(piece.text);
            out += value == facts.values.end() ? std::string(kNotAvailable) : value->second;
            break;
        }
        }
    }
    return out;
}

} // namespace upright::upslog
