// Debian's own NUT programs, unpacked by tests/interop/install-peers: what ours are compared with and talk
// to. Without them the tests fail, because a comparison that silently does not happen protects nothing.
#pragma once

#include "tests/support/process.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace upright::test {

class Peers {
public:
    // Throws, which fails the test, if the programs are not there.
    Peers();

    std::string program(std::string_view name) const; // upsd, upsc, dummy-ups, ...
    std::string driver_dir() const { return root_ + "/lib/nut"; }
    std::string data_dir() const { return root_ + "/usr/share/nut"; } // cmdvartab

    // The scratch folder's environment with the libraries that the programs need.
    std::map<std::string, std::string> environment(const Scratch& scratch) const;

private:
    std::string root_;
};

// A folder with Debian's dummy-ups drivers and upsd running in it.
class PeerServer {
public:
    // ups.conf, with a section for each of `upses`, and the .dev files must be in the scratch already.
    PeerServer(const Peers& peers, const Scratch& scratch, const std::vector<std::string>& upses);

    int port() const noexcept { return port_; }
    std::string address() const { return "127.0.0.1:" + std::to_string(port_); }

private:
    int port_;
    std::vector<std::unique_ptr<Process>> processes_;
};

} // namespace upright::test
