// upsdrvctl: starts and stops the drivers of ups.conf (docs/manual/upsdrvctl.md).
#include "common/config/paths.hpp"
#include "common/daemon/log.hpp"
#include "common/text/number.hpp"
#include "common/version.hpp"
#include "drivers/upsdrvctl/check.hpp"
#include "drivers/upsdrvctl/control.hpp"
#include "drivers/upsdrvctl/killpower.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

int main(int argc, char** argv)
{
    using namespace upright;
    using upsdrvctl::Verb;
    log::init("upsdrvctl");
    const auto banner = fmt::format("Network UPS Tools upsdrvctl {}\n", kVersion);
    const auto options = upsdrvctl::parse_options(argc, argv);
    if (!options) {
        fmt::print(stderr, "Error: {}\n{}{}", options.error().what, banner, upsdrvctl::kUsage);
        return EXIT_FAILURE;
    }
    if (options->verb == Verb::help || options->verb == Verb::version) {
        fmt::print("{}{}", banner, options->verb == Verb::help ? upsdrvctl::kUsage : "");
        return EXIT_SUCCESS;
    }
    if (options->verb == Verb::check)
        return upsdrvctl::check(options->ups, stdout);
    if (!paths::quiet("NUT_QUIET_INIT_BANNER"))
        fmt::print("{}", banner);
    std::fflush(stdout); // before anything that the drivers print
    const auto from_environment = paths::environment("NUT_DEBUG_LEVEL").value_or("0");
    log::set_debug(options->debug > 0 ? options->debug : std::max(0, leading_int(from_environment)));
    return options->verb == Verb::killpower ? upsdrvctl::killpower(*options) : upsdrvctl::control(*options);
}
