// upssched: runs commands some time after what upsmon tells of (docs/manual/upssched.md).
#include "clients/upssched/check.hpp"
#include "clients/upssched/options.hpp"
#include "clients/upssched/program.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    using Task = upssched::Options::Task;
    const auto options = upssched::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "{}\n", options.error().what);
        return EXIT_FAILURE;
    }
    switch (options->task) {
    case Task::event:
    case Task::list: return upssched::run(*options);
    case Task::check: return upssched::check(stdout);
    case Task::help:
    case Task::version: break;
    }
    fmt::print("Network UPS Tools upssched {}\n", kVersion);
    if (options->task == Task::help)
        fmt::print("{}", upssched::usage());
    return EXIT_SUCCESS;
}
