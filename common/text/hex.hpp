// Bytes as text.
#pragma once

#include <string>
#include <string_view>

namespace upright {

// Bytes as people write them: two small hex digits each.
std::string hex(std::string_view bytes);

} // namespace upright
