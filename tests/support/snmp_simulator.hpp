// A running `upsim run --snmp` or `upsim replay` for a test: a device that answers SNMP at a free port.
#pragma once

#include "tests/support/process.hpp"

#include <algorithm>
#include <memory>

namespace upright::test {

class SnmpSimulator {
public:
    // What follows the program's name: {"run", "--snmp", "ietf"} or {"replay", "<file>"}, and more options.
    explicit SnmpSimulator(std::vector<std::string> words) : words_(std::move(words))
    {
        if (std::find(words_.begin(), words_.end(), "--listen") == words_.end())
            words_.insert(words_.end(), {"--listen", "udp:127.0.0.1:0"});
        start();
    }

    bool ready() const noexcept { return ready_; }
    const Scratch& scratch() const noexcept { return scratch_; }
    Process& process() noexcept { return *upsim_; }

    const std::string& place() const noexcept { return place_; } // "udp:127.0.0.1:34567"
    std::string address() const { return place_.substr(place_.find(':') + 1); }
    std::string port() const { return place_.substr(place_.rfind(':') + 1); }

    // Killed, and started anew at the same place.
    void kill() { upsim_.reset(); }
    void restart()
    {
        *(std::find(words_.begin(), words_.end(), "--listen") + 1) = place_;
        start();
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
    void start()
    {
        std::vector<std::string> command{program("upsim")};
        command.insert(command.end(), words_.begin(), words_.end());
        command.insert(command.end(), {"--control", scratch_.file("snmp.ctl")});
        upsim_ = std::make_unique<Process>(command, scratch_.environment());
        ready_ = eventually([this] { return upsim_->out().find("ready\n") != std::string::npos; });
        constexpr std::string_view kName = "ups1 ";
        const auto out = upsim_->out();
        if (const auto at = out.find(kName); at != out.npos)
            place_ = out.substr(at + kName.size(), out.find('\n', at) - at - kName.size());
    }

    std::vector<std::string> words_;
    Scratch scratch_;
    std::unique_ptr<Process> upsim_;
    std::string place_;
    bool ready_ = false;
};

} // namespace upright::test
