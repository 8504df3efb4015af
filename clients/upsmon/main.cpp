// upsmon: watches UPSes for this host and shuts it down in time (docs/manual/upsmon.md).
#include "clients/upsmon/options.hpp"
#include "clients/upsmon/program.hpp"
#include "common/config/paths.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    using Task = upsmon::Options::Task;
    const auto options = upsmon::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "{}\n", options.error().what);
        return EXIT_FAILURE;
    }
    const bool is_asked = options->task == Task::help || options->task == Task::version;
    if (is_asked || (options->task == Task::watch && !paths::quiet("NUT_QUIET_INIT_BANNER")))
        fmt::print("Network UPS Tools upsmon {}\n", kVersion);
    if (options->task == Task::help)
        fmt::print("{}", upsmon::usage());
    std::fflush(stdout);
    return is_asked ? EXIT_SUCCESS : upsmon::run(*options);
}
