// FakeLogind: a D-Bus of its own, for this process (DBUS_SYSTEM_BUS_ADDRESS), and on it a logind that does
// what a test says. work() it while waiting for something.
#pragma once

#include "tests/support/process.hpp"

#include <memory>
#include <string>
#include <vector>

struct sd_bus;
struct sd_bus_message;

namespace upright::test {

// A dbus-daemon that lets everybody do everything.
class PrivateBus {
public:
    PrivateBus();
    PrivateBus(const PrivateBus&) = delete;
    PrivateBus& operator=(const PrivateBus&) = delete;
    ~PrivateBus();

    bool running(); // false: there is no dbus-daemon on this host
    void start();   // again
    void stop();

private:
    Scratch scratch_;
    std::string config_;
    std::unique_ptr<Process> daemon_;
};

class FakeLogind {
public:
    FakeLogind(); // on the system bus
    FakeLogind(const FakeLogind&) = delete;
    FakeLogind& operator=(const FakeLogind&) = delete;
    ~FakeLogind();

    void work();
    int locks(); // held now
    const std::vector<std::string>& asked() const noexcept
    {
        return asked_;
    } // "what who mode" of each Inhibit
    void prepare_for_sleep(bool begins);

private:
    static int inhibit(sd_bus_message* message, void* self, void* error);

    sd_bus* bus_ = nullptr;
    std::vector<int> pipes_; // our ends of the locks
    std::vector<std::string> asked_;
};

// Somebody on the system bus who says to `peer` alone what only logind may say.
void pretend_to_be_logind(const std::string& peer, bool begins);
std::vector<std::string> peers_on_the_bus(); // unique names

} // namespace upright::test
