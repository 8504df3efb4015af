#include "tests/interop/monitor.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace fs = std::filesystem;

namespace upright::test {
namespace {

// The process that does the work; the other one waits to run SHUTDOWNCMD.
pid_t child_of(pid_t parent)
{
    for (const auto& entry : fs::directory_iterator("/proc")) {
        std::ifstream stat(entry.path() / "stat"); // 12 (upsmon) S <parent> ...
        std::string pid;
        std::string name;
        std::string state;
        pid_t its_parent = 0;
        if (stat >> pid >> name >> state >> its_parent && its_parent == parent && name == "(upsmon)")
            return std::stoi(pid);
    }
    return -1;
}

} // namespace

Monitor::Monitor(By by, const Mix& mix, Duty duty) : by_(by), mix_(mix), duty_(std::move(duty))
{
    scratch.write("upsmon.conf", conf());
    fs::permissions(scratch.file("upsmon.conf"), fs::perms::owner_read | fs::perms::owner_write);
    auto environment = mix.peers.environment(scratch);
    script("bin/wall", "cat > /dev/null"); // instead of the real one, for the sake of whoever is logged in
    environment["PATH"] = scratch.file("bin") + ":" + environment["PATH"];
    std::vector<std::string> words{mix.place(by, "upsmon"), "-F", "-u", "root"};
    if (by == By::debian)
        words = mix.peers.apart(std::move(words));
    process = std::make_unique<Process>(words, environment);
}

std::string Monitor::script(const std::string& file, const std::string& line) const
{
    auto path = scratch.write(file, "#!/bin/sh\n" + line + "\n");
    fs::permissions(path, fs::perms::owner_all);
    return path;
}

std::string Monitor::conf() const
{
    constexpr std::array kTypes{"ONLINE",  "ONBATT",   "LOWBATT",  "FSD",    "COMMOK",
                                "COMMBAD", "SHUTDOWN", "REPLBATT", "NOCOMM", "NOPARENT"};
    auto monitor = duty_.monitor;
    monitor.replace(monitor.find('$'), 1, address());
    auto text = fmt::format("RUN_AS_USER root\nMONITOR {}\nMINSUPPLIES 1\nPOLLFREQ 1\nPOLLFREQALERT 1\n"
                            "FINALDELAY 0\nDEADTIME 15\nPOWERDOWNFLAG {}\n",
                            monitor, scratch.file("killpower"));
    for (const auto* const type : kTypes)
        text += fmt::format("NOTIFYFLAG {} EXEC\n", type);
    const auto journal = mix_.scratch.file("journal");
    text +=
        "NOTIFYCMD "
        + script("notify", fmt::format(R"(echo "{}: $NOTIFYTYPE $UPSNAME $1" >> {})", duty_.name, journal))
        + "\nSHUTDOWNCMD "
        + script("shutdown", fmt::format(R"(echo "{}: shut down" >> {})", duty_.name, journal)) + "\n";
    return text + duty_.more;
}

std::string Monitor::address() const { return duty_.address.empty() ? mix_.address() : duty_.address; }

std::vector<std::string> Monitor::journal() const
{
    std::vector<std::string> lines;
    std::istringstream in(mix_.scratch.read("journal"));
    for (std::string line; std::getline(in, line);)
        lines.push_back(replaced(line, address(), "$"));
    return lines;
}

bool Monitor::writes(const std::string& entry, int times) const
{
    return eventually([&] {
        const auto lines = journal();
        return std::count(lines.begin(), lines.end(), duty_.name + ": " + entry) >= times;
    });
}

Finished Monitor::force_shutdown() const
{
    const auto pid = std::to_string(child_of(process->pid()));
    return run({mix_.place(by_, "upsmon"), "-c", "fsd", "-P", pid}, mix_.peers.environment(scratch));
}

void Monitor::kill() const { ::kill(child_of(process->pid()), SIGKILL); }

} // namespace upright::test
