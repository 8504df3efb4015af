#include "drivers/upsim/line_fault.hpp"

namespace upright::upsim {
namespace {

std::uint64_t next(std::uint64_t& noise)
{
    noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
    return noise >> 33;
}

char letter(std::uint64_t& noise) { return static_cast<char>('!' + next(noise) % 90); }

std::string garbled(std::string text, std::uint64_t& noise)
{
    for (auto& c : text) {
        const char other = letter(noise);
        if (c != '\r' && (noise >> 62) != 0) // three of four
            c = other;
    }
    return text;
}

// Any length that is too short; its CR arrives.
std::string truncated(std::string text, std::uint64_t& noise)
{
    if (text.size() < 2)
        return text;
    text.erase(next(noise) % (text.size() - 1));
    return text + '\r';
}

std::string overlong(std::string text, std::uint64_t& noise)
{
    const bool ends = text.ends_with('\r');
    if (ends)
        text.pop_back();
    for (auto more = 8 + next(noise) % 400; more > 0; --more)
        text += letter(noise);
    return ends ? text + '\r' : text;
}

std::string nonnumeric(std::string text)
{
    for (auto& c : text)
        if (c >= '0' && c <= '9')
            c = static_cast<char>('A' + (c - '0'));
    return text;
}

} // namespace

std::string spoiled(Fault::Kind kind, std::string answer, std::uint64_t& noise)
{
    switch (kind) {
    case Fault::Kind::garble: return garbled(std::move(answer), noise);
    case Fault::Kind::truncate: return truncated(std::move(answer), noise);
    case Fault::Kind::overlong: return overlong(std::move(answer), noise);
    case Fault::Kind::twice: return answer + answer;
    case Fault::Kind::nonnumeric: return nonnumeric(std::move(answer));
    case Fault::Kind::none:
    case Fault::Kind::mute:
    case Fault::Kind::slow:
    case Fault::Kind::leap: break;
    }
    return answer;
}

} // namespace upright::upsim
