// upscmd: shows and gives the instant commands of a UPS (docs/manual/upscmd.md).
#include "clients/upscmd/options.hpp"
#include "clients/upscmd/program.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    const auto banner = fmt::format("Network UPS Tools upscmd {}\n", kVersion);
    const auto options = upscmd::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "Error: {}\n{}{}", options.error().what, banner, upscmd::usage());
        return EXIT_FAILURE;
    }
    if (options->mode == upscmd::Mode::help || options->mode == upscmd::Mode::version) {
        fmt::print("{}{}", banner, options->mode == upscmd::Mode::help ? upscmd::usage() : "");
        return EXIT_SUCCESS;
    }
    return upscmd::run(*options);
}
