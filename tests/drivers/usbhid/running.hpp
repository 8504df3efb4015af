// Running: usbhid-ups on a simulated USB, with a client at its socket, for tests of the whole program.
#pragma once

#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gtest/gtest.h>

#include <set>

namespace upright::test {

using Variables = std::map<std::string, std::string>;

inline Variables variables_of(const std::string& text, const std::string& between)
{
    Variables found;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        if (const auto at = line.find(between); at != line.npos)
            found[line.substr(0, at)] = line.substr(at + between.size());
    return found;
}

// One of ours, running, and a client at its socket.
class Running {
public:
    explicit Running(const std::vector<std::string>& devices, const std::string& more = "")
        : simulator(devices)
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        site.ups_conf("[u]\ndriver = usbhid-ups\nport = auto\n" + more);
        driver = std::make_unique<Process>(site.command("usbhid-ups", {"-a", "u", "-F"}),
                                           simulator.environment(site.scratch.environment()));
        const auto path = site.scratch.file("usbhid-ups-u");
        EXPECT_TRUE(eventually([&] { return RawClient(path).connected(); })) << driver->err();
        client = std::make_unique<RawClient>(path);
        client->send("DUMPALL\n");
        client->until("DUMPDONE");
    }

    // The truth changes from second to second; this is what the driver publishes of it when both agree.
    bool agrees(const std::set<std::string>& except = {})
    {
        return eventually([&] {
            expected = variables_of(simulator.ctl("ups1 truth"), "=");
            for (const auto& name : except)
                expected.erase(name);
            Variables all;
            RawClient asker(site.scratch.file("usbhid-ups-u"));
            asker.send("DUMPALL\n");
            for (const auto& line : asker.until("DUMPDONE"))
                if (line.starts_with("SETINFO "))
                    if (const auto blank = line.find(' ', 8); blank != line.npos)
                        all[line.substr(8, blank - 8)] = line.substr(blank + 2, line.size() - blank - 3);
            seen.clear();
            for (const auto& [name, value] : expected)
                if (all.contains(name))
                    seen[name] = all[name];
            return seen == expected;
        });
    }
    std::string writes() { return simulator.ctl("ups1 writes"); }

    const Site site;
    UsbSimulator simulator;
    std::unique_ptr<Process> driver;
    std::unique_ptr<RawClient> client;
    Variables expected;
    Variables seen;
};

} // namespace upright::test
