// upslog: writes what UPSes say to files, a line now and then (docs/manual/upslog.md).
#include "clients/upslog/options.hpp"
#include "clients/upslog/program.hpp"
#include "common/config/paths.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    using Task = upslog::Options::Task;
    const auto options = upslog::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "{}\n", options.error().what);
        return EXIT_FAILURE;
    }
    if (options->task != Task::log || !paths::quiet("NUT_QUIET_INIT_BANNER"))
        fmt::print("Network UPS Tools upslog {}\n", kVersion);
    if (options->task == Task::help)
        fmt::print("{}", upslog::usage());
    return options->task == Task::log ? upslog::run(*options) : EXIT_SUCCESS;
}
