#include "server/upsd/options.hpp"

#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <getopt.h>

namespace upright::upsd {
namespace {

Error complaint(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

// `-c reload`, compared by its beginning as NUT does; nothing if it is neither.
std::optional<Options::Tell> tell_word(std::string_view word)
{
    if (!word.empty() && std::string_view("reload").starts_with(word))
        return Options::Tell::reload;
    if (!word.empty() && std::string_view("stop").starts_with(word))
        return Options::Tell::stop;
    return std::nullopt;
}

// Long options have no letter of NUT's.
constexpr int kCheck = 256;
constexpr int kHashPassword = 257;
constexpr int kInitTls = 258;
const std::array<option, 6> kLongOptions{{{"check", no_argument, nullptr, kCheck},
                                          {"hash-password", no_argument, nullptr, kHashPassword},
                                          {"init-tls", no_argument, nullptr, kInitTls},
                                          {"help", no_argument, nullptr, 'h'},
                                          {"version", no_argument, nullptr, 'V'},
                                          {nullptr, 0, nullptr, 0}}};

std::string unknown_option(char** argv)
{
    const std::string word = optopt > 0 && optopt < kCheck ? fmt::format("-{}", static_cast<char>(optopt))
                                                           : std::string(argv[optind - 1]);
    return fmt::format("Error: unknown option {} or missing argument\n{}", escaped(word), usage());
}

} // namespace

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    int foregrounds = 0;
    bool background = false;
    optind = 0;
    opterr = 0;
    const auto* const letters = "+46hVDFBqr:u:c:P:p:i:";
    for (int letter = 0; // NOLINTNEXTLINE(concurrency-mt-unsafe)
         (letter = ::getopt_long(argc, argv, letters, kLongOptions.data(), nullptr)) != -1;) {
        const std::string argument = optarg == nullptr ? "" : optarg;
        switch (letter) {
        case kCheck: options.task = Options::Task::check; break;
        case kHashPassword: options.task = Options::Task::hash_password; break;
        case kInitTls: options.task = Options::Task::init_tls; break;
        case '4': options.family = Family::v4; break;
        case '6': options.family = Family::v6; break;
        case 'h': options.help = true; break;
        case 'V': options.version = true; break;
        case 'D': ++options.debug; break;
        case 'F': ++foregrounds; break;
        case 'B': background = true; break;
        case 'q': ++options.quiet; break;
        case 'r': options.chroot = argument; break;
        case 'u': options.user = argument; break;
        case 'c':
            if (const auto tell = tell_word(argument))
                options.tell = *tell;
            else
                return complaint(
                    fmt::format("Error: unknown argument to option -c: {}\n{}", escaped(argument), usage()));
            break;
        case 'P':
            options.pid = to_int(argument);
            if (!options.pid || *options.pid < 2)
                return complaint(fmt::format("Error: invalid PID: {}", escaped(argument)));
            break;
        case 'p':
        case 'i':
            return complaint(
                "Specifying a listening addresses with '-i <address>' and '-p <port>' is no longer "
                "supported: use 'LISTEN <address> [<port>]' in upsd.conf");
        default: return complaint(unknown_option(argv));
        }
    }
    if (foregrounds > 0 || (options.debug > 0 && !background))
        options.ground = foregrounds > 1 ? Ground::foreground_with_pid_file : Ground::foreground;
    if (options.debug == 0)
        if (const auto level = paths::environment("NUT_DEBUG_LEVEL"))
            options.debug = std::max(0, leading_int(*level));
    return options;
}

std::string usage()
{
    return "Network server for UPS data.\n\n"
           "usage: upsd [OPTIONS]\n\n"
           "  -4         - listen on IPv4 addresses only\n"
           "  -6         - listen on IPv6 addresses only\n"
           "  -c <word>  - tell the running upsd: reload (read the configuration again) or stop\n"
           "  -P <pid>   - the running upsd's PID, for -c\n"
           "  -D         - raise the debug level (repeatable); stays in the foreground\n"
           "  -F, -FF    - stay in the foreground; -FF writes the PID file, too\n"
           "  -B         - go to the background even when debugging\n"
           "  -q         - say less (repeatable)\n"
           "  -r <dir>   - chroot to <dir>\n"
           "  -u <user>  - run as <user> if started by root\n"
           "  --check    - read all the configuration, print every problem in it, then exit\n"
           "  --hash-password - ask for a password, print its line for upsd.users, then exit\n"
           "  --init-tls - make a key and a certificate, print what refers to them, then exit\n"
           "  -V         - print the version, then exit\n"
           "  -h         - print this help, then exit\n\n"
           "NUT data server was built with SSL support: OpenSSL; with client certificate validation\n";
}

} // namespace upright::upsd
