// upsc: prints what a data server knows of its UPSes (docs/manual/upsc.md).
#include "clients/upsc/options.hpp"
#include "clients/upsc/query.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    const auto banner = fmt::format("Network UPS Tools upsc {}\n", kVersion);
    const auto options = upsc::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "Error: {}\n{}{}", options.error().what, banner, upsc::usage());
        return EXIT_FAILURE;
    }
    if (options->mode == upsc::Mode::help || options->mode == upsc::Mode::version) {
        fmt::print("{}{}", banner, options->mode == upsc::Mode::help ? upsc::usage() : "");
        return EXIT_SUCCESS;
    }
    return upsc::print_answer(*options);
}
