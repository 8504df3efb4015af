// SnmpDriver: a card or PDU that is read by SNMP, as its device files say. It owns the agent's session, the
// families and what was read; it listens to the device's traps by a thread of their own.
#pragma once

#include "drivers/io/snmp/agent.hpp"
#include "drivers/io/snmp/session.hpp"
#include "drivers/io/snmp/trap_listener.hpp"
#include "drivers/runtime/driver.hpp"
#include "drivers/snmp/detection.hpp"
#include "drivers/snmp/families.hpp"
#include "drivers/snmp/snapshot.hpp"

#include <atomic>
#include <mutex>

namespace upright::snmp {

// Makes the link to the agent; `tell` is what hears of trouble before a question is given up, `stop` is true
// once nothing more is to be asked.
using MakeLink = std::function<std::unique_ptr<Link>(Session::Tell tell, const std::atomic<bool>& stop)>;
using Now = std::function<std::chrono::steady_clock::time_point()>;

class SnmpDriver final : public Driver {
public:
    // DeviceError (fatal) if an option makes no sense. `traps`: where to listen; nowhere without.
    SnmpDriver(const DriverOptions& options, Families families, MakeLink make_link,
               std::optional<TrapOptions> traps = {}, Now now = std::chrono::steady_clock::now);

    void open() override;
    Snapshot poll(Depth depth) override;
    Outcome command(std::string_view name, const std::optional<std::string>& parameter) override;
    Outcome set(std::string_view variable, std::string_view value) override;
    Outcome power_off() override;
    void reload(const DriverOptions& options) override;
    std::chrono::seconds full_poll_interval() const override { return full_poll_interval_; }
    void on_event(std::function<void()> tell) override;
    std::optional<Snapshot> heard() override;
    bool wants_poll() override;
    std::optional<std::string> trouble() override;

    const Layout& layout() const noexcept { return layout_; }
    const Detection& detection() const noexcept { return detection_; }

private:
    // Reading (snmp_driver.cpp).
    void connect();
    void recognise();
    void discover_again();
    bool still_there();
    bool is_another();
    enum class Rare { not_now, too }; // what is read seldom
    void read(Depth depth, Rare rare = Rare::not_now);
    void look_between();
    void read_lists();
    void want_complete();
    bool may_do_without(const std::string& what);
    Snapshot complete() const;
    void apply_transfer_options(Snapshot& snapshot) const;
    void add_settings(Snapshot& snapshot) const;
    void note_trouble(const SnmpError& error);

    // Writing (snmp_control.cpp).
    Outcome run(const BoundCommand& command, const std::optional<std::string>& parameter);
    std::optional<Binding> binding_for(const BoundStep& step, const BoundCommand& command,
                                       const std::optional<std::string>& parameter);
    Error write(std::vector<Binding> bindings);
    Outcome confirmed(const BoundCommand& command);
    int delay(std::string_view variable) const;

    DriverOptions options_;
    Families families_;
    MakeLink make_link_;
    Now now_;
    std::atomic<bool> stopping_{false};
    std::chrono::seconds full_poll_interval_{30};
    int seldom_ = 10; // full polls between two that ask for everything
    std::optional<std::string> only_;
    std::map<std::string, std::string, std::less<>> delays_; // ups.delay.*, kept here

    std::unique_ptr<Agent> agent_;
    Detection detection_;
    std::vector<const Family*> chosen_;
    Layout layout_;
    ListRows lists_;
    bool fresh_ = false; // the layout's values were read just now
    std::optional<std::chrono::steady_clock::time_point> incomplete_since_;
    std::chrono::steady_clock::time_point looked_{}; // at the status
    int looks_ = 0;
    int polls_ = 0;            // full ones since the last discovery
    bool again_ = false;       // something was written: read everything
    bool source_told_ = false; // OL, OB ... was known once
    std::string last_trouble_; // that was logged
    WordList status_;          // as the last poll found it

    std::unique_ptr<TrapListener> traps_;
    std::mutex tell_mutex_;
    std::function<void()> tell_;
    std::optional<std::string> trouble_;
    std::optional<Snapshot> heard_; // between the requests of a long poll
    bool trap_came_ = false;
};

} // namespace upright::snmp
