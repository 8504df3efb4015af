#include "drivers/io/usb/access_problem.hpp"

#include <fmt/format.h>

#include <array>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upright::io {
namespace {

std::string user_name(uid_t id)
{
    std::array<char, 4096> buffer{};
    passwd entry{};
    passwd* found = nullptr;
    const bool known = ::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0;
    return known && found != nullptr ? found->pw_name : fmt::to_string(id);
}

std::string group_name(gid_t id)
{
    std::array<char, 4096> buffer{};
    group entry{};
    group* found = nullptr;
    const bool known = ::getgrgid_r(id, &entry, buffer.data(), buffer.size(), &found) == 0;
    return known && found != nullptr ? found->gr_name : fmt::to_string(id);
}

} // namespace

std::string access_problem(const std::string& node, const std::string& ids)
{
    struct stat found {};
    if (::stat(node.c_str(), &found) != 0)
        return fmt::format("{} is not there; the device {} may just be going or coming", node, ids);
    return fmt::format("{} ({}:{}, mode {:04o}) may not be opened by user {}: a udev rule that gives {} to "
                       "this user's group is missing",
                       node, user_name(found.st_uid), group_name(found.st_gid), found.st_mode & 07777U,
                       user_name(::geteuid()), ids);
}

} // namespace upright::io
