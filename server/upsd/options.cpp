#include "server/upsd/options.hpp"

#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
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

} // namespace

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    int foregrounds = 0;
    bool background = false;
    optind = 0;
    opterr = 0;
    for (int option = 0;
         (option = ::getopt(argc, argv, "+46hVDFBqr:u:c:P:p:i:")) != -1;) { // NOLINT(concurrency-mt-unsafe)
        const std::string argument = optarg == nullptr ? "" : optarg;
        switch (option) {
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
        default:
            return complaint(fmt::format("Error: unknown option -{} or missing argument\n{}",
                                         static_cast<char>(optopt), usage()));
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
           "  -V         - print the version, then exit\n"
           "  -h         - print this help, then exit\n\n"
           "NUT data server was built without SSL support\n";
}

} // namespace upright::upsd
