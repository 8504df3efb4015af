// What must hold for every input; a failed requirement is a finding.
#pragma once

#include <cstdlib>

namespace upright::fuzz {

inline void require(bool holds)
{
    if (!holds)
        std::abort();
}

} // namespace upright::fuzz
