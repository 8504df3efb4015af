// ServerLog: the logging of all UPSes of one server, over one connection. Every server has its own, so that
// one that hangs holds up nobody else's lines. main() owns them; they outlive their coroutine.
#pragma once

#include "clients/upslog/format.hpp"
#include "clients/upslog/log_file.hpp"
#include "common/asio/task_group.hpp"
#include "common/client/dial.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace upright::upslog {

// What all of them have in common.
struct Job {
    Format format;
    std::chrono::seconds interval;
    std::optional<int> rounds; // then it is over
    std::string host;
    std::chrono::steady_clock::time_point start; // rounds begin at multiples of the interval after it
    const TaskGroup& tasks;
    std::function<void()> contacted;    // a server's first connection has been tried
    std::function<void()> finished;     // a server has had all its rounds
    std::function<void()> nobody_reads; // stdout is gone
};

// `logging status of <ups> to <file> (<n>s intervals)`, as it is told at the start.
std::string announcement(const std::string& ups, const std::string& file, std::chrono::seconds interval);

// When the next round begins: the first multiple of `interval` after `start` that is still to come. So rounds
// do not drift, and those that passed during a long one are left out.
std::chrono::steady_clock::time_point next_round(std::chrono::steady_clock::time_point start,
                                                 std::chrono::seconds interval,
                                                 std::chrono::steady_clock::time_point now);

class ServerLog {
public:
    ServerLog(const boost::asio::any_io_executor& executor, const Job& job, DialPlan plan);

    const Server& server() const noexcept { return plan_.server; }

    // `designation` is what the user called it. The UPS * stands for all that the server has when it is first
    // reached.
    void add(std::string designation, std::string ups, LogFile& file);

    boost::asio::awaitable<Result<void>> run();

    void log_now(); // without waiting for the next round; rounds stay where they are

private:
    struct Ups {
        std::string designation;
        std::string name; // for the server; * until it is known for which ones it stands
        LogFile& file;
    };
    using Values = std::map<std::string, std::string>;

    boost::asio::awaitable<void> connect();
    boost::asio::awaitable<void> expand();
    boost::asio::awaitable<void> log_round();
    boost::asio::awaitable<Values> fetch(std::string ups);
    boost::asio::awaitable<void> wait_for_round();
    void note(const Result<void>& connected);

    const Job& job_;
    DialPlan plan_;
    Connection connection_;
    boost::asio::steady_timer timer_;
    std::vector<Ups> upses_;
    bool contacted_ = false; // the first attempt is over
    bool reached_ = true;    // how the last one ended, as far as it was told
    bool now_ = false;       // log_now() was called during a round
};

} // namespace upright::upslog
