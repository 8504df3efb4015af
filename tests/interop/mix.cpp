#include "tests/interop/mix.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <sstream>
#include <stdexcept>

namespace fs = std::filesystem;

namespace upright::test {
namespace {

// Lines that Debian's clients print besides: about their TLS library (D52), a PID file, their name.
constexpr std::array kRemarks{"Init SSL without certificate database", "writepid: fopen ",
                              "Network UPS Tools ups"};

std::string without_remarks(const std::string& text)
{
    std::string kept;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);) {
        const bool remark = std::any_of(kRemarks.begin(), kRemarks.end(),
                                        [&](const auto* start) { return line.starts_with(start); });
        if (!remark)
            kept += line + (in.eof() ? "" : "\n");
    }
    return kept;
}

} // namespace

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

std::string whose(By by) { return by == By::us ? "our " : "Debian's "; }

Mix::Mix(By whose_drivers, By whose_server, const Setup& setup)
    : drivers(whose_drivers), server(whose_server), driver_(setup.driver),
      driver_environment_(setup.driver_environment)
{
    scratch.write("ups.conf", "user = root\npollinterval = 1\n" + setup.sections);
    // The same descriptions for both.
    scratch.write("upsd.conf", fmt::format("LISTEN 127.0.0.1 {}\nDATAPATH {}\n{}", port, peers.data_dir(),
                                           replaced(setup.upsd_conf, "~", scratch.path())));
    scratch.write("upsd.users", setup.users);
    for (const auto& [name, text] : setup.files)
        scratch.write(name, text);
    for (const auto* const secret : {"upsd.conf", "upsd.users"})
        fs::permissions(scratch.file(secret), fs::perms::owner_read | fs::perms::owner_write);
    for (const auto& ups : setup.upses)
        start_driver(ups);
    for (const auto& ups : setup.upses)
        if (!eventually([&] { return fs::exists(scratch.file(driver_ + "-" + ups)); }))
            throw std::runtime_error("no driver for " + ups + ": " + drivers_.front()->err()
                                     + drivers_.front()->out());
    start_upsd();
    if (!eventually([&] {
            return std::all_of(setup.upses.begin(), setup.upses.end(), [&](const auto& ups) {
                const auto status = ask("GET VAR " + ups + " " + setup.ready);
                return status.starts_with("VAR ") && !status.ends_with("\"WAIT\"");
            });
        }))
        throw std::runtime_error("it does not serve: " + upsd->err());
}

void Mix::start_driver(const std::string& ups)
{
    const std::vector<std::string> words{place(drivers, driver_), "-a", ups, "-u", "root", "-F"};
    auto environment = peers.environment(scratch);
    environment.insert(driver_environment_.begin(), driver_environment_.end());
    drivers_.push_back(std::make_unique<Process>(words, environment));
}

void Mix::start_upsd()
{
    const std::vector<std::string> words{place(server, "upsd"), "-u", "root", "-F"};
    upsd = std::make_unique<Process>(words, peers.environment(scratch));
    const auto answers = [&] { return ask("PROTVER") == "1.3" || ask("NETVER") == "1.3"; };
    if (!eventually([&] { return answers() || !upsd->running(); }) || !upsd->running())
        throw std::runtime_error("it does not answer: " + upsd->err());
}

std::string Mix::place(By by, const std::string& name) const
{
    return by == By::us ? program(name) : peers.program(name);
}

std::vector<std::string> Mix::command(By by, const std::string& name,
                                      std::vector<std::string> arguments) const
{
    for (auto& argument : arguments)
        argument = replaced(replaced(argument, "$", address()), "~", scratch.path());
    arguments.insert(arguments.begin(), place(by, name));
    const bool daemon = name == "upslog" || name == "upsmon";
    return by == By::debian && daemon ? peers.apart(std::move(arguments)) : arguments;
}

Finished Mix::client(By by, const std::string& name, std::vector<std::string> arguments,
                     const std::string& input) const
{
    auto words = command(by, name, std::move(arguments));
    if (name == "upscmd" || name == "upsrw") // without a terminal, on which they would ask for the password
        words.insert(words.begin(), {"/usr/bin/setsid", "--wait"});
    auto environment = peers.environment(scratch);
    environment["NUT_QUIET_OK_NOTRACKING"] = "true"; // as Debian's, which do not warn yet
    Process process(words, environment);
    process.type(input);
    auto done = process.wait();
    done.out = common_form(done.out);
    done.err = common_form(done.err);
    return done;
}

std::unique_ptr<Process> Mix::start_client(By by, const std::string& name,
                                           std::vector<std::string> arguments) const
{
    return std::make_unique<Process>(command(by, name, std::move(arguments)), peers.environment(scratch));
}

std::string Mix::common_form(std::string text) const
{
    return replaced(replaced(without_remarks(text), address(), "$"), scratch.path(), "~");
}

bool Mix::set_status(const std::string& ups, const std::string& words) const
{
    RawClient client(port);
    client.ask("USERNAME admin");
    client.ask("PASSWORD pw");
    const auto request = "SET VAR " + ups + " ups.status \"" + words + "\"";
    return eventually([&] { return client.ask(request) == "OK"; })
           && eventually([&] { return ask("GET VAR " + ups + " ups.status").ends_with(words + "\""); });
}

bool Mix::answers(const std::string& request, const std::string& answer) const
{
    return eventually([&] { return ask(request) == answer; });
}

} // namespace upright::test
