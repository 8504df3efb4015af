#include "clients/upslog/options.hpp"

#include "clients/upslog/format.hpp"
#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <unistd.h>

namespace upright::upslog {
namespace {

constexpr auto kUsage = R"(UPS status logger.

usage: upslog [options] -s <ups> -l <file>
       upslog [options] -m <ups>,<file> [-m <ups>,<file>]...
       upslog [options] <ups> <file> <secs> [<format>...]

  -s <ups>         UPS to log: <upsname>[@<hostname>[:<port>]]; an IPv6 address in brackets
  -l <file>        file to append to, or - for stdout, which implies -F
  -m <ups>,<file>  both; repeatable. <ups> may be * or *@<hostname>[:<port>]: all UPSes of that server.
                   Here - implies nothing
  -i <secs>        time between two lines (default: 30)
  -d <rounds>      end after that many lines for each UPS
  -f <format>      what a line holds, below
  -N               begin each line with %UPSHOST% and a TAB
  -F               stay in the foreground
  -B               go to the background, even with -D or when logging to stdout
  -p <pidbase>     name of the PID file, without its .pid (default: upslog)
  -u <user>        run as <user> if started by root
  -W <secs>        time limit for connecting, fractions allowed, 0 for none (default: 10)
  -A <file>        credentials: a file like nutauth.conf(5), "none" or "default"
  -D               raise the debug level (repeatable); stays in the foreground
  -V               print the version
  -h               print this text

In a format:
  %%               a percent sign
  %t               a TAB
  %TIME <format>%  the time as strftime puts it, with @ in place of %
  %ETIME%          the time as seconds since 1970
  %HOST%           the name of this host
  %UPSHOST%        <ups> as given
  %PID%            the PID of upslog
  %VAR <name>%     the value of a variable; NA if there is none

)";

Error complaint(std::string text) { return {Errc::invalid_argument, "Error: " + std::move(text)}; }

// What getopt has read, before it is known whether it fits together.
struct Draft {
    Options options;
    std::optional<std::string> ups;
    std::optional<std::string> file;
    std::optional<std::string> format;
    bool prefix = false;
    bool foreground = false;
    bool background = false;
};

Result<Target> tuple(std::string_view text)
{
    const auto comma = text.find(',');
    if (comma == std::string_view::npos || comma == 0 || comma + 1 == text.size()
        || std::count(text.begin(), text.end(), ',') != 1)
        return Error{Errc::invalid_argument,
                     "Argument '-m upsspec,logfile' requires exactly 2 components in the tuple"};
    return Target{std::string(text.substr(0, comma)), std::string(text.substr(comma + 1))};
}

// NUT reads these numbers by their leading digits; 0 or less would mean to log without a pause.
Result<int> positive(std::string_view text, std::string_view what)
{
    const auto number = leading_int(text);
    if (number < 1)
        return complaint(fmt::format("invalid {}: {}", what, escaped(text)));
    return number;
}

Result<void> take_interval(Draft& draft, std::string_view text)
{
    const auto seconds = positive(text, "interval");
    if (!seconds)
        return seconds.error();
    draft.options.interval = std::chrono::seconds(*seconds);
    return {};
}

Result<void> take(Draft& draft, int option, const std::string& argument)
{
    auto& options = draft.options;
    switch (option) {
    case 's': draft.ups = argument; return {};
    case 'l': draft.file = argument; return {};
    case 'm': {
        auto target = tuple(argument);
        if (!target)
            return target.error();
        options.targets.push_back(*std::move(target));
        return {};
    }
    case 'i': return take_interval(draft, argument);
    case 'd': {
        const auto rounds = positive(argument, "number of rounds");
        if (!rounds)
            return rounds.error();
        options.rounds = *rounds;
        return {};
    }
    case 'f': draft.format = argument; return {};
    case 'N': draft.prefix = true; return {};
    case 'F': draft.foreground = true; return {};
    case 'B': draft.background = true; return {};
    case 'p': options.pid_base = argument; return {};
    case 'u': options.user = argument; return {};
    case 'W': options.dial.time_limit = argument; return {};
    case 'A': options.dial.credentials = argument; return {};
    case 'D': ++options.debug; return {};
    case ':': return complaint(fmt::format("option -{} needs a value. Try -h for help.", char(optopt)));
    default: return complaint(fmt::format("unknown option -{}. Try -h for help.", char(optopt)));
    }
}

// <ups> <file> <secs> [<format>...], as upslog was called before it had options.
Result<void> take_words(Draft& draft, int count, char** words)
{
    if (count < 3)
        return complaint("a UPS, a file and an interval belong together. Try -h for help.");
    draft.ups = words[0];
    draft.file = words[1];
    for (int i = 3; i < count; ++i)
        draft.format = (i == 3 ? "" : *draft.format) + words[i] + ' ';
    return take_interval(draft, words[2]);
}

Result<Options> finish(Draft draft)
{
    auto& options = draft.options;
    if (draft.ups && draft.file)
        options.targets.push_back({*draft.ups, *draft.file});
    else if (draft.ups)
        return Error{Errc::invalid_argument, "No filename defined for logging - use -l <file>"};
    else if (draft.file || options.targets.empty())
        return Error{Errc::invalid_argument, "No UPS defined for monitoring - use -s <system>"};
    options.format = (draft.prefix ? kHostPrefix : "") + draft.format.value_or(kDefaultFormat);
    const bool to_terminal = draft.file && *draft.file == kStdout;
    if (!draft.background && (draft.foreground || to_terminal || options.debug > 0))
        options.ground = Ground::foreground;
    if (options.debug == 0)
        if (const auto level = paths::environment("NUT_DEBUG_LEVEL"))
            options.debug = std::max(0, leading_int(*level));
    return std::move(options);
}

} // namespace

std::string usage() { return fmt::format("{}Without -f: {}\n\n{}\n", kUsage, kDefaultFormat, kLibraryLine); }

Result<Options> parse_options(int argc, char** argv)
{
    Draft draft;
    optind = 0; // afresh, whatever was parsed before
    opterr = 0;
    for (int c = 0;
         (c = ::getopt(argc, argv, "+:hVs:l:m:i:d:f:NFBp:u:W:A:D")) != -1;) { // NOLINT(concurrency-mt-unsafe)
        if (c == 'h' || c == 'V') {
            draft.options.task = c == 'h' ? Options::Task::help : Options::Task::version;
            return std::move(draft.options);
        }
        const auto taken = take(draft, c, optarg == nullptr ? "" : optarg);
        if (!taken)
            return taken.error();
    }
    if (optind < argc) {
        const auto taken = take_words(draft, argc - optind, argv + optind);
        if (!taken)
            return taken.error();
    }
    return finish(std::move(draft));
}

} // namespace upright::upslog
