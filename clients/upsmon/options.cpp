#include "clients/upsmon/options.hpp"

#include "common/client/dial.hpp"
#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <getopt.h>

namespace upright::upsmon {
namespace {

using Task = Options::Task;

constexpr std::string_view kUsage =
    R"(Watches UPSes, tells people what happens to them, and shuts this host down in time.

usage: upsmon [OPTIONS]

  -4             use IPv4 only
  -6             use IPv6 only
  -c <word>      tell the running upsmon: fsd (shut everything down now), reload or stop
  -P <pid>       the running upsmon's PID, for -c
  -D             raise the debug level (repeatable); stays in the foreground
  -F             stay in the foreground
  -B             go to the background even when debugging
  -f <file>      another configuration than upsmon.conf
  -K             exit code 0 if the power-down flag is set, else 1
  -p             one process, which keeps its privileges
  -u <user>      account of the process that talks to servers
  -W <seconds>   limit for connecting
  --check        print every problem of the configuration, then exit
  --status       print what the running upsmon sees and would do; -j as JSON
  --plan         print what would happen if the mains failed now; -j as JSON
  --record <file>  write what is seen and decided to <file>
  --replay <file>  decide again on what was recorded there, and say why
  -V, --version  print the version, then exit
  -h, --help     print this help, then exit

)";

// Long options have no letter of NUT's.
constexpr int kCheck = 256;
constexpr int kStatus = 257;
constexpr int kPlan = 258;
constexpr int kRecord = 259;
constexpr int kReplay = 260;
const std::array<option, 8> kLongOptions{{{"check", no_argument, nullptr, kCheck},
                                          {"status", no_argument, nullptr, kStatus},
                                          {"plan", no_argument, nullptr, kPlan},
                                          {"record", required_argument, nullptr, kRecord},
                                          {"replay", required_argument, nullptr, kReplay},
                                          {"help", no_argument, nullptr, 'h'},
                                          {"version", no_argument, nullptr, 'V'},
                                          {nullptr, 0, nullptr, 0}}};

Error complaint(std::string text) { return {Errc::invalid_argument, "Error: " + std::move(text)}; }

// What getopt has read, before it is known whether it fits together.
struct Draft {
    Options options;
    bool foreground = false;
    bool background = false;
};

// `-c reload`, compared by its beginning as NUT does.
Result<void> take_tell(Options& options, std::string_view word)
{
    using Tell = Options::Tell;
    struct Row {
        std::string_view word;
        Tell tell;
    };
    static constexpr std::array<Row, 3> kWords{
        {{"fsd", Tell::fsd}, {"stop", Tell::stop}, {"reload", Tell::reload}}};
    for (const auto& row : kWords)
        if (!word.empty() && row.word.starts_with(word)) {
            options.task = Task::tell;
            options.tell = row.tell;
            return {};
        }
    return complaint(fmt::format("unknown argument to option -c: {}\n{}", escaped(word), usage()));
}

Result<void> take_pid(Options& options, std::string_view word)
{
    options.pid = to_int(word);
    if (!options.pid || *options.pid < 2)
        return complaint(fmt::format("invalid PID: {}", escaped(word)));
    return {};
}

std::string unknown_option(char** argv)
{
    const std::string word = optopt > 0 && optopt < kCheck ? fmt::format("-{}", static_cast<char>(optopt))
                                                           : std::string(argv[optind - 1]);
    return fmt::format("unknown option {} or missing argument\n{}", escaped(word), usage());
}

Result<void> take(Draft& draft, int letter, const std::string& argument)
{
    auto& options = draft.options;
    switch (letter) {
    case '4': options.family = AddressFamily::v4; break;
    case '6': options.family = AddressFamily::v6; break;
    case 'c': return take_tell(options, argument);
    case 'P': return take_pid(options, argument);
    case 'D': ++options.debug; break;
    case 'F': draft.foreground = true; break;
    case 'B': draft.background = true; break;
    case 'f': options.config = argument; break;
    case 'K': options.task = Task::test_flag; break;
    case 'p': options.one_process = true; break;
    case 'u': options.user = argument; break;
    case 'W': options.limit = argument; break;
    case 'j': options.json = true; break;
    case kCheck: options.task = Task::check; break;
    case kStatus: options.task = Task::status; break;
    case kPlan: options.task = Task::plan; break;
    case kRecord: options.record = argument; break;
    case kReplay:
        options.task = Task::replay;
        options.replay = argument;
        break;
    default: break;
    }
    return {};
}

Result<Options> finish(Draft draft)
{
    auto& options = draft.options;
    if (options.json && options.task != Task::status && options.task != Task::plan)
        return complaint("-j belongs to --status or --plan");
    if (options.record && options.task != Task::watch)
        return complaint("--record belongs to an upsmon that watches");
    if (!draft.background && (draft.foreground || options.debug > 0))
        options.ground = Ground::foreground;
    if (options.debug == 0)
        if (const auto level = paths::environment("NUT_DEBUG_LEVEL"))
            options.debug = std::max(0, leading_int(*level));
    return std::move(options);
}

} // namespace

std::string usage() { return fmt::format("{}{}\n", kUsage, kLibraryLine); }

Result<Options> parse_options(int argc, char** argv)
{
    Draft draft;
    optind = 0; // afresh, whatever was parsed before
    opterr = 0;
    const auto* const letters = "+46hVDFBKpju:f:W:c:P:";
    for (int letter = 0; // NOLINTNEXTLINE(concurrency-mt-unsafe)
         (letter = ::getopt_long(argc, argv, letters, kLongOptions.data(), nullptr)) != -1;) {
        if (letter == 'h' || letter == 'V') {
            draft.options.task = letter == 'h' ? Task::help : Task::version;
            return std::move(draft.options);
        }
        if (letter == '?')
            return complaint(unknown_option(argv));
        const auto taken = take(draft, letter, optarg == nullptr ? "" : optarg);
        if (!taken)
            return taken.error();
    }
    return finish(std::move(draft));
}

} // namespace upright::upsmon
