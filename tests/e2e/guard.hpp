// Guard: one of our upsmons, in a folder of its own, that protects nothing. What it would do is written to
// its journal: a line "<type> <ups> <text>" by its NOTIFYCMD, "shut down" by its SHUTDOWNCMD.
#pragma once

#include "clients/notify_types/notify_types.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>
#include <sstream>
#include <unistd.h>

namespace upright::test {

class Guard {
public:
    static constexpr uid_t kNobody = 65534;

    struct Wish {
        std::string monitor = "u@$ 1 mon pw primary"; // "$" is the server's address; further lines may follow
        std::string more = "";                        // lines of upsmon.conf, after those that make it quick
        std::vector<std::string> options = {"-F", "-u", "root"};
        std::map<std::string, std::string> environment = {};
        std::vector<std::string> before = {}; // the words that its command line begins with
        std::string notify = R"(printf '%s\n' "$NOTIFYTYPE $UPSNAME $1" >> "$JOURNAL")"; // NOTIFYCMD, for sh
        std::string shut_down = R"(echo "shut down" >> "$JOURNAL")";                     // SHUTDOWNCMD
    };

    Guard(int port, Wish wish) : Guard(fmt::format("127.0.0.1:{}", port), std::move(wish)) {}
    Guard(std::string address, Wish wish) : address_(std::move(address)), wish_(std::move(wish))
    {
        namespace fs = std::filesystem;
        fs::permissions(scratch.path(), fs::perms::all); // whoever it runs as
        fs::permissions(scratch.write("journal", ""), fs::perms(0666));
        script("bin/wall",
               "cat > /dev/null"); // instead of the real one, for the sake of whoever is logged in
        script("notify", wish_.notify);
        script("shutdown", wish_.shut_down);
        configure(wish_.monitor, wish_.more);
        start();
    }

    void start()
    {
        auto words = wish_.before;
        words.push_back(program("upsmon"));
        words.insert(words.end(), wish_.options.begin(), wish_.options.end());
        process = std::make_unique<Process>(words, environment());
    }
    // Another upsmon.conf, for the next start or reload.
    void configure(const std::string& monitor, const std::string& more) const
    {
        std::istringstream lines(with_address(monitor));
        std::string text = "RUN_AS_USER root\n";
        for (std::string line; std::getline(lines, line);)
            text += "MONITOR " + line + "\n";
        text +=
            fmt::format("MINSUPPLIES 1\nPOLLFREQ 1\nPOLLFREQALERT 1\nFINALDELAY 0\nDEADTIME 2\nHOSTSYNC 1\n"
                        "NOTIFYCMD {}\nSHUTDOWNCMD {}\nPOWERDOWNFLAG {}\n",
                        scratch.file("notify"), scratch.file("shutdown"), scratch.file("killpower"));
        for (const auto& row : notify_names())
            text += fmt::format("NOTIFYFLAG {} EXEC\n", row.name);
        const auto path = scratch.write("upsmon.conf", text + with_address(more));
        std::filesystem::permissions(path, std::filesystem::perms(0640));
        if (::geteuid() == 0) // readable for the account it may run as
            [[maybe_unused]]
            const auto given = ::chown(path.c_str(), 0, kNobody);
    }
    void reload() const { process->signal(SIGHUP); }

    // ---- what it has done ------------------------------------------------------------------------------
    std::vector<std::string> journal() const // so far
    {
        std::vector<std::string> lines;
        std::istringstream in(scratch.read("journal"));
        for (std::string line; std::getline(in, line);)
            lines.push_back(without_address(std::move(line)));
        return lines;
    }
    std::ptrdiff_t count(const std::string& start) const // of entries that begin so
    {
        const auto lines = journal();
        return std::count_if(lines.begin(), lines.end(),
                             [&](const std::string& line) { return line.starts_with(start); });
    }
    bool writes(const std::string& start, int times = 1) const // soon
    {
        return eventually([&] { return count(start) >= times; });
    }
    bool is_shut_down() const { return writes("shut down"); }
    bool logs(const std::string& text, int times = 1) const // soon
    {
        return eventually([&] {
            const auto all = process->err() + process->out();
            int found = 0;
            for (auto at = all.find(with_address(text)); at != std::string::npos;
                 at = all.find(with_address(text), at + 1))
                ++found;
            return found >= times;
        });
    }

    // ---- what it is asked ------------------------------------------------------------------------------
    // Another upsmon on the same folder: -c fsd, -K, --status.
    Finished upsmon(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), program("upsmon"));
        return run(arguments, environment());
    }
    bool is_protected() const // soon: all its UPSes answer, and it is logged in to them
    {
        return eventually([&] { return upsmon({"--status"}).exit_code == 0; });
    }
    // Ends it, and everything it has started has been written; its exit code.
    int stop()
    {
        process->signal(SIGTERM);
        return process->wait().exit_code;
    }
    pid_t child() const // the process that does the work
    {
        const auto text = scratch.read("upsmon.pid");
        return text.empty() ? -1 : std::stoi(text);
    }

    std::map<std::string, std::string> environment() const
    {
        auto all = scratch.environment();
        all["PATH"] = scratch.file("bin") + ":" + all["PATH"];
        all["JOURNAL"] = scratch.file("journal");
        for (const auto& [name, value] : wish_.environment)
            all[name] = value;
        return all;
    }

    Scratch scratch;
    std::unique_ptr<Process> process;

private:
    void script(const std::string& file, const std::string& line) const
    {
        std::filesystem::permissions(scratch.write(file, "#!/bin/sh\n" + line + "\n"),
                                     std::filesystem::perms(0755));
    }
    std::string with_address(std::string text) const { return replaced(std::move(text), "$", address_); }
    std::string without_address(std::string text) const { return replaced(std::move(text), address_, "$"); }
    static std::string replaced(std::string text, const std::string& what, const std::string& by)
    {
        for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
            text.replace(at, what.size(), by);
        return text;
    }

    std::string address_;
    Wish wish_;
};

} // namespace upright::test
