// Site: a machine of its own for a test: configuration, drivers and upsd in a scratch folder.
#pragma once

#include "tests/support/process.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <memory>

namespace upright::test {

class Site {
public:
    Site()
    {
        scratch.write("one.dev", "ups.status: OL\nups.firmware: x\nbattery.charge: 90\nups.serial: \"a "
                                 "\\\"q\\\" \\\\ b \\# c\"\n");
        upsd_conf("");
    }

    // `sections` behind the lines that keep everything under the account of the test.
    void ups_conf(std::string_view sections) const
    {
        scratch.write("ups.conf", fmt::format("user = root\npollinterval = 1\n{}", sections));
    }
    void upsd_conf(std::string_view more) const
    {
        scratch.write("upsd.conf", fmt::format("LISTEN 127.0.0.1 {}\n{}", port, more));
    }
    // A section for our dummy-ups.
    static std::string dummy(std::string_view name, std::string_view more = "",
                             std::string_view file = "one.dev")
    {
        return fmt::format("[{}]\ndriver = dummy-ups\nport = {}\n{}", name, file, more);
    }

    std::vector<std::string> command(std::string_view name, std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), program(name));
        return arguments;
    }
    Finished finish(std::string_view name, const std::vector<std::string>& arguments) const
    {
        return run(command(name, arguments), scratch.environment());
    }
    Finished upsc(std::vector<std::string> arguments) const
    {
        if (arguments.back().find('@') == std::string::npos && arguments[0][0] != '-')
            arguments[0] += at();
        return finish("upsc", arguments);
    }
    std::string at() const { return fmt::format("@127.0.0.1:{}", port); }

    // Runs in the foreground; the socket is there when this returns.
    std::unique_ptr<Process> driver(const std::string& ups, const std::string& name = "dummy-ups") const
    {
        auto process = start(name, {"-a", ups, "-F"});
        const auto path = scratch.file(name + "-" + ups);
        const bool up = eventually([&] { return RawClient(path).connected() || !process->running(); });
        if (!up || !process->running())
            throw std::runtime_error("the driver does not start: " + process->err() + process->out());
        return process;
    }
    std::unique_ptr<Process> upsd(std::vector<std::string> arguments = {"-F"}) const
    {
        arguments.insert(arguments.begin(), {"-u", "root"});
        auto process = start("upsd", arguments);
        const bool up = eventually([&] { return ask("PROTVER") == "1.3" || !process->running(); });
        if (!up || !process->running())
            throw std::runtime_error("upsd does not start: " + process->err() + process->out());
        return process;
    }
    std::unique_ptr<Process> start(std::string_view name, std::vector<std::string> arguments) const
    {
        return std::make_unique<Process>(command(name, std::move(arguments)), scratch.environment());
    }

    std::unique_ptr<RawClient> client() const { return std::make_unique<RawClient>(port); }
    std::string ask(std::string_view request) const { return RawClient(port).ask(request); }
    std::vector<std::string> list(std::string_view request) const
    {
        RawClient client(port);
        client.send(std::string(request) + "\n");
        return client.until("END ");
    }
    // The server gives this answer soon.
    bool answers(std::string_view request, std::string_view answer,
                 std::chrono::milliseconds limit = 15s) const
    {
        return eventually([&] { return ask(request) == answer; }, limit);
    }
    bool has_status(const std::string& ups, const std::string& status) const
    {
        return answers("GET VAR " + ups + " ups.status", "VAR " + ups + " ups.status \"" + status + "\"");
    }
    std::unique_ptr<RawClient> socket(const std::string& ups, const std::string& name = "dummy-ups") const
    {
        return std::make_unique<RawClient>(scratch.file(name + "-" + ups));
    }

    Scratch scratch;
    int port = free_port();
};

// Something that begins so is heard soon, among whatever else is said.
inline std::string hears(RawClient& client, std::string_view start)
{
    std::string last;
    const bool heard = eventually([&] {
        last = client.line(100ms).value_or("");
        return last.starts_with(start);
    });
    return heard ? last : "<nothing>";
}

// Memory a process has in use, in KiB.
inline long resident_kilobytes(pid_t pid)
{
    std::ifstream status(fmt::format("/proc/{}/status", pid));
    for (std::string line; std::getline(status, line);)
        if (line.starts_with("VmRSS:"))
            return std::atol(line.c_str() + 6);
    return -1;
}

// It has ended, whether its parent has noticed or not.
inline bool is_gone(pid_t pid) { return !std::filesystem::exists(fmt::format("/proc/{}/exe", pid)); }

// The address sanitizer keeps what was freed for a while, so a bound on memory means little.
constexpr bool built_with_asan()
{
#ifdef __SANITIZE_ADDRESS__
    return true;
#else
    return false;
#endif
}

} // namespace upright::test
