// upsim-usb: simulated UPSes on a simulated USB, for tests: programs run in its environment find them through
// the real libusb.
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "drivers/upsim/control.hpp"
#include "drivers/upsim/dialects/qx_device.hpp"
#include "drivers/upsim/usb_testbed.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

namespace upright::upsim {
namespace {

struct Options {
    std::vector<std::string> devices; // see make_usb_ups()
    std::string dialect = "megatec";
    std::string control;
    std::vector<std::string> command;
};

constexpr int kLook = 50; // ms, from one look after what changes by itself to the next

// The whole program: devices, a control socket, perhaps a child.
class UsbSimulator {
public:
    explicit UsbSimulator(Options options) : options_(std::move(options)) {}

    int run()
    {
        block_signals(); // before the testbed starts its thread, which shall not take them
        testbed_.emplace();
        if (!add_devices() || !listen())
            return EXIT_FAILURE;
        if (options_.command.empty()) {
            for (const auto& [name, value] : testbed_->environment())
                fmt::print("{}={}\n", name, value);
            fmt::print("ready\n");
            std::fflush(stdout);
        } else {
            start_child();
        }
        return serve();
    }

private:
    static int fail(const std::string& what)
    {
        fmt::print(stderr, "upsim-usb: {}\n", what);
        return EXIT_FAILURE;
    }

    void block_signals()
    {
        sigset_t set{};
        sigemptyset(&set);
        for (const int number : {SIGCHLD, SIGTERM, SIGINT})
            sigaddset(&set, number);
        pthread_sigmask(SIG_BLOCK, &set, &inherited_);
        signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
    }

    bool add_devices()
    {
        for (const auto& device : options_.devices) {
            const int number = static_cast<int>(fleet_.size()) + 1;
            auto ups = make_usb_ups(device, options_.dialect, number);
            if (!ups)
                return fail(ups.error().what) == EXIT_SUCCESS;
            if (const auto plugged = testbed_->plug(**ups, number); !plugged)
                return fail(to_string(plugged.error())) == EXIT_SUCCESS;
            fleet_.push_back(std::move(*ups));
        }
        return true;
    }

    bool listen()
    {
        listener_ = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        if (options_.control.size() >= sizeof address.sun_path)
            return fail("the name of the control socket is too long") == EXIT_SUCCESS;
        options_.control.copy(address.sun_path, options_.control.size());
        if (::bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0
            || ::listen(listener_, 8) != 0)
            return fail("Can't listen on " + options_.control) == EXIT_SUCCESS;
        return true;
    }

    void start_child()
    {
        child_ = ::fork();
        if (child_ != 0)
            return;
        pthread_sigmask(SIG_SETMASK, &inherited_, nullptr);
        for (const auto& [name, value] : testbed_->environment())
            ::setenv(name.c_str(), value.c_str(), 1); // NOLINT(concurrency-mt-unsafe): the child is alone
        std::vector<char*> words;
        for (auto& word : options_.command)
            words.push_back(word.data());
        words.push_back(nullptr);
        ::execvp(words.front(), words.data());
        ::_exit(127);
    }

    // Until the child ends, a signal comes or "quit" is said.
    int serve()
    {
        while (!ended_) {
            std::array<pollfd, 2> ready{pollfd{signals_, POLLIN, 0}, pollfd{listener_, POLLIN, 0}};
            if (::poll(ready.data(), ready.size(), kLook) < 0 && errno != EINTR)
                return EXIT_FAILURE;
            if (ready[0].revents != 0)
                take_signal();
            if (ready[1].revents != 0)
                serve_client();
            look_after_devices();
        }
        ::unlink(options_.control.c_str());
        return *ended_;
    }

    // What changes by itself is told; what has vanished is unplugged.
    void look_after_devices()
    {
        for (const auto& one : fleet_) {
            auto& ups = static_cast<UsbUps&>(*one);
            const bool vanished = [&] {
                const std::lock_guard held(ups.lock());
                ups.changed();
                testbed_->wake(ups);
                return ups.device().vanished();
            }();
            if (vanished)
                testbed_->unplug(ups);
        }
    }

    void take_signal()
    {
        signalfd_siginfo signal{};
        if (::read(signals_, &signal, sizeof signal) != static_cast<ssize_t>(sizeof signal))
            return;
        if (signal.ssi_signo != SIGCHLD) {
            if (child_ > 0)
                ::kill(child_, static_cast<int>(signal.ssi_signo));
            else
                ended_ = EXIT_SUCCESS;
            return;
        }
        int status = 0;
        if (::waitpid(child_, &status, WNOHANG) == child_)
            ended_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    }

    // One request, one answer, as `upsim ctl` knows them.
    void serve_client()
    {
        const int client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
        if (client < 0)
            return;
        std::string line;
        char c = 0;
        while (line.size() < 256 && ::read(client, &c, 1) == 1 && c != '\n')
            line += c;
        const auto done = obey(line);
        const auto text = done ? *done + "OK\n" : "ERR " + done.error().what + "\n";
        if (::send(client, text.data(), text.size(), MSG_NOSIGNAL) < 0)
            fail("the answer was not wanted");
        ::close(client);
    }

    Result<std::string> obey(const std::string& line)
    {
        if (line == "pid")
            return fmt::format("{}\n", child_);
        if (line == "quit") {
            if (child_ > 0)
                ::kill(child_, SIGTERM);
            else
                ended_ = EXIT_SUCCESS;
            return std::string();
        }
        const auto space = line.find(' ');
        const auto action = space == line.npos ? std::string() : line.substr(space + 1);
        for (const auto& one : fleet_)
            if (one->name() == line.substr(0, space)) {
                auto& ups = static_cast<UsbUps&>(*one);
                if (const auto done = obey(ups, action))
                    return *done;
                const std::lock_guard held(ups.lock());
                return control(
                    fleet_, [] {}, line);
            }
        return Error{Errc::unknown_ups, "there is no such UPS"};
    }

    // What the bus does; nothing if it is anything else.
    std::optional<Result<std::string>> obey(UsbUps& ups, std::string_view action)
    {
        if (action == "plug") {
            testbed_->unplug(ups);
            const auto plugged =
                testbed_->plug(ups, to_int(std::string_view(ups.name()).substr(3)).value_or(1));
            return plugged ? Result<std::string>(std::string()) : Result<std::string>(plugged.error());
        }
        if (action == "unplug") {
            testbed_->unplug(ups);
            return Result<std::string>(std::string());
        }
        return std::nullopt;
    }

    Options options_;
    std::optional<UsbTestbed> testbed_;
    Fleet fleet_;
    sigset_t inherited_{};
    int signals_ = -1;
    int listener_ = -1;
    pid_t child_ = -1;
    std::optional<int> ended_;
};

// Once more, with umockdev in it: only so can it tell others of devices that come and go.
int start_again(char** argv)
{
    const std::string preload(UsbTestbed::kPreload);
    ::setenv("LD_PRELOAD", preload.c_str(), 1); // NOLINT(concurrency-mt-unsafe): no thread yet
#ifdef __SANITIZE_ADDRESS__
    ::setenv("ASAN_OPTIONS", "verify_asan_link_order=0", 0); // NOLINT(concurrency-mt-unsafe)
#endif
    ::execv("/proc/self/exe", argv);
    return EXIT_FAILURE;
}

int start(int argc, char** argv)
{
    CLI::App app{"Simulated UPSes on a simulated USB, seen by the command that it runs."};
    Options options;
    app.add_option("--device", options.devices,
                   "<bridge>, hid:<profile> or replay:<file>, each with [:<serial number>]; repeatable")
        ->required();
    const auto known = dialects();
    app.add_option("--dialect", options.dialect, "What they all speak")
        ->check(CLI::IsMember(std::vector<std::string>(known.begin(), known.end())));
    app.add_option("--control", options.control, "Control socket, for upsim ctl")->required();
    app.add_option("command", options.command, "Runs it, and ends with it; without: prints the environment");
    CLI11_PARSE(app, argc, argv);
    const char* const preload = std::getenv("LD_PRELOAD"); // NOLINT(concurrency-mt-unsafe): no thread yet
    if (preload == nullptr || std::string_view(preload).find(UsbTestbed::kPreload) == std::string_view::npos)
        return start_again(argv);
    return UsbSimulator(std::move(options)).run();
}

} // namespace
} // namespace upright::upsim

int main(int argc, char** argv)
try {
    upright::log::init("upsim-usb");
    return upright::upsim::start(argc, argv);
} catch (const std::exception& e) {
    std::fprintf(stderr, "upsim-usb: %s\n", e.what());
    return EXIT_FAILURE;
}
