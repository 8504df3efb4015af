// upsmon started by root: what talks to the network has no privileges and no way back to them, and what has
// them talks to nobody.
#include "tests/e2e/watched.hpp"

#include <algorithm>
#include <sys/stat.h>

namespace upright::test {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

const std::string kNobodys = fmt::format("{}", Guard::kNobody);

// A line of /proc/<pid>/status, its words separated by one blank.
std::string status_line(pid_t pid, const std::string& name)
{
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with(name + ":")) {
            std::istringstream words(line.substr(name.size() + 1));
            std::string all;
            for (std::string word; words >> word;)
                all += (all.empty() ? "" : " ") + word;
            return all;
        }
    return "<none>";
}

// What its descriptors lead to, without the three standard ones.
std::vector<std::string> descriptors(pid_t pid)
{
    std::vector<std::string> all;
    for (const auto& entry : fs::directory_iterator(fmt::format("/proc/{}/fd", pid)))
        if (std::stoi(entry.path().filename()) > 2)
            all.push_back(fs::read_symlink(entry.path()));
    return all;
}

// Sockets of the network, by their inodes.
bool is_of_network(const std::string& link)
{
    const auto inode = link.substr(link.find('[') + 1, link.find(']') - link.find('[') - 1);
    for (const auto* const table : {"tcp", "tcp6", "udp", "udp6", "raw", "packet", "netlink"}) {
        std::ifstream rows(fmt::format("/proc/net/{}", table));
        for (std::string row; std::getline(rows, row);) {
            std::istringstream words(row);
            for (std::string word; words >> word;)
                if (word == inode)
                    return true;
        }
    }
    return false;
}

class UpsmonPrivileges : public Watched {
protected:
    void SetUp() override
    {
        if (::geteuid() != 0)
            GTEST_SKIP() << "needs root";
        serve();
        Guard::Wish wish;
        wish.options = {"-F", "-u", "nobody"};
        wish.before = {"/bin/sh", "-c", "exec \"$@\" 9< /etc/shadow", "sh"}; // by somebody careless
        wish.shut_down = R"sh(echo "shut down by $(id -u)" >> "$JOURNAL")sh";
        wish.notify = R"sh(printf '%s\n' "$NOTIFYTYPE by $(id -u)" >> "$JOURNAL")sh";
        upsmon = guard(wish);
        ASSERT_TRUE(upsmon->is_protected()) << upsmon->process->err();
    }

    std::unique_ptr<Guard> upsmon;
};

TEST_F(UpsmonPrivileges, ChildHasNoneAndNoWayBack)
{
    const auto child = upsmon->child();
    ASSERT_NE(child, upsmon->process->pid());

    const auto four = fmt::format("{0} {0} {0} {0}", kNobodys); // real, effective, saved, of files
    EXPECT_EQ(status_line(child, "Uid"), four);
    EXPECT_EQ(status_line(child, "Gid"), four);
    EXPECT_THAT(status_line(child, "Groups"), testing::AnyOf("", kNobodys));
    for (const auto* const set : {"CapInh", "CapPrm", "CapEff", "CapAmb"})
        EXPECT_EQ(status_line(child, set), "0000000000000000") << set;
    const auto harmless = [](const std::string& link) {
        return link.find(':') != std::string::npos || link == "/dev/null" || link.ends_with("/upsmon.lock");
    };
    EXPECT_TRUE(eventually([&] { // no file that root has opened; one may be open for a moment to be read
        const auto open = descriptors(child);
        return std::all_of(open.begin(), open.end(), harmless);
    })) << testing::PrintToString(descriptors(child));
}

TEST_F(UpsmonPrivileges, ParentIsRootAndTalksToNobody)
{
    const auto parent = upsmon->process->pid();

    EXPECT_EQ(status_line(parent, "Uid"), "0 0 0 0");
    const auto open = descriptors(parent);
    ASSERT_EQ(open.size(), 1U) << testing::PrintToString(open); // that to its child
    EXPECT_THAT(open[0], HasSubstr("socket:"));
    EXPECT_FALSE(is_of_network(open[0]));
    EXPECT_EQ(status_line(parent, "Threads"), "1");
}

TEST_F(UpsmonPrivileges, OnlyTheShutdownIsRoots)
{
    set_status("OB LB");

    EXPECT_TRUE(upsmon->writes("shut down by 0")) << upsmon->process->err();
    EXPECT_TRUE(upsmon->writes("ONBATT by " + kNobodys));
    EXPECT_TRUE(upsmon->writes("SHUTDOWN by " + kNobodys));
    struct stat info {};
    ASSERT_EQ(::stat(upsmon->scratch.file("killpower").c_str(), &info), 0);
    EXPECT_EQ(info.st_uid, 0U);
}

TEST_F(UpsmonPrivileges, EverybodyMayAskForItsStatus)
{
    const auto status = run({"/usr/bin/setpriv", "--reuid=65533", "--regid=65533", "--clear-groups", "--",
                             program("upsmon"), "--status"},
                            upsmon->environment());

    EXPECT_EQ(status.exit_code, 0) << status.err;
    EXPECT_THAT(status.out, HasSubstr("This host is protected\n"));
}

TEST_F(UpsmonPrivileges, ReloadNeedsNone)
{
    upsmon->configure("u@$ 1 mon pw primary", "NOTIFYMSG ONBATT again\n");
    upsmon->reload();

    EXPECT_TRUE(upsmon->logs("Reloading configuration"));
    EXPECT_TRUE(upsmon->is_protected());
    EXPECT_EQ(upsmon->process->err().find("Reload failed"), std::string::npos) << upsmon->process->err();
    EXPECT_TRUE(has_logins(1));
}

} // namespace
} // namespace upright::test
