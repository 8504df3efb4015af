#include "common/daemon/config_problems.hpp"

#include "common/daemon/log.hpp"

#include <sys/stat.h>

namespace upright {

void log_problems(const std::vector<Diagnostic>& problems)
{
    int errors = 0;
    for (const auto& problem : problems) {
        log::warning("{}", to_string(problem));
        errors += problem.severity == Severity::error ? 1 : 0;
    }
    if (errors > 0)
        log::warning("Encountered {} config errors, those entries were ignored", errors);
}

void warn_if_readable_by_all(const std::string& path)
{
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && (status.st_mode & (S_IROTH | S_IXOTH)) != 0)
        log::warning("WARNING: {} is world readable (hope you don't have passwords there)", path);
}

} // namespace upright
