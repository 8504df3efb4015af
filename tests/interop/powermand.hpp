// Powermand: Debian's powermand with one simulated PDU (vpcd) of 16 plugs, called t0 to t15, on a free port.
// It ends with the test, or sooner: kill(), and start() brings another one to the same port.
#pragma once

#include "tests/interop/peers.hpp"

#include <csignal>
#include <memory>
#include <stdexcept>

namespace upright::test {

class Powermand {
public:
    // The configuration is written to `scratch`, which must live longer.
    explicit Powermand(const Scratch& scratch) : scratch_(scratch)
    {
        const auto quoted = [](const std::string& text) { return "\"" + text + "\""; };
        scratch.write("powerman.conf",
                      "listen " + quoted(address()) + "\ninclude "
                          + quoted(peers_.file("etc/powerman/vpc.dev")) + "\ndevice \"v0\" \"vpc\" "
                          + quoted(peers_.program("vpcd") + " |&") + "\nnode \"t[0-15]\" \"v0\"\n");
        start();
    }

    // It answers when this returns.
    void start()
    {
        process_ = std::make_unique<Process>(
            std::vector<std::string>{peers_.program("powermand"), "-f", "-c", scratch_.file("powerman.conf")},
            peers_.environment(scratch_));
        if (!eventually([this] { return RawClient(port).line(1s).value_or("").starts_with("001 "); }))
            throw std::runtime_error("powermand does not start: " + process_->err() + process_->out());
    }
    void kill() { process_.reset(); }
    void stop() const { process_->signal(SIGSTOP); }
    void go_on() const { process_->signal(SIGCONT); }

    // "on" or "off", as another client hears.
    std::string state_of(const std::string& node) const
    {
        RawClient client(port);
        client.line();
        client.send("exprange\r\nstatus " + node + "\r\n");
        for (const auto& line : client.until("103 "))
            if (const auto at = line.find(node + ": "); at != line.npos)
                return line.substr(at + node.size() + 2, line.find('\r') - at - node.size() - 2);
        return "";
    }

    std::string address() const { return "127.0.0.1:" + std::to_string(port); }
    const int port = free_port();

private:
    const Scratch& scratch_;
    const Peers peers_;
    std::unique_ptr<Process> process_;
};

} // namespace upright::test
