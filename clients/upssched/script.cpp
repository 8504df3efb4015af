#include "clients/upssched/script.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upright::upssched {
namespace {

constexpr std::array<std::string_view, 3> kOfTheEvent{"NOTIFYTYPE=", "UPSNAME=", "NOTIFYMSG="};

// Ours, with the event's variables in place of those that we were started with.
std::vector<std::string> environment_for(const Event& event)
{
    std::vector<std::string> all;
    for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (std::none_of(kOfTheEvent.begin(), kOfTheEvent.end(),
                         [&](auto name) { return text.starts_with(name); }))
            all.emplace_back(text);
    }
    const std::array values{event.type, event.ups, event.message};
    for (std::size_t i = 0; i < values.size(); ++i)
        if (!values[i].empty())
            all.push_back(std::string(kOfTheEvent[i]) + values[i]);
    return all;
}

std::vector<char*> pointers(std::vector<std::string>& texts)
{
    std::vector<char*> all;
    for (auto& text : texts)
        all.push_back(text.data());
    all.push_back(nullptr);
    return all;
}

// The child begins with the signals that a program expects, whatever we ignore.
void set_attributes(posix_spawnattr_t& attributes)
{
    sigset_t none;
    sigset_t all;
    ::sigemptyset(&none);
    ::sigfillset(&all);
    ::posix_spawnattr_setsigmask(&attributes, &none);
    ::posix_spawnattr_setsigdefault(&attributes, &all);
    ::posix_spawnattr_setpgroup(&attributes, 0);
    ::posix_spawnattr_setflags(&attributes,
                               POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);
}

} // namespace

Result<pid_t> spawn_script(std::vector<std::string> command, const std::string& name, const Event& event)
{
    command.push_back(name);
    auto environment = environment_for(event);
    const auto arguments = pointers(command);
    const auto variables = pointers(environment);
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_t actions;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawn_file_actions_init(&actions);
    set_attributes(attributes);
    ::posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    pid_t pid = -1;
    const int failed =
        ::posix_spawnp(&pid, command[0].c_str(), &actions, &attributes, arguments.data(), variables.data());
    ::posix_spawn_file_actions_destroy(&actions);
    ::posix_spawnattr_destroy(&attributes);
    if (failed != 0)
        return Error{{failed, boost::system::system_category()}, "can't run CMDSCRIPT " + command[0]};
    return pid;
}

std::string ending(const std::string& name, int wait_status)
{
    if (WIFSIGNALED(wait_status))
        return fmt::format("exec_cmd({}) terminated with signal {}", escaped(name), WTERMSIG(wait_status));
    if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) != 0)
        return fmt::format("exec_cmd({}) returned {}", escaped(name), WEXITSTATUS(wait_status));
    return "";
}

void Scripts::run(const std::string& name, const Event& event)
{
    const auto killed =
        std::count_if(children_.begin(), children_.end(), [](const Child& child) { return child.killed; });
    if (children_.size() - static_cast<std::size_t>(killed) >= kMost) {
        const auto oldest = std::find_if(children_.begin(), children_.end(),
                                         [](const Child& child) { return !child.killed; });
        log::warning("{} commands are running: killing the oldest, {}", kMost, escaped(oldest->name));
        ::kill(-oldest->pid, SIGKILL);
        oldest->killed = true;
    }
    const auto pid = spawn_script(command_, name, event);
    if (pid)
        children_.push_back({*pid, name, false});
    else
        log::error("{}", to_string(pid.error()));
}

void Scripts::reap()
{
    std::erase_if(children_, [](const Child& child) {
        int status = 0;
        if (::waitpid(child.pid, &status, WNOHANG) == 0)
            return false;
        if (const auto text = ending(child.name, status); !text.empty())
            log::info("{}", text);
        return true;
    });
}

} // namespace upright::upssched
