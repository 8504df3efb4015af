// Programs that upsmon starts: NOTIFYCMD, SHUTDOWNCMD and wall. Children hears of their end in the loop; it
// outlives whoever starts something.
#pragma once

#include "common/result.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/signal_set.hpp>

#include <functional>
#include <map>
#include <string>
#include <sys/types.h>
#include <utility>
#include <vector>

namespace upright::upsmon {

struct Program {
    std::vector<std::string> words; // itself, looked for in PATH unless it has a slash, and its arguments
    std::vector<std::pair<std::string, std::string>> environment{}; // in place of ours of that name
    std::string input{};                                            // on its stdin; otherwise /dev/null
};

Program shell(const std::string& command); // by /bin/sh

// Starts it and does not wait: in a session of its own, with nothing of ours open but stdout and stderr, and
// no signal blocked or ignored. Fails with the reason, also that of exec. No page of ours is copied: it takes
// as long for a large process as for a small one.
Result<pid_t> start(const Program& program);

// How it ended (as waitpid tells): "exit code 3", "killed by signal 9".
std::string describe_end(int status);

class Children {
public:
    using OnEnd = std::function<void(int status)>; // as waitpid tells

    explicit Children(const boost::asio::any_io_executor& executor);
    Children(const Children&) = delete;
    Children& operator=(const Children&) = delete;

    // `on_end` is called in the loop, never from here.
    Result<pid_t> start(const Program& program, OnEnd on_end);

private:
    void wait();
    void reap();

    boost::asio::signal_set signals_;
    std::map<pid_t, OnEnd> running_;
};

} // namespace upright::upsmon
