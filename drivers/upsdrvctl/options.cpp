#include "drivers/upsdrvctl/options.hpp"

#include "common/text/number.hpp"
#include "drivers/upsdrvctl/driver_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <getopt.h>
#include <string_view>
#include <utility>

namespace upright::upsdrvctl {
namespace {

constexpr std::array<std::pair<std::string_view, Verb>, 6> kVerbs{{{"start", Verb::start},
                                                                   {"stop", Verb::stop},
                                                                   {"shutdown", Verb::shutdown},
                                                                   {"killpower", Verb::killpower},
                                                                   {"status", Verb::status},
                                                                   {"list", Verb::list}}};

constexpr int kCheck = 256; // behind all characters
const std::array<option, 2> kLongOptions{{{"check", no_argument, nullptr, kCheck}, {}}};

Error bad(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

// The words behind the options: `verb [ups]`, or just `[ups]` when -c or -l said what to do.
Result<Options> parse_words(Options options, char** first, const char* const* last, bool verb_given)
{
    if (!verb_given) {
        if (first == last)
            return bad("a command is missing");
        const std::string_view word = *first++;
        const auto* const verb =
            std::find_if(kVerbs.begin(), kVerbs.end(), [&](const auto& v) { return v.first == word; });
        if (verb == kVerbs.end())
            return bad(fmt::format("unrecognized command [{}]", escaped(word)));
        options.verb = verb->second;
    }
    if (options.verb == Verb::killpower && first != last && *first == std::string_view("--check")) {
        options.rehearse = true;
        ++first;
    }
    if (first != last)
        options.ups = *first++;
    if (first != last)
        return bad(fmt::format("too many arguments: {}", escaped(*first)));
    return options;
}

} // namespace

const char* const kUsage = R"(
Starts and stops UPS drivers via ups.conf.

usage: upsdrvctl [options] start | stop | shutdown | status | list [<ups>]
       upsdrvctl [options] killpower [--check] [<ups>]
       upsdrvctl [options] -c <command> [<ups>]
       upsdrvctl --check [<ups>]

  start        start the driver of <ups>, or all of ups.conf side by side
  stop         stop it, or all
  shutdown     let drivers switch their UPSes' loads off, in the order of sdorder
  killpower    the same, but only if this boot's upsmon set POWERDOWNFLAG of upsmon.conf
  killpower --check
               switch nothing off; say of each step to there whether it would work
  status       what runs and answers, one line for each
  list, -l     names of the UPSes, one on a line
  --check      look for mistakes in ups.conf, start nothing

  -c <command> tell running drivers: reload, reload-or-error, reload-or-restart,
               reload-or-exit, exit, dump, data-dump
  -t           say what would be done, and do nothing
  -F, -FF      drivers stay in the foreground (-FF: with PID file), and so does this program
  -B           drivers go to the background even when debugging
  -r <dir>     drivers change root to <dir>
  -u <user>    drivers started by root change to <user>
  -D           more debugging output of this program, repeatable
  -d           hand the debugging level to the drivers
  -V           print the version
  -h           print this text
)";

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    bool verb_given = false;
    const auto take = [&](Verb verb) {
        options.verb = verb;
        verb_given = true;
    };
    optind = 0; // the GNU way to start over
    opterr = 0;
    constexpr auto kShort = "+:htDdFBlVr:u:c:";
    for (int c = 0; (c = ::getopt_long(argc, argv, kShort, kLongOptions.data(), nullptr))
                    != -1;) { // NOLINT(concurrency-mt-unsafe)
        switch (c) {
        case 'h': options.verb = Verb::help; return options;
        case 'V': options.verb = Verb::version; return options;
        case 't': options.dry_run = true; break;
        case 'D': ++options.debug; break;
        case 'd': options.pass_debug = true; break;
        case 'F': options.ground = options.ground.starts_with("-F") ? "-FF" : "-F"; break;
        case 'B': options.ground = "-B"; break;
        case 'l': take(Verb::list); break;
        case kCheck: take(Verb::check); break;
        case 'r':
        case 'u':
            options.pass_on.push_back({'-', static_cast<char>(c)});
            options.pass_on.emplace_back(optarg);
            break;
        case 'c':
            if (find_command(optarg) == nullptr)
                return bad(fmt::format("unknown argument to option -c: {}", escaped(optarg)));
            options.command = optarg;
            take(Verb::command);
            break;
        case ':': return bad(fmt::format("option -{} needs a value", static_cast<char>(optopt)));
        default:
            return bad(fmt::format("unknown option {}. Try -h for help.",
                                   optopt == 0 || optopt == kCheck
                                       ? escaped(argv[optind - 1])
                                       : std::string{'-', static_cast<char>(optopt)}));
        }
    }
    return parse_words(std::move(options), argv + optind, argv + argc, verb_given);
}

} // namespace upright::upsdrvctl
