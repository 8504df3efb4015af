#include "common/daemon/log.hpp"

#include "common/text/case_less.hpp"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/syslog_sink.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <syslog.h>
#include <unistd.h>

namespace upright::log {
namespace {

std::string variable(const char* name)
{
    const char* const value = std::getenv(name); // NOLINT(concurrency-mt-unsafe)
    return value == nullptr ? "" : value;
}

struct Log {
    std::string program = "upright";
    std::string tag;         // ":pid" and ":pid:name" as the environment asks
    std::string syslog_mode; // NUT_DEBUG_SYSLOG
    bool to_syslog = false;
    std::atomic<int> depth{0}; // read by the device thread, too
    std::atomic<int> quiet{0};
    std::chrono::steady_clock::time_point start = std::chrono::steady_clock::now();
    std::shared_ptr<spdlog::logger> out;

    Log() : out(std::make_shared<spdlog::logger>("stderr", std::make_shared<spdlog::sinks::stderr_sink_mt>()))
    {
        configure();
    }

    void configure() const
    {
        out->set_pattern("%v");
        out->set_level(spdlog::level::trace);
        out->flush_on(spdlog::level::trace);
    }
};

// One log for the process, like its stderr; the only state of this kind.
Log& the_log()
{
    static Log log;
    return log;
}

spdlog::level::level_enum spdlog_level(Level level)
{
    switch (level) {
    case Level::error: return spdlog::level::err;
    case Level::warning: return spdlog::level::warn;
    case Level::notice:
    case Level::info: return spdlog::level::info;
    case Level::debug: return spdlog::level::debug;
    }
    return spdlog::level::info;
}

bool left_out(Level level, int quiet)
{
    constexpr int kInfo = static_cast<int>(Level::info);
    return level != Level::debug && static_cast<int>(level) > kInfo - quiet;
}

} // namespace

void init(std::string program)
{
    auto& log = the_log();
    log.program = std::move(program);
    log.syslog_mode = variable("NUT_DEBUG_SYSLOG");
    log.tag.clear();
    if (const auto pid = variable("NUT_DEBUG_PID"), name = variable("NUT_DEBUG_PROCNAME");
        !pid.empty() || !name.empty())
        log.tag = fmt::format(":{}{}", getpid(), name.empty() ? "" : ":" + log.program);
}

void set_debug(int depth) { the_log().depth = depth; }

int debug_depth() { return the_log().depth; }

void be_quieter(int steps) { the_log().quiet += steps; }

bool keeps_stderr() { return equal_ignoring_case(the_log().syslog_mode, "stderr"); }

void to_background()
{
    auto& log = the_log();
    if (keeps_stderr())
        return;
    if (equal_ignoring_case(log.syslog_mode, "none"))
        log.out = std::make_shared<spdlog::logger>("none", spdlog::sinks_init_list{});
    else
        log.out = std::make_shared<spdlog::logger>(
            log.program,
            std::make_shared<spdlog::sinks::syslog_sink_mt>(log.program, LOG_PID, LOG_DAEMON, true));
    log.to_syslog = !equal_ignoring_case(log.syslog_mode, "none");
    log.configure();
}

void write(Level level, int depth, std::string_view text)
{
    auto& log = the_log();
    if (left_out(level, log.quiet))
        return;
    if (level == Level::notice && log.to_syslog) { // spdlog has no such level
        ::syslog(LOG_NOTICE, "%.*s", static_cast<int>(text.size()), text.data());
        return;
    }
    if (log.depth == 0) {
        log.out->log(spdlog_level(level), spdlog::string_view_t(text.data(), text.size()));
        return;
    }
    const auto since =
        std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - log.start);
    const auto tag = level == Level::debug ? fmt::format("[D{}{}] ", depth, log.tag) : std::string{};
    // Formatted by the library's own copy of fmt: spdlog's templates would bring a second one into each
    // program.
    log.out->log(spdlog_level(level), fmt::format("{:4}.{:06}\t{}{}", since.count() / 1000000,
                                                  since.count() % 1000000, tag, text));
}

} // namespace upright::log
