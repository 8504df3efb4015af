// Session: the connection to one powermand. It owns the process in which libpowerman talks to it
// (talker.hpp), and ends it as soon as an answer is late. Used by one thread at a time, but for interrupt().
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace upright::powerman {

struct Refusal {
    int code = 0; // powermand's
    std::string text;
};

struct Answer {
    std::vector<std::string> lines;
    std::optional<Refusal> refusal;
};

class Session {
public:
    using Seconds = std::chrono::seconds;

    // `limit` for an answer, `command_limit` for one to a command. DeviceError (fatal) if this process may
    // open no more files.
    Session(std::string server, Seconds limit, Seconds command_limit);
    Session(const Session&) = delete;
    Session& operator=(const Session&) = delete;
    ~Session();

    // All of these throw DeviceError (lost) if powermand is gone, talks nonsense or is late; the session is
    // closed then.
    void open(); // anew, if it is open
    bool is_open() const noexcept { return socket_ >= 0; }
    Answer ask(std::string_view request);
    Answer command(std::string_view request);
    void pause(std::chrono::milliseconds so_long);

    // From any thread: whoever waits here is let go with DeviceError, now and from now on.
    void interrupt() noexcept;

private:
    using Time = std::chrono::steady_clock::time_point;

    void start_talker();
    void close() noexcept;
    [[noreturn]] void lose(const std::string& why);
    Answer exchange(std::string_view request, Seconds limit);
    Answer receive(Seconds limit);
    std::string next_line(Time until, Seconds limit);
    bool readable(Time until);

    std::string server_;
    Seconds limit_;
    Seconds command_limit_;
    int stop_ = -1; // an eventfd, set by interrupt()
    int socket_ = -1;
    pid_t talker_ = -1;
    std::string buffer_;
};

} // namespace upright::powerman
