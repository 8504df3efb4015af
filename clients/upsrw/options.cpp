#include "clients/upsrw/options.hpp"

#include "common/client/request.hpp"

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
    for (int c = 0;
         (c = ::getopt(argc, argv, "+:hVls:u:p:wt:jDW:A:")) != -1;) { // NOLINT(concurrency-mt-unsafe)
        switch (c) {
        case 'h': options.mode = Mode::help; return options;
        case 'V': options.mode = Mode::version; return options;
        case 'l':
            options.overridden = options.mode == Mode::set;
            options.mode = Mode::list;
            break;
        case 's': take_setting(options, optarg); break;
        case 'u': options.login.user = optarg; break;
        case 'p': options.login.password = take_secret(optarg); break;
        case 'w': options.wait = true; break;
        case 't':
            if (const auto limit = wait_limit(optarg))
                options.limit = *limit;
            else
                return limit.error();
            break;
        case 'j': options.json = true; break;
        case 'D': break;
        case 'W': options.dial.time_limit = optarg; break;
        case 'A': options.dial.credentials = optarg; break;
        case ':': return complaint(fmt::format("option -{} needs a value", char(optopt)));
        default: return complaint(fmt::format("unknown option -{}", char(optopt)));
        }
    }
    if (optind >= argc)
        return complaint("a UPS name must be specified (upsname[@hostname[:port]])");
    options.target = argv[optind];
    return options;
}

} // namespace upright::upsrw
