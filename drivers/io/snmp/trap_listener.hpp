// TrapListener: hears traps and informs of v1, v2c and v3, from one device only, by a thread of its own. What
// a trap says is not looked at: it only tells that something has happened. Informs are answered (RFC 3416,
// section 4.2.7).
#pragma once

#include "drivers/io/snmp/session.hpp"

#include <atomic>
#include <functional>
#include <thread>
#include <vector>

namespace upright::snmp {

struct TrapOptions {
    std::string listen;               // "1162", "10.0.0.1:1162", "udp6:[::]:1162"
    std::vector<std::string> sources; // addresses that may send; none: the device's own
    SessionOptions session;           // community or user that traps must bear
};

class TrapListener {
public:
    // Throws SnmpError if it can't listen there.
    explicit TrapListener(const TrapOptions& options);
    TrapListener(const TrapListener&) = delete;
    TrapListener& operator=(const TrapListener&) = delete;
    ~TrapListener();

    // From now on `heard` is called, by another thread, when a trap has come; not more than five times a
    // second.
    void start(std::function<void()> heard);

private:
    struct Inside;
    bool take_all();
    void run();

    std::unique_ptr<Inside> inside_;
    std::function<void()> heard_;
    std::atomic<bool> over_{false};
    int wake_ = -1; // ends the thread's wait
    std::thread thread_;
};

} // namespace upright::snmp
