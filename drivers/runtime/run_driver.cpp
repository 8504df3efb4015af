// The life of a driver program from its command line to its exit code, as a list of steps.
#include "common/config/paths.hpp"
#include "common/daemon/background.hpp"
#include "common/daemon/daemon.hpp"
#include "common/daemon/log.hpp"
#include "common/daemon/memory.hpp"
#include "common/daemon/notify.hpp"
#include "common/daemon/pid_file.hpp"
#include "common/daemon/privileges.hpp"
#include "common/text/number.hpp"
#include "common/version.hpp"
#include "drivers/runtime/check.hpp"
#include "drivers/runtime/instance.hpp"
#include "drivers/runtime/power_off.hpp"
#include "drivers/runtime/power_off_way.hpp"
#include "drivers/runtime/runtime.hpp"
#include "drivers/runtime/settings.hpp"
#include "drivers/runtime/sibling.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <thread>
#include <unistd.h>

namespace upright {
namespace {

std::string name_of_this_program(const char* argv0, const DriverProgram& program)
{
    auto name = std::filesystem::path(argv0).filename().string();
    if (name.starts_with("lt-"))
        name.erase(0, 3);
    const bool known = std::find(program.names.begin(), program.names.end(), name) != program.names.end();
    return known ? name : std::string(program.names.front());
}

void print_banner(const DriverProgram& program)
{
    std::cout << "Network UPS Tools " << kVersion << " - " << program.title << ' ' << program.version
              << std::endl;
}

void print_options(const DriverProgram& program)
{
    for (const auto& option : program.options)
        std::cout << (option.kind == DriverOption::Kind::value ? "VALUE " : "FLAG ") << option.name << " \""
                  << option.description << "\"\n";
}

// Settings from ups.conf (with -a) and the command line.
Result<Loaded<DriverSettings>> read_settings(const CommandLine& line, const DriverProgram& program,
                                             const std::string& name)
{
    if (!line.section)
        return resolve_settings({}, line, program, name);
    const auto conf = load_ups_conf();
    if (!conf)
        return conf.error();
    auto settings = resolve_settings(conf->value, line, program, name);
    if (settings)
        settings->problems.insert(settings->problems.begin(), conf->problems.begin(), conf->problems.end());
    return settings;
}

class Program {
public:
    Program(const DriverProgram& program, CommandLine line, std::string name, DriverSettings settings)
        : program_(program), line_(std::move(line)), name_(std::move(name)),
          settings_(std::move(settings)), instance_{name_, line_.ups(),
                                                    paths::state_dir(settings_.state_path),
                                                    paths::unprivileged_pid_dir(settings_.state_path)}
    {
    }

    int run()
    {
        if (const auto ready = take_our_place(); !ready)
            return fail(ready.error());
        if (line_.tell)
            return tell_instance(instance_, *line_.tell, line_.pid, program_);
        if (line_.kill_power)
            return line_.check ? rehearse_power_off() : kill_power();
        replace_instance(instance_, program_);
        if (line_.dump_loops)
            return dump();
        return serve();
    }

private:
    static int fail(const Error& error)
    {
        log::error("{}", to_string(error));
        return EXIT_FAILURE;
    }

    // chroot, privileges, working folder.
    Result<void> take_our_place()
    {
        if (settings_.chroot)
            if (auto changed = change_root(*settings_.chroot); !changed)
                return changed;
        if (auto dropped = drop_privileges(settings_.user.value_or(default_account())); !dropped)
            return dropped;
        std::error_code ignored; // a missing state folder is told when the socket can't be made there
        std::filesystem::current_path(instance_.state_dir, ignored);
        return {};
    }

    std::unique_ptr<Driver> open_driver()
    {
        auto driver = program_.create(settings_.options);
        driver->open();
        return driver;
    }

    // The first reading, or nothing if the driver is content to start without.
    static std::optional<Snapshot> first_reading(Driver& driver)
    {
        try {
            driver.open();
            return driver.poll(Depth::full);
        } catch (const DeviceError& e) {
            if (!driver.starts_without_device() || e.kind() == DeviceError::Kind::fatal)
                throw;
            log::warning("{}: starting all the same", escaped(e.what()));
            return std::nullopt;
        }
    }

    int kill_power()
    {
        if (kill_power_by_instance(instance_)) {
            log::notice("UPS [{}]: the running driver switched the power off", instance_.ups);
            return EXIT_SUCCESS;
        }
        replace_instance(instance_, program_);
        try {
            const auto driver = open_driver();
            const auto outcome = power_off(*driver, settings_.sdcommands, instance_.ups);
            return outcome == Outcome::handled ? EXIT_SUCCESS : EXIT_FAILURE;
        } catch (const DeviceError& e) {
            log::error("UPS [{}]: shutdown request(s) failed: {}", instance_.ups, escaped(e.what()));
            return EXIT_FAILURE;
        }
    }

    // -k --check: opens the device and says what -k would begin with. Sends nothing that changes anything,
    // and leaves a running instance alone. Scripts read the output: docs/manual/drivers.md.
    int rehearse_power_off()
    {
        if (Sibling::connect(instance_.socket_path(), std::chrono::seconds(5)))
            return fail({Errc::command_failed,
                         fmt::format("UPS [{}]: its driver runs: upsdrvctl killpower --check asks that",
                                     instance_.ups)});
        try {
            const auto driver = open_driver();
            const auto reading = driver->poll(Depth::full);
            for (const auto& command : reading.commands)
                fmt::print("command: {}\n", escaped(command));
            for (const auto& [name, variable] : reading.variables)
                if (starts_ignoring_case(name, "ups.delay."))
                    fmt::print("{}: {}\n", escaped(name), escaped(variable.value));
            const auto way = power_off_way({name_, settings_.sdcommands, settings_.options.flag("stayoff")},
                                           reading.commands);
            if (!way)
                return fail({Errc::command_not_supported,
                             fmt::format("UPS [{}]: {}", instance_.ups, way.error().what)});
            fmt::print("-k would send: {}\n", escaped(*way));
            return EXIT_SUCCESS;
        } catch (const DeviceError& e) {
            return fail({Errc::bad_reply, fmt::format("UPS [{}]: {}", instance_.ups, escaped(e.what()))});
        }
    }

    // -d: so many further readings, then everything on stdout.
    int dump()
    {
        try {
            Daemon daemon;
            const auto driver = open_driver();
            Runtime runtime(daemon, *driver, program_, name_, settings_, line_.debug, {});
            if (const auto begun = runtime.begin(driver->poll(Depth::full)); !begun)
                return fail(begun.error());
            runtime.set_state("quiet");
            for (int loop = 1; loop < *line_.dump_loops; ++loop) {
                std::this_thread::sleep_for(settings_.poll_interval);
                runtime.take(driver->poll(Depth::full));
            }
            return runtime.print(stdout) ? EXIT_SUCCESS : EXIT_FAILURE;
        } catch (const DeviceError& e) {
            return fail({Errc::bad_reply, e.what()});
        }
    }

    int serve()
    {
        auto background = line_.ground == Ground::background ? Background::start() : Background();
        PidFile pid_file;
        if (line_.ground != Ground::foreground) {
            auto written = PidFile::write(instance_.pid_path());
            if (written)
                pid_file = *std::move(written);
            else
                log::warning("{}", to_string(written.error()));
        }
        try {
            return serve_device(background);
        } catch (const DeviceError& e) {
            return fail({Errc::bad_reply, e.what()});
        }
    }

    int serve_device(Background& background)
    {
        const auto driver = program_.create(settings_.options);
        const auto first = first_reading(*driver);
        Daemon daemon;
        Runtime runtime(daemon, *driver, program_, name_, settings_, line_.debug,
                        [this] { return read_settings(line_, program_, name_); });
        if (!first)
            runtime.begin_without_device();
        else if (const auto begun = runtime.begin(*first); !begun)
            return fail(begun.error());
        if (const auto listening = runtime.listen(instance_.socket_path(), group_of_socket()); !listening)
            return fail(listening.error());
        if (!paths::quiet("NUT_QUIET_INIT_LISTENER"))
            log::info("Listening on socket {}", instance_.socket_path());
        daemon.on_signal(SIGHUP, [&] { runtime.reload(); });
        daemon.on_signal(SIGUSR1, [&] { runtime.reload_or_exit(); });
        daemon.on_signal(SIGUSR2, [&] { runtime.reload(); });
        daemon.on_signal(SIGURG, [&] { runtime.print(stdout); });
        return daemon.run([&](TaskGroup& tasks) {
            give_back_memory(); // files were read, a device was found out
            runtime.run(tasks);
            background.ready();
            notify::ready();
        });
    }

    std::optional<std::string> group_of_socket() const { return settings_.group; }

    const DriverProgram& program_;
    CommandLine line_;
    std::string name_;
    DriverSettings settings_;
    Instance instance_;
};

int act(const DriverAction& action, const DriverOptions& options)
try {
    return action.run(options, stdout);
} catch (const DeviceError& e) {
    std::cerr << "Error: " << e.what() << std::endl;
    return EXIT_FAILURE;
}

} // namespace

int run_driver(int argc, char** argv, const DriverProgram& program)
{
    const auto name = name_of_this_program(argv[0], program);
    const auto line = parse_command_line(argc, argv, program.actions);
    const bool acts = line && line->action != nullptr; // its output may be a file for another program
    if ((!paths::quiet("NUT_QUIET_INIT_BANNER") && !acts) || (line && line->version))
        print_banner(program);
    if (!line) {
        std::cerr << line.error().what << std::endl;
        return EXIT_FAILURE;
    }
    if (line->help)
        std::cout << driver_usage(name, program.actions);
    if (line->list_options)
        print_options(program);
    if (line->help || line->list_options || line->version)
        return EXIT_SUCCESS;

    log::init(name);
    for (const int number :
         {SIGHUP, SIGUSR1, SIGUSR2}) // until the loop handles them; opening a device takes time
        std::signal(number, SIG_IGN);
    log::set_debug(line->debug);
    log::be_quieter(line->quiet);
    if (line->check && !line->kill_power)
        return check_driver(*line, program, name, stdout);
    if (line->action != nullptr && !line->action->needs_ups)
        return act(*line->action, {});
    auto settings = read_settings(*line, program, name);
    if (!settings) {
        const auto text = to_string(settings.error());
        // NUT's drivers say this one on stdout, and scripts look there.
        (text.starts_with("Fatal error: '") ? std::cout : std::cerr) << text << std::endl;
        return EXIT_FAILURE;
    }
    log::set_debug(std::max(line->debug, settings->value.debug_min));
    for (const auto& problem : settings->problems)
        log::warning("{}", to_string(problem));
    if (line->action != nullptr)
        return act(*line->action, settings->value.options);
    return Program(program, *line, name, std::move(settings->value)).run();
}

} // namespace upright
