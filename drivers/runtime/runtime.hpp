// Runtime: keeps one driver polling and its State published. It owns the device thread, the publishing socket
// and the poll schedule; the driver owns the device. The event loop never waits for the device.
#pragma once

#include "common/asio/backoff.hpp"
#include "common/daemon/daemon.hpp"
#include "drivers/runtime/publisher.hpp"
#include "drivers/runtime/settings.hpp"
#include "drivers/runtime/status.hpp"

#include <boost/asio/thread_pool.hpp>

#include <cstdio>
#include <functional>
#include <string>

namespace upright {

class Runtime {
public:
    // `reload` reads ups.conf anew.
    using Reload = std::function<Result<Loaded<DriverSettings>>()>;

    Runtime(Daemon& daemon, Driver& driver, const DriverProgram& program, std::string program_name,
            DriverSettings settings, int command_line_debug, Reload reload);
    Runtime(const Runtime&) = delete;
    Runtime& operator=(const Runtime&) = delete;
    ~Runtime(); // waits for the device thread

    // The first reading, made before anybody could connect; with ignorelb it must be conclusive.
    Result<void> begin(const Snapshot& first);
    // There is no first reading: the data are stale until the device is reached.
    void begin_without_device();
    // A further reading outside the loop (-d).
    void take(const Snapshot& snapshot);

    Result<void> listen(const std::string& socket_path, const std::optional<std::string>& group);
    void run(TaskGroup& tasks);       // starts polling
    bool print(std::FILE* out) const; // "name: value" lines, sorted; false if they can't be written

    void reload();         // SIGHUP, SIGUSR2
    void reload_or_exit(); // SIGUSR1

    void set_state(std::string_view state); // driver.state

private:
    struct Reading;

    boost::asio::awaitable<Result<void>> poll_loop();
    boost::asio::awaitable<Result<void>> watch_socket();
    void look_at_socket();
    Reading read_device(Depth depth, bool lost);
    void digest(const Reading& reading);
    void missed_poll(const Reading& reading);
    void take_what_was_heard();
    std::chrono::milliseconds until_next_poll(std::chrono::steady_clock::time_point polled);
    Depth next_depth();
    void poll_now();

    void command(const driver_protocol::InstantCommand& request, const Publisher::Reply& reply);
    bool core_command(const std::string& name, const Publisher::Reply& reply);
    void kill_power(const Publisher::Reply& reply);
    void set(const driver_protocol::SetVariable& request, const Publisher::Reply& reply);
    bool core_set(const driver_protocol::SetVariable& request, const Publisher::Reply& reply);
    void on_device(std::string what, std::function<Outcome(Driver&)> job, std::function<void(Outcome)> then);

    Outcome apply_reload();
    void adopt(DriverSettings wanted, const SettingsDifference& difference);
    void set_debug_from_settings();
    void set_core(std::string_view name, Variable variable);
    void publish();
    void publish_reading();

    Daemon& daemon_;
    Driver& driver_;
    const DriverProgram& program_;
    DriverSettings settings_;
    int command_line_debug_;
    std::optional<int> protocol_debug_; // set by SET driver.debug
    Reload reload_;

    Publisher publisher_;
    boost::asio::thread_pool device_{1};
    boost::asio::steady_timer next_poll_;
    boost::asio::steady_timer next_look_; // at the socket's name
    boost::asio::steady_timer reading_done_;

    std::string socket_path_; // once listening
    const std::string ups_;   // read by the device thread, too: it must not change
    State::Variables core_;   // driver.*
    Snapshot reading_;        // the last good one
    State::Variables device_variables_;
    StatusMemory memory_;
    std::chrono::seconds full_interval_; // as the driver said after the last reading
    Backoff backoff_;
    std::chrono::steady_clock::time_point last_full_{};
    std::optional<std::chrono::milliseconds> poll_again_; // the driver wants the next poll so soon
    int failures_ = 0;                                    // polls missed in a row
    int reconnects_ = 0;                                  // attempts since the connection was lost
    int jobs_ = 0;                                        // commands waiting for the device
    unsigned heard_ = 0;                                  // how often the device spoke by itself
    bool lost_ = false;
    bool full_wanted_ = false;
    bool poll_wanted_ = false;
};

} // namespace upright
