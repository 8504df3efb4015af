#include "clients/upsmon/check.hpp"

#include "clients/upsmon/check_feeds.hpp"
#include "clients/upsmon/check_programs.hpp"
#include "clients/upsmon/check_settings.hpp"
#include "clients/upsmon/check_tls.hpp"
#include "common/config/paths.hpp"

#include <cstdlib>

namespace upright::upsmon {

int check(const Options& options, std::FILE* out)
{
    const auto path = options.config.value_or(paths::config_file("upsmon.conf"));
    const auto text = read_file(path);
    CheckedFile checked;
    if (text) {
        checked.source = *text;
        auto loaded = parse_config(path, *text);
        const auto document = parse_document(path, *text).value; // its problems came with Config
        const auto add = [&](const std::vector<Diagnostic>& more) {
            loaded.problems.insert(loaded.problems.end(), more.begin(), more.end());
        };
        add(check_settings(document, loaded.value));
        add(check_programs(document, loaded.value));
        add(check_tls(document, loaded.value));
        add(check_feeds(document, loaded.value, options.family));
        checked.problems = std::move(loaded.problems);
    } else {
        checked.problems.push_back({path, 0, 0, text.error().code.message(), Severity::error});
    }
    return print_problems({std::move(checked)}, out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

int check(const Options& options) { return check(options, stdout); }

} // namespace upright::upsmon
