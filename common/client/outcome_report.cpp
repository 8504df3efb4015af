#include "common/client/outcome_report.hpp"

#include "common/client/error_text.hpp"
#include "common/client/json.hpp"
#include "common/config/paths.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace upright {
namespace {

int print(const Output& output, bool ok)
{
    fmt::print("{}", output.out);
    std::fflush(stdout);
    fmt::print(stderr, "{}", output.err);
    return ok ? EXIT_SUCCESS : EXIT_FAILURE;
}

std::string json_report(const Outcome& outcome, const Subject& subject)
{
    if (outcome.reply.empty() && !outcome.ok)
        return json_error(outcome.error);
    std::vector<std::string> pairs;
    const auto add = [&](std::string_view name, std::string_view value) {
        pairs.push_back(json_pair(name, json_string(value)));
    };
    for (const auto& [name, value] : subject)
        add(name, value);
    add("result", outcome.tracking.empty() || outcome.is_result ? outcome.reply : "OK");
    if (!outcome.tracking.empty())
        add("tracking", outcome.tracking);
    if (!outcome.ok)
        add("error", outcome.error);
    return json_object(pairs);
}

} // namespace

Output report(const Outcome& outcome, const Subject& subject, bool json)
{
    if (!json)
        return {"", outcome.line + '\n'};
    return {json_report(outcome, subject) + '\n',
            outcome.ok ? "" : fmt::format("Error: {}\n", outcome.error)};
}

std::string acceptance_note()
{
    if (paths::environment("NUT_QUIET_OK_NOTRACKING") == "true")
        return {};
    return "WARNING: OK only means that the server accepted this; whether it was done is not known.\n"
           "Wait for the result with -w [-t <secs>], or set NUT_QUIET_OK_NOTRACKING=true to be spared "
           "this.\n";
}

int print_outcome(const Outcome& outcome, const Subject& subject, bool json)
{
    auto output = report(outcome, subject, json);
    if (outcome.ok && !outcome.is_result && !json)
        output.err += acceptance_note();
    return print(output, outcome.ok);
}

int print_error(const Error& error, bool json)
{
    const auto text = client_text(error);
    return print({json ? json_error(text) + '\n' : "", fmt::format("Error: {}\n", text)}, false);
}

} // namespace upright
