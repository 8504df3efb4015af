#include "clients/upssched/options.hpp"

#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <getopt.h>

namespace upright::upssched {
namespace {

constexpr int kCheck = 256;
const std::array<option, 4> kLongOptions{{{"check", no_argument, nullptr, kCheck},
                                          {"help", no_argument, nullptr, 'h'},
                                          {"version", no_argument, nullptr, 'V'},
                                          {nullptr, 0, nullptr, 0}}};

} // namespace

Result<Options> parse_options(int argc, char** argv)
{
    Options options;
    optind = 0; // afresh, whatever was parsed before
    opterr = 0;
    for (int letter = 0; // NOLINTNEXTLINE(concurrency-mt-unsafe)
         (letter = ::getopt_long(argc, argv, "+DVhl", kLongOptions.data(), nullptr)) != -1;) {
        switch (letter) {
        case kCheck: options.task = Options::Task::check; break;
        case 'D': ++options.debug; break;
        case 'l': options.task = Options::Task::list; break;
        case 'h':
        case 'V': options.task = letter == 'h' ? Options::Task::help : Options::Task::version; return options;
        default: {
            const auto word = optopt > 0 && optopt < kCheck ? fmt::format("-{}", static_cast<char>(optopt))
                                                            : std::string(argv[optind - 1]);
            return Error{Errc::invalid_argument,
                         fmt::format("Error: unknown option {}. Try -h for help.", escaped(word))};
        }
        }
    }
    if (optind < argc)
        options.message = argv[optind];
    if (options.debug == 0)
        if (const auto level = paths::environment("NUT_DEBUG_LEVEL"))
            options.debug = std::max(0, leading_int(*level));
    return options;
}

std::string usage()
{
    return "Runs commands some time after what upsmon tells of.\n\n"
           "usage: upssched [OPTIONS] [<message>]\n\n"
           "upsmon calls it: NOTIFYCMD in upsmon.conf. It needs the environment variables UPSNAME and "
           "NOTIFYTYPE;\n"
           "what it does with them stands in upssched.conf.\n\n"
           "  -l       - list the timers that are running, then exit\n"
           "  -D       - raise the debug level (repeatable), of the timer daemon, too\n"
           "  --check  - read upssched.conf, print every problem in it, then exit\n"
           "  -V       - print the version, then exit\n"
           "  -h       - print this help, then exit\n";
}

} // namespace upright::upssched
