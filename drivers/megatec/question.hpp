// How the family ends what it says: with a carriage return.
#pragma once

#include <string_view>

namespace upright::megatec {

constexpr std::string_view without_end(std::string_view question)
{
    return question.substr(0, question.find('\r'));
}

} // namespace upright::megatec
