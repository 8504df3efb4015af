// A running `upsim` with an SNMP agent for a test, at a free port of 127.0.0.1.
#pragma once

#include "tests/support/process.hpp"

namespace upright::test {

class SnmpSimulator {
public:
    // What follows the program's name, as {"run", "--snmp", "ietf"}.
    explicit SnmpSimulator(std::vector<std::string> words)
        : upsim_(command(std::move(words)), scratch_.environment())
    {
        ready_ = eventually([this] { return upsim_.out().find("ready\n") != std::string::npos; });
    }

    bool ready() const noexcept { return ready_; }
    const Scratch& scratch() const noexcept { return scratch_; }
    Process& process() noexcept { return upsim_; }
    // "udp:127.0.0.1:34567"
    std::string place()
    {
        const auto line = upsim_.out();
        return line.substr(5, line.find('\n') - 5); // behind "ups1 "
    }
    std::string port()
    {
        const auto all = place();
        return all.substr(all.rfind(':') + 1);
    }

    // One request, as "ups1 mains off"; its answer up to OK or ERR.
    std::string ctl(const std::string& request) const
    {
        RawClient client(scratch_.file("snmp.ctl"));
        client.send(request + "\n");
        std::string all;
        while (const auto line = client.line()) {
            all += *line + "\n";
            if (*line == "OK" || line->starts_with("ERR "))
                break;
        }
        return all;
    }

private:
    std::vector<std::string> command(std::vector<std::string> words) const
    {
        std::vector<std::string> all{program("upsim")};
        all.insert(all.end(), words.begin(), words.end());
        all.insert(all.end(), {"--control", scratch_.file("snmp.ctl")});
        return all;
    }

    Scratch scratch_;
    Process upsim_;
    bool ready_ = false;
};

} // namespace upright::test
