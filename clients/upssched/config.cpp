#include "clients/upssched/config.hpp"

#include "common/config/paths.hpp"

#include <array>
#include <unistd.h>

namespace upright::upssched {
namespace {

constexpr std::array kAtCommands{
    AtCommand{"START-TIMER", "START-TIMER <name> <seconds>", Action::start_timer,
              "Starts one more timer; when it ends, CMDSCRIPT is run with its name."},
    AtCommand{"START-TIMER-SHARED", "START-TIMER-SHARED <name> <seconds>", Action::start_timer_shared,
              "The same, unless one of that name is running: then that one is for this UPS, too, and its "
              "time stays."},
    AtCommand{"CANCEL-TIMER", "CANCEL-TIMER <name> [<command>]", Action::cancel_timer,
              "Ends all timers of that name, whosever they are. If there is none, runs CMDSCRIPT with "
              "the command."},
    AtCommand{"CANCEL-TIMER-MATCHED", "CANCEL-TIMER-MATCHED <name> [<command>]", Action::cancel_timer_matched,
              "The same, but only for this UPS: a timer that other UPSes share goes on for them."},
    AtCommand{"EXECUTE", "EXECUTE <command>", Action::execute, "Runs CMDSCRIPT with the command, now."},
};

std::optional<Complaint> cmd_script(Config& config, Arguments words)
{
    config.script.assign(words.begin(), words.end());
    if (words[0].text.empty())
        return Complaint{words[0], "CMDSCRIPT needs a program"};
    return std::nullopt;
}

auto set_word(std::optional<Word> Config::*member)
{
    return [=](Config& config, Arguments words) -> std::optional<Complaint> {
        if (words[0].text.empty())
            return Complaint{words[0], "the name of a file is needed"};
        config.*member = words[0];
        return std::nullopt;
    };
}

// As NUT, by the leading digits; but what has none is no time at all, and 0 would fire at once.
std::optional<Complaint> take_seconds(Rule& rule, Arguments words, std::string_view usage)
{
    if (words.size() < 5)
        return Complaint{words[2], fmt::format("expected {}", usage)};
    const auto& word = words[4];
    if (word.text.starts_with('-'))
        return Complaint{word, "bogus offset for timer, ignoring"};
    if (word.text.empty() || word.text[0] < '0' || word.text[0] > '9')
        return Complaint{
            word, fmt::format("{} has non numeric time ({})!", escaped(words[2].text), escaped(word.text))};
    rule.seconds = leading_int(word.text);
    if (!to_int(word.text))
        return Complaint{word,
                         fmt::format("\"{}\" is taken for {} seconds", escaped(word.text), rule.seconds),
                         Severity::warning};
    return std::nullopt;
}

std::optional<std::string> missing_before_at(const Config& config)
{
    if (config.script.empty())
        return "CMDSCRIPT";
    if (!config.pipe)
        return "PIPEFN";
    return config.lock ? std::nullopt : std::optional<std::string>("LOCKFN");
}

std::optional<Complaint> at(Config& config, Arguments words)
{
    if (!config.missing && config.rules.empty()) {
        config.missing = missing_before_at(config);
        if (config.missing)
            return Complaint{words[0], missing_text(*config.missing)};
    }
    static const auto names = [] {
        std::vector<std::string_view> all;
        for (const auto& command : kAtCommands)
            all.push_back(command.name);
        return all;
    }();
    const auto* const command = std::find_if(kAtCommands.begin(), kAtCommands.end(),
                                             [&](const auto& known) { return known.name == words[2].text; });
    if (command == kAtCommands.end())
        return Complaint{words[2], fmt::format("Invalid command: {}{}", escaped(words[2].text),
                                               did_you_mean(words[2].text, names))};
    if (words[3].text.empty())
        return Complaint{words[3], fmt::format("Empty {} command argument", command->name)};
    Rule rule{words[0], words[1], command->action, words[3], 0, {}};
    std::optional<Complaint> complaint;
    if (rule.action == Action::start_timer || rule.action == Action::start_timer_shared)
        complaint = take_seconds(rule, words, command->usage);
    else if (rule.action != Action::execute && words.size() > 4)
        rule.command = words[4].text;
    if (!complaint || complaint->severity == Severity::warning)
        config.rules.push_back(std::move(rule));
    return complaint;
}

} // namespace

std::string missing_text(const std::string& directive)
{
    return directive + " must be set before any ATs in the config file!";
}

std::span<const AtCommand> at_commands() { return kAtCommands; }

const Directives<Config>& directives()
{
    using C = Config;
    // clang-format off
    static const Directives<Config> table{
        // name       usage                                            arguments, effect              manual
        {"CMDSCRIPT", "CMDSCRIPT <program> [<argument>…]",             1, cmd_script,                "What is run, with a name as its last argument."},
        {"PIPEFN",    "PIPEFN <file>",                                 1, set_word(&C::pipe),        "Socket of the timer daemon, in a folder that only upsmon's account may write to."},
        {"LOCKFN",    "LOCKFN <file>",                                 1, set_word(&C::lock),        "Lock against two daemons; in the same folder."},
        {"DEBUG_MIN", "DEBUG_MIN <level>",                             1, set_level("DEBUG_MIN", &Config::debug_min),                 "Least debug level.", true},
        {"AT",        "AT <type> <ups> <command> <name> [<argument>]", 4, at,                        "What is done when upsmon tells of that type and UPS; repeatable, every line that fits counts."},
    };
    // clang-format on
    return table;
}

Loaded<Config> parse_config(std::string file, std::string text)
{
    return apply_directives(parse_document(std::move(file), std::move(text)), directives());
}

Result<Loaded<Config>> load_config()
{
    const auto path = paths::config_file("upssched.conf");
    auto text = read_file(path);
    if (!text)
        return Error{text.error().code, "Can't open " + path};
    return parse_config(path, *std::move(text));
}

std::vector<std::string> script_command(const Config& config)
{
    std::vector<std::string> command;
    for (const auto& word : config.script)
        command.push_back(word.text);
    if (command.size() != 1 || command[0].find(' ') == std::string::npos
        || ::access(command[0].c_str(), F_OK) == 0)
        return command;
    std::vector<std::string> parts;
    const auto document = parse_document("", command[0]).value;
    for (const auto& statement : document.statements)
        for (const auto& word : statement.words)
            parts.push_back(word.text);
    return parts.empty() ? command : parts;
}

} // namespace upright::upssched
