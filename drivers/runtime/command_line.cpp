#include "drivers/runtime/command_line.hpp"

#include "common/config/paths.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <getopt.h>

namespace upright {
namespace {

constexpr std::array<std::string_view, 6> kTellWords{
    "reload", "reload-or-error", "reload-or-restart", "reload-or-exit", "exit", "dump"};

constexpr int kCheck = 256; // behind all characters
constexpr int kActions = kCheck + 1;

Error complaint(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

class Parser {
public:
    explicit Parser(std::span<const DriverAction> actions) : actions_(actions)
    {
        for (const auto& action : actions)
            names_.emplace_back(action.name); // with an end that getopt finds
        long_options_.push_back({"check", no_argument, nullptr, kCheck});
        for (std::size_t i = 0; i < names_.size(); ++i)
            long_options_.push_back(
                {names_[i].c_str(), no_argument, nullptr, kActions + static_cast<int>(i)});
        long_options_.push_back({});
    }

    Result<CommandLine> parse(int argc, char** argv)
    {
        optind = 0; // the GNU way to start over
        opterr = 0;
        for (int option = 0; (option = ::getopt_long(argc, argv, "+:a:s:x:i:d:kc:P:LDFBqr:u:g:Vh",
                                                     long_options_.data(), nullptr))
                             != -1;) { // NOLINT(concurrency-mt-unsafe)
            last_ = argv[optind - 1];
            take(option);
        }
        if (argc > optind)
            complain("Error: too many non-option arguments. Try -h for help.");
        finish();
        if (!complaint_.empty())
            return complaint(complaint_);
        return std::move(line_);
    }

private:
    void complain(std::string text)
    {
        if (complaint_.empty())
            complaint_ = std::move(text);
    }

    void take(int option)
    {
        const std::string argument = optarg == nullptr ? "" : optarg;
        switch (option) {
        case 'a':
        case 's': take_name(option == 'a' ? line_.section : line_.free_name, argument); break;
        case 'x': take_extra(argument); break;
        case 'i': line_.poll_interval = positive(argument, "invalid pollinterval"); break;
        case 'd': line_.dump_loops = positive(argument, "invalid dump count"); break;
        case 'c': take_tell(argument); break;
        case 'P': line_.pid = positive(argument, "invalid PID"); break;
        case 'r': line_.chroot = argument; break;
        case 'u': line_.user = argument; break;
        case 'g': line_.group = argument; break;
        case 'k': line_.kill_power = true; break;
        case 'L': line_.list_options = true; break;
        case 'D': ++line_.debug; break;
        case 'F': ++foregrounds_; break;
        case 'B': background_ = true; break;
        case 'q': ++line_.quiet; break;
        case 'V': line_.version = true; break;
        case 'h': line_.help = true; break;
        case kCheck: line_.check = true; break;
        case ':':
            complain(fmt::format("Error: option -{} needs an argument. Try -h for help.", shown()));
            break;
        default:
            if (option >= kActions)
                line_.action = &actions_[static_cast<std::size_t>(option - kActions)];
            else
                complain(fmt::format("Error: unknown option -{}. Try -h for help.", shown()));
            break;
        }
    }

    // The option as it was written, without its first dash.
    std::string shown() const
    {
        return optopt == 0 || optopt >= kCheck ? escaped(last_.substr(1))
                                               : std::string{static_cast<char>(optopt)};
    }

    void take_name(std::optional<std::string>& name, const std::string& argument)
    {
        if (line_.section || line_.free_name)
            complain("Error: options '-a id' and '-s id' are mutually exclusive and single-use only.");
        else
            name = argument;
    }

    void take_extra(const std::string& argument)
    {
        const auto equals = argument.find('=');
        auto value = equals == argument.npos ? std::nullopt : std::optional(argument.substr(equals + 1));
        line_.extra.emplace_back(argument.substr(0, equals), std::move(value));
    }

    std::optional<int> positive(const std::string& argument, std::string_view what)
    {
        const auto number = to_int(argument);
        if (!number || *number < 1)
            complain(fmt::format("Error: {}: {}", what, escaped(argument)));
        return number;
    }

    void take_tell(const std::string& word)
    {
        if (std::find(kTellWords.begin(), kTellWords.end(), word) == kTellWords.end())
            complain("Error: unknown argument to option -c. Try -h for help.");
        line_.tell = word;
    }

    void finish()
    {
        if (line_.debug == 0)
            if (const auto level = paths::environment("NUT_DEBUG_LEVEL"))
                environment_debug_ = std::max(0, leading_int(*level));
        if (foregrounds_ > 0 || (line_.debug > 0 && !background_) || line_.dump_loops || line_.kill_power)
            line_.ground = foregrounds_ > 1 ? Ground::foreground_with_pid_file : Ground::foreground;
        if (line_.debug == 0)
            line_.debug = environment_debug_;
        const bool informing = line_.help || line_.version || line_.list_options
                               || (line_.action != nullptr && !line_.action->needs_ups);
        if (!informing && !line_.section && !line_.free_name)
            complain("Error: specifying '-a id' or '-s id' is now mandatory. Try -h for help.");
    }

    std::span<const DriverAction> actions_;
    std::vector<std::string> names_;
    std::vector<option> long_options_;
    CommandLine line_;
    std::string complaint_;
    std::string_view last_;
    int foregrounds_ = 0;
    int environment_debug_ = 0;
    bool background_ = false;
};

} // namespace

Result<CommandLine> parse_command_line(int argc, char** argv, std::span<const DriverAction> actions)
{
    return Parser(actions).parse(argc, argv);
}

std::string driver_usage(std::string_view program, std::span<const DriverAction> actions)
{
    std::string own;
    for (const auto& action : actions)
        own += fmt::format("  --{:<13}- {}\n", action.name, action.help);
    return fmt::format("usage: {} (-a <id>|-s <id>) [OPTIONS]\n", program)
           + "  -a <id>        - use the section <id> of ups.conf\n"
             "  -s <id>        - use no ups.conf; every option comes by -x\n"
             "  -x <var>=<val> - set a driver variable; after -a it overrides ups.conf\n"
             "  -i <sec>       - poll interval\n"
             "  -d <count>     - print all variables after <count> updates, then exit\n"
             "  -k             - power off the load\n"
             "  -c <command>   - tell the running driver: reload, reload-or-error, reload-or-restart,\n"
             "                   reload-or-exit, dump, exit\n"
             "  -P <pid>       - the running driver's PID, for -c\n"
             "  -L             - print the options of this driver\n"
             "  --check        - look for mistakes in the settings, then exit\n"
             "  -k --check     - open the device and say how -k would switch it off, then exit\n"
           + own
           + "  -D             - raise the debug level (repeatable); stays in the foreground\n"
             "  -F, -FF        - stay in the foreground; -FF writes the PID file, too\n"
             "  -B             - go to the background even when debugging\n"
             "  -q             - say less (repeatable)\n"
             "  -r <dir>       - chroot to <dir>\n"
             "  -u <user>      - run as <user> if started by root\n"
             "  -g <group>     - let <group> use the driver's socket\n"
             "  -V             - print the version, then exit\n"
             "  -h             - print this help, then exit\n";
}

} // namespace upright
