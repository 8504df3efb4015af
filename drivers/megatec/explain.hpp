// nutdrv_qx --explain and --list-dialects: what the driver knows, and what it finds out about a device.
#pragma once

#include "drivers/io/link.hpp"
#include "drivers/megatec/dialect.hpp"
#include "drivers/runtime/driver.hpp"

#include <cstdio>

namespace upright::megatec {

// Tries the dialects and prints each question and answer, and why each dialect was refused or taken. Returns
// the exit code: success if one was taken. DeviceError if the device can't be opened.
int explain(io::Link& link, const std::vector<Dialect>& dialects, const DriverOptions& options,
            std::FILE* out);

int list_dialects(const std::vector<Dialect>& dialects, std::FILE* out);

} // namespace upright::megatec
