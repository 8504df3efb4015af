#include "drivers/megatec/explain.hpp"

#include "common/text/number.hpp"
#include "drivers/megatec/detector.hpp"

#include <fmt/format.h>

#include <cstdlib>

namespace upright::megatec {
namespace {

void print(const Trial& trial, std::FILE* out)
{
    fmt::print(out, "{}: {}\n", trial.dialect,
               trial.refused.empty()     ? "taken"
               : trial.exchanges.empty() ? trial.refused
                                         : "refused");
    for (const auto& exchange : trial.exchanges)
        fmt::print(out, "  > {}\n  < {}\n", escaped(exchange.question),
                   exchange.answer.empty() ? "(no answer)" : escaped(exchange.answer));
    if (!trial.exchanges.empty() && !trial.refused.empty())
        fmt::print(out, "  {}\n", trial.refused);
}

} // namespace

int explain(io::Link& link, const std::vector<Dialect>& dialects, const DriverOptions& options,
            std::FILE* out)
{
    link.open();
    Line line(link);
    Detector detector(line, options, link.bridge());
    const auto* const taken = detector.find(dialects);
    for (const auto& trial : detector.trials())
        print(trial, out);
    if (taken != nullptr)
        fmt::print(out, "{} speaks {} ({})\n", options.port, taken->name, taken->version);
    else
        fmt::print(out, "No dialect fits what {} answers{}\n", options.port,
                   detector.trials().size() < dialects.size() ? ": it says nothing at all" : "");
    return taken != nullptr ? EXIT_SUCCESS : EXIT_FAILURE;
}

int list_dialects(const std::vector<Dialect>& dialects, std::FILE* out)
{
    for (const auto& dialect : dialects)
        fmt::print(out, "{:<18} {}\n", dialect.name, dialect.version);
    return EXIT_SUCCESS;
}

} // namespace upright::megatec
