// A folder with upssched.conf and a script that writes down how it is called, for tests of the whole program.
// What is still running ends with it.
#pragma once

#include "clients/upssched/start_lock.hpp"
#include "common/text/number.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>
#include <poll.h>
#include <sstream>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace upright::test {

class UpsschedSite : public testing::Test {
protected:
    UpsschedSite()
    {
        // A name that begins with "hang" makes it hang.
        script_ =
            scratch_.write("script", fmt::format("#!/bin/sh\ncd {}\n"
                                                 "echo \"$*|$NOTIFYTYPE|$UPSNAME|$NOTIFYMSG\" >>out\n"
                                                 "case $2 in hang*) echo $$ >>hanging; exec sleep 1000;; "
                                                 "fails) exit 3;; esac\n",
                                                 scratch_.path()));
        std::filesystem::permissions(script_, std::filesystem::perms(0755));
    }

    ~UpsschedSite() override
    {
        for (const auto& line : lines("hanging"))
            if (const auto pid = to_int(line).value_or(0); pid > 1)
                ::kill(pid, SIGKILL);
        if (const auto pid = daemon_pid(); pid > 1)
            ::kill(pid, SIGKILL);
    }

    void conf(std::string_view rules) const
    {
        scratch_.write("upssched.conf", fmt::format("CMDSCRIPT {} fixed\nPIPEFN {}\nLOCKFN {}\n{}", script_,
                                                    scratch_.file("pipe"), scratch_.file("lock"), rules));
    }

    std::map<std::string, std::string> environment(const std::string& type = "",
                                                   const std::string& ups = "") const
    {
        auto all = scratch_.environment();
        if (!type.empty()) {
            all["NOTIFYTYPE"] = type;
            all["UPSNAME"] = ups;
        }
        return all;
    }

    Finished call(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), program("upssched"));
        return run(arguments, environment());
    }

    // As upsmon would; what is logged, by the daemon, too, is in the file log.
    std::unique_ptr<Process> start(const std::string& type, const std::string& ups,
                                   const std::string& message = "",
                                   const std::string& path = program("upssched")) const
    {
        std::vector<std::string> command{"/bin/sh", "-c",
                                         fmt::format("exec \"$@\" 2>>{}", scratch_.file("log")), "sh", path};
        if (!message.empty())
            command.push_back(message);
        return std::make_unique<Process>(command, environment(type, ups));
    }
    Finished event(const std::string& type, const std::string& ups, const std::string& message = "") const
    {
        return start(type, ups, message)->wait(60s);
    }

    std::vector<std::string> lines(const std::string& file) const
    {
        std::vector<std::string> all;
        std::istringstream text(scratch_.read(file));
        for (std::string line; std::getline(text, line);)
            all.push_back(line);
        return all;
    }
    long count(const std::string& file, const std::string& line) const
    {
        const auto all = lines(file);
        return std::count(all.begin(), all.end(), line);
    }
    // Of the timers that are running.
    std::vector<std::string> names() const
    {
        std::vector<std::string> all;
        std::istringstream text(call({"-l"}).out);
        for (std::string line; std::getline(text, line);)
            all.push_back(line.substr(0, line.find('\t')));
        return all;
    }
    pid_t daemon_pid() const
    {
        std::istringstream text(scratch_.read("upssched.pid"));
        pid_t pid = -1;
        text >> pid;
        return pid;
    }

    Scratch scratch_;
    std::string script_;
};

// Listens where the timer daemon would, and says what it is told to.
class FakeDaemon {
public:
    explicit FakeDaemon(std::string path)
        : path_(std::move(path)), fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.copy(address.sun_path, path_.size());
        if (::bind(fd_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 || ::listen(fd_, 8) != 0)
            throw std::runtime_error("can't listen on " + path_);
    }
    FakeDaemon(const FakeDaemon&) = delete;
    FakeDaemon& operator=(const FakeDaemon&) = delete;
    ~FakeDaemon()
    {
        ::unlink(path_.c_str());
        ::close(fd_);
    }

    // The line that the next client says; it gets `answer`, and the end of the connection.
    std::string serve(std::string_view answer) const
    {
        pollfd waiting{fd_, POLLIN, 0};
        if (::poll(&waiting, 1, 15000) != 1)
            return "nobody came";
        const int client = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
        std::string line;
        for (char c = 0; c != '\n' && ::recv(client, &c, 1, 0) == 1;)
            line += c;
        ::send(client, answer.data(), answer.size(), MSG_NOSIGNAL);
        ::close(client);
        return line;
    }

private:
    std::string path_;
    int fd_;
};

} // namespace upright::test
