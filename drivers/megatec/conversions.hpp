// The named arithmetic that device files refer to. New arithmetic is one row in a table here.
#pragma once

#include "drivers/megatec/dialect.hpp"

#include <span>

namespace upright::megatec {

Convert find_conversion(std::string_view name); // nullptr: there is none of that name
std::span<const std::string_view> conversion_names();

Decode find_decoder(std::string_view name);
std::span<const std::string_view> decoder_names();

Rounding find_rounding(std::string_view name);
std::span<const std::string_view> rounding_names();

} // namespace upright::megatec
