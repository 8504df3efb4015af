// Notifier: brings an event to people as NOTIFYFLAG, NOTIFYMSG and NOTIFYCMD say. Nothing here waits for
// anybody: neither for NOTIFYCMD, nor for a terminal.
#pragma once

#include "clients/upsmon/config.hpp"
#include "clients/upsmon/decision/action.hpp"
#include "clients/upsmon/launcher.hpp"

#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace upright::upsmon {

// Text that came from a server as it may be put before people and programs: control characters, and what is
// not UTF-8, stand as \x1b. At most `longest` bytes and "...".
std::string shown(std::string_view text, std::size_t longest = 4000);

class Notifier {
public:
    static constexpr Launcher::Limits kCommands{64, 1024, std::chrono::minutes(10)};
    static constexpr Launcher::Limits kWalls{4, 64, std::chrono::seconds(30)};

    explicit Notifier(Children& children, Launcher::Limits commands = kCommands,
                      Launcher::Limits walls = kWalls);

    using Settings = std::array<NotifySetting, kNotifyTypes>;

    // NOTIFYFLAG with NOTIFYMSG, and NOTIFYCMD. Before the first event, and again after a reload.
    void configure(Settings settings, std::vector<std::string> command);

    void tell(const Notify& event);
    void say_to_all(std::string_view text); // on everybody's terminal

private:
    void run_command(const Notify& event, const std::string& text);

    Settings settings_;
    std::vector<std::string> command_;
    Launcher commands_;
    Launcher walls_;
};

} // namespace upright::upsmon
