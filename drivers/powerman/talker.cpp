#include "drivers/powerman/talker.hpp"

#include "common/text/number.hpp"

#include <fmt/format.h>
#include <libpowerman.h>

#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
// The library looks for the prompt at the end of what came so far: before its beginning, if that was less
// than a prompt.
extern "C" const char* __asan_default_suppressions();
extern "C" const char* __asan_default_suppressions() { return "interceptor_via_lib:libpowerman\n"; }
#endif

namespace upright::powerman {
namespace {

constexpr int kDriver = STDIN_FILENO; // a socket
constexpr unsigned kLongestRequest = 3600;
constexpr rlim_t kMemory = rlim_t{64} << 20U; // bytes for what powermand sends

// What sanitizers set aside counts as memory, too: the limit is above what there is now.
void bound_this_process(unsigned seconds)
{
    ::prctl(PR_SET_NAME, "powerman-talker");
    std::signal(SIGALRM, SIG_DFL);
    ::alarm(seconds);
    const rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
    std::ifstream statm("/proc/self/statm");
    rlim_t pages = 0;
    if (!(statm >> pages))
        return;
    const auto most = pages * static_cast<rlim_t>(::sysconf(_SC_PAGESIZE)) + kMemory;
    const rlimit memory{most, most};
    ::setrlimit(RLIMIT_AS, &memory);
}

void say(std::string_view text)
{
    while (!text.empty()) {
        const auto sent = ::send(kDriver, text.data(), text.size(), MSG_NOSIGNAL);
        if (sent <= 0)
            ::_exit(EXIT_FAILURE); // nobody listens any more
        text.remove_prefix(static_cast<std::size_t>(sent));
    }
}

// powermand's own errors have numbers from 200; the connection has survived them.
constexpr int kFirstRefusal = 200;

bool is_refusal(pm_err_t error) { return error >= kFirstRefusal; }

std::string ending(pm_err_t error)
{
    if (error == PM_ESUCCESS)
        return "done\n";
    std::array<char, 128> text{};
    ::pm_strerror(error, text.data(), static_cast<int>(text.size()));
    return is_refusal(error) ? fmt::format("refused {} {}\n", static_cast<int>(error), escaped(text.data()))
                             : fmt::format("lost {}\n", escaped(text.data()));
}

std::string_view name_of(pm_node_state_t state)
{
    switch (state) {
    case PM_ON: return "on";
    case PM_OFF: return "off";
    default: return "unknown";
    }
}

pm_err_t tell_nodes(pm_handle_t server, std::string& told)
{
    pm_node_iterator_t nodes = nullptr;
    const auto error = ::pm_node_iterator_create(server, &nodes);
    if (error != PM_ESUCCESS)
        return error;
    while (const char* const node = ::pm_node_next(nodes))
        told += fmt::format("= {}\n", node);
    ::pm_node_iterator_destroy(nodes);
    return error;
}

pm_err_t tell_state(pm_handle_t server, char* node, std::string& told)
{
    auto state = PM_UNKNOWN;
    const auto error = ::pm_node_status(server, node, &state);
    if (error == PM_ESUCCESS)
        told += fmt::format("= {}\n", name_of(state));
    return error;
}

pm_err_t obey(pm_handle_t server, std::string_view request, std::string& told)
{
    const auto blank = request.find(' ');
    const auto verb = request.substr(0, blank);
    std::string node(blank == request.npos ? "" : request.substr(blank + 1)); // the library wants a char*
    if (verb == "nodes")
        return tell_nodes(server, told);
    if (verb == "state")
        return tell_state(server, node.data(), told);
    if (verb == "on")
        return ::pm_node_on(server, node.data());
    if (verb == "off")
        return ::pm_node_off(server, node.data());
    return verb == "cycle" ? ::pm_node_cycle(server, node.data()) : PM_EBADARG;
}

// The next request, without its newline; nothing when the driver has hung up.
std::optional<std::string> next_request()
{
    std::array<char, 1024> line{};
    if (std::fgets(line.data(), line.size(), stdin) == nullptr)
        return std::nullopt;
    std::string_view text(line.data());
    if (!text.ends_with('\n'))
        return std::nullopt;
    text.remove_suffix(1);
    return std::string(text);
}

} // namespace

bool is_talker(int argc, char** argv) { return argc == 4 && std::string_view(argv[1]) == kTalk; }

int talk(int /*argc*/, char** argv)
{
    const auto limit = to_int(argv[3]);
    const auto seconds = limit && *limit > 0 ? static_cast<unsigned>(*limit) : kLongestRequest;
    bound_this_process(seconds);
    pm_handle_t server = nullptr;
    auto error = ::pm_connect(argv[2], nullptr, &server, 0);
    say(ending(error));
    while (error == PM_ESUCCESS || is_refusal(error)) {
        ::alarm(0);
        const auto request = next_request();
        if (!request)
            break;
        ::alarm(seconds);
        std::string told;
        error = obey(server, *request, told);
        say(told + ending(error));
    }
    ::_exit(EXIT_SUCCESS); // the connection goes with the process
}

} // namespace upright::powerman
