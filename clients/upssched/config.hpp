// upssched.conf as values: what to run, where the timer daemon is, and what to do at which event. Owns
// nothing else.
#pragma once

#include "common/config/directives.hpp"
#include "common/result.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upssched {

enum class Action { start_timer, start_timer_shared, cancel_timer, cancel_timer_matched, execute };

// What may stand in an AT line, for reading it and for the manual.
struct AtCommand {
    std::string_view name;
    std::string_view usage;
    Action action;
    std::string_view help;
};
std::span<const AtCommand> at_commands();

// One AT line.
struct Rule {
    Word type;
    Word ups; // * is any
    Action action{};
    Word name;           // of the timer; what EXECUTE hands to CMDSCRIPT
    int seconds = 0;     // of a timer that is started
    std::string command; // for CMDSCRIPT if there is no timer to cancel; empty: none
};

struct Config {
    std::vector<Word> script; // CMDSCRIPT: program and arguments
    std::optional<Word> pipe; // PIPEFN
    std::optional<Word> lock; // LOCKFN
    std::optional<int> debug_min;
    std::vector<Rule> rules;
    // The directive that the first AT line came before; the file is of no use then.
    std::optional<std::string> missing;
};

std::string missing_text(const std::string& directive);

const Directives<Config>& directives();

Loaded<Config> parse_config(std::string file, std::string text);

// Reads <config_dir>/upssched.conf; fails only if it can't be opened.
Result<Loaded<Config>> load_config();

// The program of CMDSCRIPT and its arguments. One word with blanks in it that names no file is taken apart at
// the blanks, because NUT 2.8.0 handed it to a shell and such files are about.
std::vector<std::string> script_command(const Config& config);

} // namespace upright::upssched
