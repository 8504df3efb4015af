#include "common/text/hex.hpp"

#include <fmt/format.h>

namespace upright {

std::string hex(std::string_view bytes)
{
    std::string text;
    for (const char c : bytes)
        text += fmt::format("{:02x}", static_cast<unsigned char>(c));
    return text;
}

} // namespace upright
