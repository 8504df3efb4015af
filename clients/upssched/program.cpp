#include "clients/upssched/program.hpp"

#include "clients/upssched/caller.hpp"
#include "clients/upssched/config.hpp"
#include "clients/upssched/script.hpp"
#include "common/config/paths.hpp"
#include "common/daemon/config_problems.hpp"
#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace upright::upssched {
namespace {

using namespace std::chrono_literals;

constexpr auto kScriptsPatience = 5s; // then it goes on by itself, and so do we
constexpr std::size_t kLongestName = 1024;
constexpr std::size_t kLongestMessage = 8192;

int fail(std::string_view text)
{
    log::error("{}", text);
    return EXIT_FAILURE;
}

// An upsmon in the background gives us /dev/null, where nobody would see what went wrong.
bool stderr_is_seen()
{
    struct stat file {};
    return ::fstat(STDERR_FILENO, &file) == 0 && !(S_ISCHR(file.st_mode) && file.st_rdev == makedev(1, 3));
}

std::optional<std::string> variable(const char* name)
{
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::optional<Event> event_of_caller(const Options& options)
{
    auto type = variable("NOTIFYTYPE");
    auto ups = variable("UPSNAME");
    if (!type || !ups)
        return std::nullopt;
    auto message = options.message.value_or(variable("NOTIFYMSG").value_or(""));
    message.resize(std::min(message.size(), kLongestMessage));
    return Event{*std::move(type), *std::move(ups), std::move(message)};
}

// One after the other, as NUT does; but a script that hangs does not keep the next line waiting for ever.
void wait_for(pid_t pid, const std::string& name)
{
    const auto deadline = std::chrono::steady_clock::now() + kScriptsPatience;
    int status = 0;
    while (::waitpid(pid, &status, WNOHANG) == 0) {
        if (std::chrono::steady_clock::now() >= deadline) {
            log::warning("exec_cmd({}) takes long: not waiting for it", escaped(name));
            return;
        }
        std::this_thread::sleep_for(10ms);
    }
    if (const auto text = ending(name, status); !text.empty())
        log::info("{}", text);
}

Result<void> execute(const Config& config, const std::string& name, const Event& event)
{
    log::debug(1, "Executing command: {}", escaped(name));
    const auto pid = spawn_script(script_command(config), name, event);
    if (!pid)
        return pid.error();
    wait_for(*pid, name);
    return {};
}

Result<void> carry_out(const Config& config, const Rule& rule, const Event& event)
{
    const auto& name = rule.name.text;
    if (rule.action == Action::execute)
        return execute(config, name, event);
    const Request request{rule.action, name, rule.seconds, rule.command, event};
    const auto delivered = Caller(config).deliver(request);
    if (!delivered)
        return delivered.error();
    if (*delivered == Delivered::no_daemon && !rule.command.empty())
        return execute(config, rule.command, event);
    return {};
}

// Every line that fits is carried out, whatever becomes of those before it.
int handle(const Config& config, const Event& event)
{
    int code = EXIT_SUCCESS;
    for (const auto& rule : config.rules) {
        if (!equal_ignoring_case(rule.type.text, event.type)
            || (rule.ups.text != "*" && rule.ups.text != event.ups))
            continue;
        if (const auto done = carry_out(config, rule, event); !done)
            code = fail(fmt::format("{}: {}", escaped(rule.name.text), to_string(done.error())));
    }
    return code;
}

int list(const Config& config)
{
    if (!config.pipe)
        return fail("upssched.conf: invalid configuration for timer listing: lacks PIPEFN");
    const auto timers = Caller(config).list();
    if (!timers)
        return fail(to_string(timers.error()));
    for (const auto& timer : *timers)
        fmt::print("{}", list_line(timer));
    return EXIT_SUCCESS;
}

// In both places, because whoever has no terminal sees one of them at most.
int refuse(const std::string& missing)
{
    const auto text = missing_text(missing);
    fmt::print("{}\n", text);
    return fail(text);
}

} // namespace

int run(const Options& options)
{
    log::init("upssched");
    log::set_debug(options.debug);
    if (!stderr_is_seen())
        log::to_background();
    const auto event = event_of_caller(options);
    const bool listing = options.task == Options::Task::list;
    if (!event && !listing) {
        fmt::print("Error: environment variables UPSNAME and NOTIFYTYPE must be set.\n"
                   "This program should only be run from upsmon.\n");
        return EXIT_FAILURE;
    }
    if (!listing && std::max(event->type.size(), event->ups.size()) > kLongestName)
        return fail(fmt::format("UPSNAME or NOTIFYTYPE has more than {} characters", kLongestName));
    const auto loaded = load_config();
    if (!loaded)
        return fail(to_string(loaded.error()));
    const auto& config = loaded->value;
    log::set_debug(std::max(options.debug, config.debug_min.value_or(0)));
    if (listing)
        return list(config);
    if (config.missing)
        return refuse(*config.missing);
    log_problems(loaded->problems);
    return handle(config, *event);
}

} // namespace upright::upssched
