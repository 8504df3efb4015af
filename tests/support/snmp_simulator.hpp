// A running `upsim run --snmp` or `upsim replay` for a test: a device that answers SNMP at a free port.
#pragma once

#include "tests/support/process.hpp"

#include <csignal>

namespace upright::test {

class SnmpSimulator {
public:
    // `what`: {"run", "--snmp", "ietf"} or {"replay", "<file>"}, and more options.
    explicit SnmpSimulator(std::vector<std::string> what, const std::string& listen = "udp:127.0.0.1:0")
        : what_(std::move(what))
    {
        start(listen);
    }

    bool ready() const noexcept { return ready_; }
    const std::string& port() const noexcept { return port_; } // as for ups.conf: 127.0.0.1:12345
    Process& process() noexcept { return *upsim_; }

    // Killed, and started anew at the same port.
    void kill() { upsim_.reset(); }
    void restart() { start("udp:" + port_); }

    // upsim ctl ups1 <words>; its output, or what it complained of.
    std::string ctl(const std::vector<std::string>& words) const
    {
        std::vector<std::string> command{program("upsim"), "ctl", "--control", scratch_.file("ctl"), "ups1"};
        command.insert(command.end(), words.begin(), words.end());
        const auto done = run(command, scratch_.environment());
        return done.exit_code == 0 ? done.out : done.err;
    }

    // The same by the control socket itself, for those in a hurry: "ups1 counters". Up to OK or ERR.
    std::string ask(const std::string& request) const
    {
        RawClient client(scratch_.file("ctl"));
        client.send(request + "\n");
        std::string all;
        while (const auto line = client.line()) {
            all += *line + "\n";
            if (line->starts_with("OK") || line->starts_with("ERR"))
                break;
        }
        return all;
    }

private:
    void start(const std::string& listen)
    {
        std::vector<std::string> command{program("upsim")};
        command.insert(command.end(), what_.begin(), what_.end());
        command.insert(command.end(), {"--listen", listen, "--control", scratch_.file("ctl")});
        upsim_ = std::make_unique<Process>(command, scratch_.environment());
        ready_ = eventually([this] { return upsim_->out().find("ready\n") != std::string::npos; });
        constexpr std::string_view kPlace = "ups1 udp:";
        const auto out = upsim_->out();
        if (const auto at = out.find(kPlace); at != out.npos)
            port_ = out.substr(at + kPlace.size(), out.find('\n', at) - at - kPlace.size());
    }

    std::vector<std::string> what_;
    Scratch scratch_;
    std::unique_ptr<Process> upsim_;
    std::string port_;
    bool ready_ = false;
};

} // namespace upright::test
