#include "clients/upsc/options.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace upright::upsc {
namespace {

constexpr auto kUsage = R"(
usage: upsc [options] -l | -L [<hostname>[:<port>]]
       upsc [options] <ups> [<variable>]
       upsc [options] -c <ups>

Prints what a data server (upsd) knows of its UPSes.

  <ups>        <upsname>[@<hostname>[:<port>]]; an IPv6 address in brackets
  <variable>   print the value of this variable only

  -l           names of the UPSes of that server (default: localhost), one on a line
  -L           the same with their descriptions
  -c           addresses of the clients that are logged in to the UPS, one on a line
  -j           print JSON
  -W <secs>    time limit for connecting, fractions allowed, 0 for none (default: 10)
  -A <file>    credentials: a file like nutauth.conf(5), "none" or "default"
  -D           accepted for compatibility, without effect
  -V           print the version
  -h           print this text
)";

} // namespace

std::string usage() { return fmt::format("{}\n{}\n", kUsage, kLibraryLine); }

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    optind = 0; // afresh, whatever was parsed before
    opterr = 0;
    for (int c = 0; (c = ::getopt(argc, argv, "+:hVlLcjDW:A:")) != -1;) { // NOLINT(concurrency-mt-unsafe)
        switch (c) {
        case 'h': options.mode = Mode::help; return options;
        case 'V': options.mode = Mode::version; return options;
        case 'l': options.mode = Mode::names; break;
        case 'L': options.mode = Mode::descriptions; break;
        case 'c': options.mode = Mode::clients; break;
        case 'j': options.json = true; break;
        case 'D': break;
        case 'W': options.dial.time_limit = optarg; break;
        case 'A': options.dial.credentials = optarg; break;
        case ':': return Error{Errc::invalid_argument, fmt::format("option -{} needs a value", char(optopt))};
        default: return Error{Errc::invalid_argument, fmt::format("unknown option -{}", char(optopt))};
        }
    }
    if (optind < argc)
        options.target = argv[optind];
    else if (options.mode != Mode::names && options.mode != Mode::descriptions)
        return Error{Errc::invalid_argument, "a UPS must be named"};
    if (options.mode == Mode::variables && optind + 1 < argc) {
        options.mode = Mode::variable;
        options.variable = argv[optind + 1];
    }
    return options;
}

} // namespace upright::upsc
