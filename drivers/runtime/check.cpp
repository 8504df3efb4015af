#include "drivers/runtime/check.hpp"

#include "common/config/ups_conf.hpp"
#include "drivers/runtime/settings.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace upright {
int check_driver(const CommandLine& line, const DriverProgram& program, const std::string& name,
                 std::FILE* out)
{
    UpsConf conf;
    conf.document.file = name; // for what came by -x
    if (line.section) {
        auto loaded = load_ups_conf();
        if (!loaded) {
            fmt::print(out, "error: {}\n", to_string(loaded.error()));
            return EXIT_FAILURE;
        }
        conf = std::move(loaded->value);
    }
    auto settings = check_settings(conf, line, program, name);
    if (!settings.value.options.port.empty())
        try {
            program.create(settings.value.options); // opens nothing: that is Driver::open()
        } catch (const DeviceError& e) {
            const auto& file = conf.document.file; // DriverOptions::complaint() says where the value stands
            settings.problems.push_back(
                parse_diagnostic(e.what(), file).value_or(Diagnostic{file, 0, 0, e.what()}));
        }
    return print_problems({{conf.document.source, settings.problems}}, out) == 0 ? EXIT_SUCCESS
                                                                                 : EXIT_FAILURE;
}

} // namespace upright
