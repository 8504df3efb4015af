#include "common/daemon/privileges.hpp"

#include "common/version.hpp"

#include <grp.h>
#include <pwd.h>
#include <unistd.h>

namespace upright {

Result<void> drop_privileges(const std::string& user)
{
    if (geteuid() != 0)
        return {};
    errno = 0;
    const passwd* const account = getpwnam(user.c_str()); // NOLINT(concurrency-mt-unsafe): before any thread
    if (account == nullptr)
        return Error{Errc::bad_config, "OS user account '" + user + "' does not exist"};
    const auto uid = account->pw_uid;
    const auto gid = account->pw_gid;
    if (initgroups(user.c_str(), gid) != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
        return system_error("cannot become " + user);
    if (uid != 0 && setuid(0) == 0)
        return Error{Errc::bad_config, "could become root again after changing to " + user};
    return {};
}

std::string default_account()
{
    const std::string built_in(kBuiltInUser);
    return getpwnam(built_in.c_str()) != nullptr ? built_in : "nobody"; // NOLINT(concurrency-mt-unsafe)
}

Result<void> change_root(const std::string& folder)
{
    if (chdir(folder.c_str()) != 0 || chroot(folder.c_str()) != 0 || chdir("/") != 0)
        return system_error("chroot to " + folder);
    return {};
}

} // namespace upright
