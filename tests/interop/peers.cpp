#include "tests/interop/peers.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::test {
namespace {

// The command behind these mounts, which nobody else sees.
std::vector<std::string> with_mounts(const std::string& mounts, const std::vector<std::string>& command)
{
    std::vector<std::string> all{"/usr/bin/unshare",         "--mount", "/bin/sh", "-c",
                                 mounts + " && exec \"$@\"", "sh"};
    all.insert(all.end(), command.begin(), command.end());
    return all;
}

} // namespace

Peers::Peers()
{
    const char* const given = std::getenv("UPRIGHT_PEERS"); // NOLINT(concurrency-mt-unsafe)
    root_ = given != nullptr ? given : UPRIGHT_PEERS_ROOT;
    if (!fs::exists(root_ + "/lib/nut/upsd"))
        throw std::runtime_error("Debian's NUT programs are not in " + root_
                                 + ": run tests/interop/install-peers <folder> and set UPRIGHT_PEERS to "
                                   "<folder>/root");
}

std::string Peers::program(std::string_view name) const
{
    // lib/nut first: what sbin/upsd and sbin/upsmon hold are scripts that look at /etc/nut.
    for (const auto* const place : {"/lib/nut/", "/bin/", "/sbin/", "/usr/bin/", "/usr/sbin/",
                                    "/usr/lib/nagios/plugins/", "/usr/lib/cgi-bin/nut/"})
        if (const auto path = root_ + place + std::string(name); fs::exists(path))
            return path;
    throw std::runtime_error("no such program among Debian's: " + std::string(name));
}

std::string Peers::file(std::string_view path) const
{
    const auto full = root_ + "/" + std::string(path);
    if (!fs::exists(full))
        throw std::runtime_error("no such file among Debian's: " + full);
    return full;
}

bool Peers::can_be_apart() const
{
    static const bool possible =
        run(with_mounts("mount -t tmpfs none /run", {"/bin/true"}), {{"PATH", "/usr/bin:/bin"}}).exit_code
        == 0;
    return possible;
}

std::vector<std::string> Peers::apart(std::vector<std::string> command) const
{
    if (can_be_apart())
        return with_mounts("mount -t tmpfs none /run && mkdir /run/nut", command);
    if (::access("/run/nut", W_OK) == 0)
        throw std::runtime_error(
            "this machine's /run/nut would be written to: namespaces are forbidden here");
    return command;
}

std::vector<std::string> Peers::with_etc_nut(const std::string& folder,
                                             std::vector<std::string> command) const
{
    return with_mounts("mount -t tmpfs none /etc && ln -s '" + folder + "' /etc/nut", command);
}

std::map<std::string, std::string> Peers::environment(const Scratch& scratch) const
{
    auto variables = scratch.environment();
    variables["LD_LIBRARY_PATH"] = root_ + "/usr/lib/x86_64-linux-gnu:" + root_ + "/lib/x86_64-linux-gnu";
    return variables;
}

PeerServer::PeerServer(const Peers& peers, const Scratch& scratch, const std::vector<std::string>& upses,
                       const std::string& more)
    : port_(free_port())
{
    const auto environment = peers.environment(scratch);
    scratch.write("upsd.conf", "LISTEN 127.0.0.1 " + std::to_string(port_) + "\n" + more);
    scratch.write("upsd.users", "[admin]\npassword = pw\nactions = SET FSD\ninstcmds = ALL\nupsmon primary\n"
                                "[odd]\npassword = \"p w=\\\\x\"\nactions = SET\ninstcmds = ALL\n");
    for (const auto* const secret : {"upsd.conf", "upsd.users"})
        fs::permissions(scratch.file(secret), fs::perms::owner_read | fs::perms::owner_write);
    for (const auto& ups : upses) {
        const std::vector<std::string> driver{peers.program("dummy-ups"), "-a", ups, "-u", "root", "-F"};
        processes_.push_back(std::make_unique<Process>(driver, environment));
    }
    const std::vector<std::string> server{peers.program("upsd"), "-u", "root", "-F"};
    processes_.push_back(std::make_unique<Process>(server, environment));
    const bool serves = eventually([&] {
        RawClient client(port_);
        if (!client.connected())
            return false;
        return std::all_of(upses.begin(), upses.end(), [&](const auto& ups) {
            const auto status = client.ask("GET VAR " + ups + " ups.status");
            return status.starts_with("VAR ") && !status.ends_with("\"WAIT\"");
        });
    });
    if (!serves)
        throw std::runtime_error("Debian's upsd does not serve: " + processes_.back()->err());
}

} // namespace upright::test
