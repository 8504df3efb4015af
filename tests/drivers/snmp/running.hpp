// Running: snmp-ups reading a simulated device, and what it publishes, for tests of the whole program.
#pragma once

#include "common/text/number.hpp"
#include "tests/e2e/site.hpp"
#include "tests/support/snmp_simulator.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>
#include <sstream>

namespace upright::test {

using Variables = std::map<std::string, std::string>;

class Running {
public:
    explicit Running(const std::vector<std::string>& what, const std::string& more = "snmp_version = v2c\n")
        : simulator(what)
    {
        EXPECT_TRUE(simulator.ready()) << simulator.process().err();
        start(more);
    }

    void start(const std::string& more)
    {
        site.ups_conf("[u]\ndriver = snmp-ups\nport = " + simulator.address() + "\n" + more);
        driver = site.driver("u", "snmp-ups");
    }

    // What the driver publishes now, and whether it counts as fresh.
    Variables published()
    {
        Variables all;
        RawClient asker(site.scratch.file("snmp-ups-u"));
        asker.send("DUMPALL\n");
        stale = false;
        for (const auto& line : asker.until("DUMPDONE")) {
            stale = stale || line == "DATASTALE";
            if (line.starts_with("SETINFO "))
                if (const auto blank = line.find(' ', 8); blank != line.npos)
                    all[line.substr(8, blank - 8)] = line.substr(blank + 2, line.size() - blank - 3);
        }
        return all;
    }
    std::string value(const std::string& name)
    {
        const auto all = published();
        const auto it = all.find(name);
        return it == all.end() ? "<none>" : it->second;
    }
    bool becomes(const std::string& name, const std::string& wanted, std::chrono::milliseconds limit = 15s)
    {
        return eventually([&] { return value(name) == wanted && !stale; }, limit);
    }
    bool becomes_stale(std::chrono::milliseconds limit = 20s)
    {
        return eventually([&] { return published().size() > 3 && stale; }, limit);
    }
    bool becomes_fresh(std::chrono::milliseconds limit = 20s)
    {
        return eventually([&] { return published().size() > 3 && !stale; }, limit);
    }

    // The truth changes from second to second; this is what the driver publishes of it when both agree.
    bool agrees(const std::set<std::string>& except = {})
    {
        return eventually([&] {
            expected.clear();
            std::istringstream lines(simulator.ctl("ups1 truth"));
            for (std::string line; std::getline(lines, line);)
                if (const auto at = line.find('='); at != line.npos && !except.contains(line.substr(0, at)))
                    expected[line.substr(0, at)] = line.substr(at + 1);
            const auto all = published();
            seen.clear();
            for (const auto& [name, wanted] : expected)
                if (const auto it = all.find(name); it != all.end())
                    seen[name] =
                        name == "ups.status" ? same_words(it->second, wanted) : as_coarse(it->second, wanted);
            return seen == expected;
        });
    }
    // Between what is published and the truth.
    std::string differences() const
    {
        std::string text;
        for (const auto& [name, wanted] : expected)
            if (const auto it = seen.find(name); it == seen.end() || it->second != wanted)
                text +=
                    "\n  " + name + " = " + (it == seen.end() ? "<none>" : it->second) + ", truth " + wanted;
        return text;
    }
    // The driver's answer to a request at its socket.
    std::string ask(const std::string& request)
    {
        RawClient client(site.scratch.file("snmp-ups-u"));
        client.send("NOBROADCAST\n" + request + " TRACKING 7\n");
        return hears(client, "TRACKING"); // what changed meanwhile may be told before
    }

    const Site site;
    SnmpSimulator simulator;
    std::unique_ptr<Process> driver;
    Variables expected;
    Variables seen;
    bool stale = false;

private:
    // We show more decimals than two where the device has them.
    static std::string as_coarse(const std::string& ours, const std::string& wanted)
    {
        const auto number = to_double(ours);
        const auto truth = to_double(wanted);
        return number && truth && ours.size() > wanted.size() && std::abs(*number - *truth) < 0.0051 ? wanted
                                                                                                     : ours;
    }
    // The order of words is the driver's own business, and so are those that the runtime adds.
    static std::string same_words(const std::string& ours, const std::string& wanted)
    {
        const auto words = [](const std::string& text) {
            std::istringstream in(text);
            std::set<std::string> all;
            for (std::string word; in >> word;)
                if (word != "ALARM" && word != "CHRG" && word != "DISCHRG")
                    all.insert(word);
            return all;
        };
        return words(ours) == words(wanted) ? wanted : ours;
    }
};

} // namespace upright::test
