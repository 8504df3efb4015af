// How upsrw prints the variables that can be written, as text or JSON. Pure. The text is fixed to the byte:
// programs with windows read it.
#pragma once

#include "clients/upsrw/settings.hpp"

#include <string>
#include <vector>

namespace upright::upsrw {

std::string settings_text(const std::vector<Setting>& settings, bool json);

} // namespace upright::upsrw
