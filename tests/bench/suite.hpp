// Suite: one upsd, ours or Debian's, with what it serves, in a scratch folder. It owns the processes; they
// are ready when the constructor returns, and end with it.
#pragma once

#include "tests/interop/peers.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace upright::bench {

class Suite {
public:
    struct Settings {
        std::string upsd_conf = ""; // behind LISTEN
        std::string users = "";
        bool tls = false;
    };

    // One UPS, [bench], from tests/data/devices/bench.dev behind a dummy-ups of the same suite.
    static std::unique_ptr<Suite> ours(const Settings& settings);
    static std::unique_ptr<Suite> debians(const test::Peers& peers, const std::string& upsd_conf);

    // Our upsd with ups1 ... of upsim.
    static std::unique_ptr<Suite> fleet(int count, const std::vector<std::string>& upsim_options = {});

    Suite(const Suite&) = delete;
    Suite& operator=(const Suite&) = delete;

    int port() const noexcept { return port_; }
    pid_t pid() const noexcept { return upsd_->pid(); }      // of upsd
    pid_t driver() const noexcept { return driver_->pid(); } // of dummy-ups or upsim
    const test::Scratch& scratch() const noexcept { return scratch_; }

private:
    Suite();
    void configure(const Settings& settings) const;
    void start_dummy(const std::string& program);
    void start_upsd(const std::string& program, const std::string& last_ups);
    std::unique_ptr<test::Process> start(const std::string& log, std::vector<std::string> command) const;
    bool serves(const std::string& ups) const;

    test::Scratch scratch_;
    int port_;
    std::map<std::string, std::string> environment_;
    std::unique_ptr<test::Process> driver_;
    std::unique_ptr<test::Process> upsd_;
};

} // namespace upright::bench
