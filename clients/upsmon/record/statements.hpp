// What one line of a recording says. Pure; the lines that make up a policy are not for here.
#pragma once

#include "clients/upsmon/decision/action.hpp"
#include "clients/upsmon/decision/observation.hpp"
#include "common/lex/lexer.hpp"

#include <span>
#include <string>
#include <variant>

namespace upright::upsmon {

struct Problem {
    Word where;
    std::string text;
};

// 3.120 desk@localhost silent "Data stale". At least one word; UPSes are those of the policy.
std::variant<Observation, Problem> parse_observation(std::span<const Word> words, const Policy& policy);

// > notify ONBATT desk@localhost, with its first word
std::variant<Action, Problem> parse_action(std::span<const Word> words, const Policy& policy);

} // namespace upright::upsmon
