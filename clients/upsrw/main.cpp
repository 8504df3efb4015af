// upsrw: shows and sets the variables of a UPS that can be written (docs/manual/upsrw.md).
#include "clients/upsrw/options.hpp"
#include "clients/upsrw/program.hpp"
#include "common/version.hpp"

#include <fmt/format.h>

#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    const auto banner = fmt::format("Network UPS Tools upsrw {}\n", kVersion);
    const auto options = upsrw::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "Error: {}\n{}{}", options.error().what, banner, upsrw::usage());
        return EXIT_FAILURE;
    }
    if (options->mode == upsrw::Mode::help || options->mode == upsrw::Mode::version) {
        fmt::print("{}{}", banner, options->mode == upsrw::Mode::help ? upsrw::usage() : "");
        return EXIT_SUCCESS;
    }
    return upsrw::run(*options);
}
