// Where the running upsmon answers `upsmon --status`: a Unix socket beside its PID file, open to every user
// of the host, who may ask and nothing more. One byte asks (t: text, j: JSON); the answer is the exit code in
// one digit, a newline, and what to print.
#pragma once

#include "clients/upsmon/monitor.hpp"
#include "common/asio/task_group.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <cstdio>
#include <string>

namespace upright::upsmon {

inline constexpr int kProtected = 0;    // exit codes of --status
inline constexpr int kNotProtected = 1; // some UPS can't shut this host down in time
inline constexpr int kNotRunning = 2;

// Owns the socket's file.
class StatusSocket {
public:
    // Needs what it takes to write into the folder: before privileges are given up. Replaces a file of that
    // name, which a former upsmon has left.
    static Result<StatusSocket> bind(const std::string& folder);
    StatusSocket(StatusSocket&& other) noexcept;
    StatusSocket& operator=(StatusSocket&&) = delete;
    StatusSocket(const StatusSocket&) = delete;
    StatusSocket& operator=(const StatusSocket&) = delete;
    ~StatusSocket();

    // Answers whoever comes, a few at a time.
    boost::asio::awaitable<Result<void>> serve(const Monitor& monitor, TaskGroup& tasks);

private:
    StatusSocket(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}

    std::string path_;
    int fd_ = -1;
};

// Asks the running one and prints what it says. Returns the exit code.
int show_status(bool json);

} // namespace upright::upsmon
