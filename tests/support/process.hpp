// Real programs in tests: started with a scratch environment, waited for, and ended with the test.
#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace upright::test {

using namespace std::chrono_literals;

// Where the build put the program: bin, sbin or libexec/upright. Debian's own programs: see
// interop/peers.hpp.
std::string program(std::string_view name);
std::string source_dir();                // the project's root
std::string data(std::string_view path); // tests/data/<path>

// A folder of its own for each test, removed afterwards. Short enough for Unix socket names.
class Scratch {
public:
    Scratch();
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    const std::string& path() const noexcept { return path_; }
    std::string file(std::string_view name) const { return path_ + "/" + std::string(name); }
    // Writes `text` to that file and returns its path.
    std::string write(std::string_view name, std::string_view text) const;
    std::string read(std::string_view name) const;

    // NUT_CONFPATH, NUT_STATEPATH, NUT_PIDPATH, NUT_ALTPIDPATH all here, banners off.
    std::map<std::string, std::string> environment() const;

private:
    std::string path_;
};

struct Finished {
    int exit_code = -1; // 128 + signal if killed
    std::string out;
    std::string err;
};

class Process {
public:
    Process(std::vector<std::string> command, const std::map<std::string, std::string>& environment);
    Process(const Process&) = delete;
    Process& operator=(const Process&) = delete;
    ~Process(); // SIGKILL and reap, with everything in its process group

    pid_t pid() const noexcept { return pid_; }
    bool running();
    void signal(int number) const;
    std::string out(); // so far
    std::string err();
    void type(std::string_view text) const; // to its stdin

    // Waits for the end; after `limit` it is killed and the exit code is 137.
    Finished wait(std::chrono::milliseconds limit = 20s);

private:
    void collect();

    pid_t pid_ = -1;
    int in_ = -1;
    int out_fd_ = -1;
    int err_fd_ = -1;
    std::string out_;
    std::string err_;
    std::optional<int> status_;
};

// Starts, waits, returns what it printed.
Finished run(std::vector<std::string> command, const std::map<std::string, std::string>& environment,
             std::chrono::milliseconds limit = 20s);

// Asks `condition` every few milliseconds until it holds; false if it does not within `limit`.
bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit = 15s);

// A TCP port on loopback that is free now.
int free_port();

// Connects to 127.0.0.1:`port` or a Unix socket, sends and receives text; for looking at protocols.
class RawClient {
public:
    explicit RawClient(int port);
    explicit RawClient(const std::string& socket_path);
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;
    ~RawClient();

    bool connected() const noexcept { return fd_ >= 0; }
    void send(std::string_view bytes) const;
    // The next line without its newline; nothing after `limit` or at the end of the stream.
    std::optional<std::string> line(std::chrono::milliseconds limit = 5s);
    // Lines up to and including the first that begins with `last`.
    std::vector<std::string> until(std::string_view last, std::chrono::milliseconds limit = 5s);
    std::string ask(std::string_view request);          // sends a line, returns the next
    bool closed(std::chrono::milliseconds limit = 5s);  // the peer ends the stream within that time
    bool silent(std::chrono::milliseconds for_so_long); // nothing arrives

private:
    bool fill(std::chrono::steady_clock::time_point until);

    int fd_ = -1;
    std::string buffer_;
};

} // namespace upright::test
