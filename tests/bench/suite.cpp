#include "tests/bench/suite.hpp"

#include "tests/support/certificates.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <unistd.h>

namespace upright::bench {

using namespace upright::test;

Suite::Suite() : port_(free_port()), environment_(scratch_.environment()) {}

// What it says goes to a file: a pipe that nobody empties would stop it.
std::unique_ptr<Process> Suite::start(const std::string& log, std::vector<std::string> command) const
{
    const std::string script = R"(log=$1; shift; exec "$@" > "$log" 2>&1)";
    command.insert(command.begin(), {"/bin/sh", "-c", script, "sh", scratch_.file(log)});
    return std::make_unique<Process>(std::move(command), environment_);
}

void Suite::start_dummy(const std::string& program)
{
    std::ostringstream dump;
    dump << std::ifstream(data("devices/bench.dev")).rdbuf();
    scratch_.write("device.dev", dump.str());
    scratch_.write("ups.conf",
                   "user = root\n[bench]\ndriver = dummy-ups\nport = device.dev\npollinterval = 60\n");
    driver_ = start("driver.log", {program, "-a", "bench", "-F"});
    const auto socket = scratch_.file("dummy-ups-bench");
    if (!eventually([&] { return ::access(socket.c_str(), F_OK) == 0; }))
        throw std::runtime_error("the driver did not start: " + scratch_.read("driver.log"));
}

bool Suite::serves(const std::string& ups) const
{
    RawClient client(port_);
    if (!client.connected())
        return false;
    const auto answer = client.ask("GET VAR " + ups + " ups.status");
    return answer.starts_with("VAR") && answer.find("WAIT") == std::string::npos;
}

void Suite::start_upsd(const std::string& program, const std::string& last_ups)
{
    for (const auto* const secret : {"upsd.conf", "upsd.users"})
        std::filesystem::permissions(scratch_.file(secret), std::filesystem::perms::owner_read);
    upsd_ = start("upsd.log", {program, "-F", "-u", "root"});
    if (!eventually([&] { return serves(last_ups); }, 30s))
        throw std::runtime_error("upsd did not start: " + scratch_.read("upsd.log"));
}

void Suite::configure(const Settings& settings) const
{
    auto upsd_conf = fmt::format("LISTEN 127.0.0.1 {}\n{}", port_, settings.upsd_conf);
    if (settings.tls)
        upsd_conf += fmt::format("CERTFILE {}\n", scratch_.write("server.pem", Authority().issue().pem()));
    scratch_.write("upsd.conf", upsd_conf);
    scratch_.write("upsd.users", settings.users);
}

std::unique_ptr<Suite> Suite::ours(const Settings& settings)
{
    std::unique_ptr<Suite> suite(new Suite);
    suite->configure(settings);
    suite->start_dummy(test::program("dummy-ups"));
    suite->start_upsd(test::program("upsd"), "bench");
    return suite;
}

std::unique_ptr<Suite> Suite::debians(const Peers& peers, const std::string& upsd_conf)
{
    std::unique_ptr<Suite> suite(new Suite);
    suite->environment_ = peers.environment(suite->scratch_);
    const auto descriptions = fmt::format("DATAPATH {}\n", peers.data_dir()); // as where it is installed
    suite->configure({.upsd_conf = descriptions + upsd_conf});
    suite->start_dummy(peers.program("dummy-ups"));
    suite->start_upsd(peers.program("upsd"), "bench");
    return suite;
}

std::unique_ptr<Suite> Suite::fleet(int count, const std::vector<std::string>& upsim_options)
{
    std::unique_ptr<Suite> suite(new Suite);
    const auto& scratch = suite->scratch_;
    suite->configure({});
    std::vector<std::string> command{test::program("upsim"),
                                     "run",
                                     "--sockets",
                                     scratch.path(),
                                     "--count",
                                     std::to_string(count),
                                     "--ups-conf",
                                     scratch.file("ups.conf")};
    command.insert(command.end(), upsim_options.begin(), upsim_options.end());
    suite->driver_ = suite->start("driver.log", command);
    if (!eventually([&] { return scratch.read("driver.log").ends_with("ready\n"); }, 30s))
        throw std::runtime_error("upsim did not start: " + scratch.read("driver.log"));
    suite->start_upsd(test::program("upsd"), fmt::format("ups{}", count));
    return suite;
}

} // namespace upright::bench
