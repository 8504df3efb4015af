// Memory that starting took and running does not need.
#pragma once

namespace upright {

// Gives free memory back to the system, and the pages of code and constants that were only read to start
// (libraries', mostly): what is needed again comes back from the page cache. A host may run hundreds of
// drivers.
void give_back_memory();

} // namespace upright
