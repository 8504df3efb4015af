#include "clients/upscmd/options.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace upright::upscmd {
namespace {

constexpr auto kUsage = R"(
usage: upscmd [options] -l <ups>
       upscmd [options] [-u <username>] [-p <password>] [-w] [-t <secs>] <ups> <command> [<value>]

Shows the instant commands of a UPS, or has one carried out.

  <ups>          <upsname>[@<hostname>[:<port>]]; an IPv6 address in brackets
  <command>      an instant command: test.panel.start, for example
  <value>        what it needs beyond that: a number of seconds, for example

  -l             show the commands of <ups>
  -u <username>  user of the data server; without it nutauth.conf or a prompt
  -p <password>  password; without it nutauth.conf or a prompt. Better so: others can list command lines
  -w             wait for the result from the driver and the device
  -t <secs>      wait that long at most (default: 10)
  -j             print JSON
  -W <secs>      time limit for connecting, fractions allowed, 0 for none (default: 10)
  -A <file>      credentials: a file like nutauth.conf(5), "none" or "default"
  -D             accepted for compatibility, without effect
  -V             print the version
  -h             print this text
)";

Error complaint(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

} // namespace

std::string usage() { return fmt::format("{}\n{}\n", kUsage, kLibraryLine); }

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    optind = 0; // afresh, whatever was parsed before
    opterr = 0;
    const auto letters = std::string("+:hVl") + ControlOptions::kLetters;
    for (int c = 0; (c = ::getopt(argc, argv, letters.c_str())) != -1;) { // NOLINT(concurrency-mt-unsafe)
        switch (c) {
        case 'h': options.mode = Mode::help; return options;
        case 'V': options.mode = Mode::version; return options;
        case 'l': options.mode = Mode::list; break;
        default:
            if (const auto taken = options.take(c, optarg); !taken)
                return taken.error();
        }
    }
    const int words = argc - optind;
    if (words < 1)
        return complaint("a UPS must be named");
    options.target = argv[optind];
    if (options.mode == Mode::list)
        return options;
    if (words < 2)
        return complaint("a command must be named; -l shows them");
    options.command = argv[optind + 1];
    if (words > 2 && *argv[optind + 2] != '\0') // an empty one is none, as scripts expect
        options.value = argv[optind + 2];
    return options;
}

} // namespace upright::upscmd
