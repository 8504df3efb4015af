#include "clients/upsrw/options.hpp"

#include <fmt/format.h>

#include <string_view>
#include <unistd.h>

namespace upright::upsrw {
namespace {

constexpr auto kUsage = R"(
usage: upsrw [options] [-l] <ups>
       upsrw [options] -s <variable>[=<value>] [-u <username>] [-p <password>] [-w] [-t <secs>] <ups>

Shows the variables of a UPS that can be written, or sets one.

  <ups>          <upsname>[@<hostname>[:<port>]]; an IPv6 address in brackets

  -l             show the variables with what they may be set to; the same without any option
  -s <variable>[=<value>]
                 set <variable>; without a value there is a prompt for it
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

void take_setting(Options& options, std::string_view argument)
{
    const auto equals = argument.find('=');
    options.mode = Mode::set;
    options.variable = argument.substr(0, equals);
    options.value.reset();
    if (equals != std::string_view::npos)
        options.value = argument.substr(equals + 1);
}

} // namespace

std::string usage() { return fmt::format("{}\n{}\n", kUsage, kLibraryLine); }

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    optind = 0; // afresh, whatever was parsed before
    opterr = 0;
    const auto letters = std::string("+:hVls:") + ControlOptions::kLetters;
    for (int c = 0; (c = ::getopt(argc, argv, letters.c_str())) != -1;) { // NOLINT(concurrency-mt-unsafe)
        switch (c) {
        case 'h': options.mode = Mode::help; return options;
        case 'V': options.mode = Mode::version; return options;
        case 'l':
            options.overridden = options.mode == Mode::set;
            options.mode = Mode::list;
            break;
        case 's': take_setting(options, optarg); break;
        default:
            if (const auto taken = options.take(c, optarg); !taken)
                return taken.error();
        }
    }
    if (optind >= argc)
        return complaint("a UPS name must be specified (upsname[@hostname[:port]])");
    options.target = argv[optind];
    return options;
}

} // namespace upright::upsrw
