// State: what is known of one UPS — variables, instant commands, freshness. A driver publishes one, the
// server keeps one for each UPS, a client may mirror one. It changes only by apply().
#pragma once

#include "common/result.hpp"
#include "common/state/change.hpp"
#include "common/text/case_less.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>

namespace upright {

class State {
public:
    using Variables = std::map<std::string, Variable, CaseLess>;
    using Commands = std::set<std::string, CaseLess>;

    // True if anything is different afterwards, so that callers announce only changes. Only SetValue creates
    // a variable; the other kinds ignore one that does not exist.
    bool apply(const Change& change);

    // The variable of that name in any case, or nullptr.
    const Variable* find(std::string_view name) const;
    std::string_view value(std::string_view name) const; // empty if there is none

    bool has_command(std::string_view name) const { return commands_.find(name) != commands_.end(); }
    const Variables& variables() const noexcept { return variables_; } // sorted by name, ignoring case
    const Commands& commands() const noexcept { return commands_; }    // likewise
    bool fresh() const noexcept { return fresh_; }

    // The changes that build a copy of this State from an empty one, freshness excepted: for each variable
    // its value, enums, ranges, length and flags, then the commands.
    std::vector<Change> as_changes() const;
    static std::vector<Change> as_changes(const std::string& name, const Variable& variable);

    void clear(); // forgets everything; not fresh

private:
    Variables variables_;
    Commands commands_;
    bool fresh_ = false;
};

} // namespace upright
