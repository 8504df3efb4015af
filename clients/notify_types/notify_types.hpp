// The names of what upsmon notifies of, as NOTIFYTYPE and the files of upsmon and upssched have them; case
// does not matter. Owns nothing.
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace upright {

std::span<const std::string_view> notify_types();

// The name as it is spelled in the list, which stays valid for ever.
std::optional<std::string_view> find_notify_type(std::string_view name);

} // namespace upright
