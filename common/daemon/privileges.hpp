// Giving up root, for good.
#pragma once

#include "common/result.hpp"

#include <string>

namespace upright {

// If root: takes the groups, group and user of `user` and checks that there is no way back. If not root:
// keeps what we have. Fails if there is no such account.
Result<void> drop_privileges(const std::string& user);

// The account programs change to when nothing else is asked for: the built-in one if it exists, else nobody.
std::string default_account();

Result<void> change_root(const std::string& folder); // chroot and chdir to its top

} // namespace upright
