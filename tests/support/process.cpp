#include "tests/support/process.hpp"

#include <arpa/inet.h>
#include <atomic>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <netinet/in.h>
#include <poll.h>
#include <sstream>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace fs = std::filesystem;

namespace upright::test {

std::string source_dir() { return UPRIGHT_SOURCE_DIR; }

std::string data(std::string_view path) { return source_dir() + "/tests/data/" + std::string(path); }

std::string program(std::string_view name)
{
    for (const auto* const place : {"bin", "sbin", "libexec/upright"}) {
        const auto path = fs::path(UPRIGHT_BINARY_DIR) / place / name;
        if (fs::exists(path))
            return path;
    }
    throw std::runtime_error("no such program was built: " + std::string(name));
}

Scratch::Scratch()
{
    std::string pattern = (fs::temp_directory_path() / "upXXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr)
        throw std::runtime_error("no scratch folder");
    path_ = pattern;
}

Scratch::~Scratch()
{
    std::error_code ignored;
    fs::remove_all(path_, ignored);
}

std::string Scratch::write(std::string_view name, std::string_view text) const
{
    const auto path = file(name);
    fs::create_directories(fs::path(path).parent_path());
    // Closed in programs that other threads start meanwhile: a script that one holds open can't be run.
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    for (std::size_t done = 0; done < text.size();) {
        const auto wrote = ::write(fd, text.data() + done, text.size() - done);
        if (wrote <= 0)
            throw std::runtime_error("can't write " + path);
        done += static_cast<std::size_t>(wrote);
    }
    ::close(fd);
    return path;
}

std::string Scratch::read(std::string_view name) const
{
    std::ostringstream text;
    text << std::ifstream(file(name), std::ios::binary).rdbuf();
    return text.str();
}

std::map<std::string, std::string> Scratch::environment() const
{
    return {{"NUT_CONFPATH", path_},        {"NUT_STATEPATH", path_},
            {"NUT_PIDPATH", path_},         {"NUT_ALTPIDPATH", path_},
            {"NUT_QUIET_INIT_BANNER", ""},  {"NUT_QUIET_INIT_UPSNOTIFY", "true"},
            {"NUT_QUIET_INIT_SSL", "true"}, {"NUT_DEBUG_SYSLOG", "stderr"},
            {"PATH", "/usr/bin:/bin"},      {"HOME", path_},
            {"UPRIGHT_LASTINGPATH", path_}};
}

namespace {

struct Pipe {
    int read_end = -1;
    int write_end = -1;

    Pipe()
    {
        int ends[2] = {-1, -1};
        if (::pipe2(ends, O_CLOEXEC) != 0)
            throw std::runtime_error("no pipe");
        read_end = ends[0];
        write_end = ends[1];
    }
};

// True if something was read; false at the end of the stream or if there is nothing now.
bool read_some(int fd, std::string& into)
{
    char block[4096];
    const auto got = ::read(fd, block, sizeof block);
    if (got > 0)
        into.append(block, static_cast<std::size_t>(got));
    return got > 0;
}

void close_fd(int& fd)
{
    if (fd >= 0)
        ::close(fd);
    fd = -1;
}

} // namespace

Process::Process(std::vector<std::string> command, const std::map<std::string, std::string>& environment)
{
    Pipe in;
    Pipe out;
    Pipe err;
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment)
        variables.push_back(name + "=" + value);
    for (const auto* const passed : {"ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LLVM_PROFILE_FILE"})
        if (const char* const value = std::getenv(passed); value != nullptr) // NOLINT(concurrency-mt-unsafe)
            variables.push_back(std::string(passed) + "=" + value);
    std::vector<char*> argv;
    for (auto& word : command)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    std::vector<char*> envp;
    for (auto& variable : variables)
        envp.push_back(variable.data());
    envp.push_back(nullptr);

    pid_ = ::fork();
    if (pid_ == 0) {
        ::setpgid(0, 0);
        ::dup2(in.read_end, STDIN_FILENO);
        ::dup2(out.write_end, STDOUT_FILENO);
        ::dup2(err.write_end, STDERR_FILENO);
        ::execve(argv[0], argv.data(), envp.data());
        ::_exit(127);
    }
    close_fd(in.read_end);
    close_fd(out.write_end);
    close_fd(err.write_end);
    in_ = in.write_end;
    out_fd_ = out.read_end;
    err_fd_ = err.read_end;
    ::fcntl(out_fd_, F_SETFL, O_NONBLOCK);
    ::fcntl(err_fd_, F_SETFL, O_NONBLOCK);
}

Process::~Process()
{
    if (pid_ > 0)
        ::kill(-pid_, SIGKILL); // children it left behind, too
    if (pid_ > 0 && !status_)
        ::waitpid(pid_, nullptr, 0);
    close_fd(in_);
    close_fd(out_fd_);
    close_fd(err_fd_);
}

void Process::collect()
{
    while (out_fd_ >= 0 && read_some(out_fd_, out_)) {
    }
    while (err_fd_ >= 0 && read_some(err_fd_, err_)) {
    }
    int status = 0;
    if (!status_ && ::waitpid(pid_, &status, WNOHANG) == pid_)
        status_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool Process::running()
{
    collect();
    return !status_;
}

void Process::signal(int number) const { ::kill(pid_, number); }

std::string Process::out()
{
    collect();
    return out_;
}

std::string Process::err()
{
    collect();
    return err_;
}

void Process::type(std::string_view text) const
{
    [[maybe_unused]] const auto sent = ::write(in_, text.data(), text.size());
}

Finished Process::wait(std::chrono::milliseconds limit)
{
    close_fd(in_);
    const bool ended = eventually([this] { return !running(); }, limit);
    if (!ended) {
        ::kill(-pid_, SIGKILL);
        eventually([this] { return !running(); }, 5s);
    }
    collect(); // what was written just before the end
    return {ended ? *status_ : 128 + SIGKILL, out_, err_};
}

Finished run(std::vector<std::string> command, const std::map<std::string, std::string>& environment,
             std::chrono::milliseconds limit)
{
    return Process(std::move(command), environment).wait(limit);
}

bool eventually(const std::function<bool()>& condition, std::chrono::milliseconds limit)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    for (auto pause = 1ms; !condition(); pause = std::min(pause * 2, 20ms)) {
        if (std::chrono::steady_clock::now() >= deadline)
            return condition();
        std::this_thread::sleep_for(pause); // between two looks, not instead of one
    }
    return true;
}

namespace {

sockaddr_in loopback(int port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

} // namespace

// Below those that the system gives to connections: one of them could take the port before the server does,
// and so could another test. Each process therefore has a range to begin in.
int free_port()
{
    constexpr unsigned kFirst = 10000;
    constexpr unsigned kCount = 22000;
    static std::atomic<unsigned> next{static_cast<unsigned>(::getpid()) * 97};
    for (unsigned tries = 0; tries < kCount; ++tries) {
        const auto port = static_cast<int>(kFirst + next++ % kCount);
        const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        const auto address = loopback(port);
        const bool is_free = ::bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        if (is_free)
            return port;
    }
    throw std::runtime_error("no free port");
}

RawClient::RawClient(int port)
{
    fd_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const auto address = loopback(port);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        close_fd(fd_);
}

RawClient::RawClient(const std::string& socket_path)
{
    fd_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
    if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
        close_fd(fd_);
}

RawClient::~RawClient() { close_fd(fd_); }

void RawClient::send(std::string_view bytes) const
{
    while (!bytes.empty()) {
        const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

bool RawClient::fill(std::chrono::steady_clock::time_point until)
{
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd ready{fd_, POLLIN, 0};
    return fd_ >= 0 && left.count() >= 0 && ::poll(&ready, 1, static_cast<int>(left.count())) == 1
           && read_some(fd_, buffer_);
}

std::optional<std::string> RawClient::line(std::chrono::milliseconds limit)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    auto end = buffer_.find('\n');
    while (end == std::string::npos) {
        if (!fill(deadline))
            return std::nullopt;
        end = buffer_.find('\n');
    }
    auto text = buffer_.substr(0, end);
    buffer_.erase(0, end + 1);
    return text;
}

std::vector<std::string> RawClient::until(std::string_view last, std::chrono::milliseconds limit)
{
    std::vector<std::string> lines;
    for (auto next = line(limit); next; next = line(limit)) {
        lines.push_back(*next);
        if (next->starts_with(last))
            break;
    }
    return lines;
}

std::string RawClient::ask(std::string_view request)
{
    send(std::string(request) + "\n");
    return line().value_or("<no answer>");
}

bool RawClient::closed(std::chrono::milliseconds limit)
{
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (fill(deadline)) {
    }
    pollfd ready{fd_, POLLIN, 0};
    char byte = 0;
    return fd_ < 0 || (::poll(&ready, 1, 0) == 1 && ::recv(fd_, &byte, 1, MSG_PEEK) <= 0);
}

bool RawClient::silent(std::chrono::milliseconds for_so_long)
{
    return buffer_.empty() && !fill(std::chrono::steady_clock::now() + for_so_long);
}

} // namespace upright::test
