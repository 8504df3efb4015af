// Snapshot: one complete reading of a device by its driver. It does not know what the last one was;
// differences() finds what changed. Values are final texts: V, A, Hz, s, %, degrees C as docs/variables.md
// says.
#pragma once

#include "common/state/state.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

// Words joined by single blanks, each once, in the order of their first mention (ups.status, buzzwords).
class WordList {
public:
    WordList() = default;
    WordList(std::initializer_list<std::string_view> words)
    {
        for (const auto word : words)
            add(word);
    }

    void add(std::string_view word); // ignored if empty or already there
    void add_all(const WordList& more);
    void remove(std::string_view word);
    bool has(std::string_view word) const;
    bool empty() const noexcept { return words_.empty(); }
    void clear() { words_.clear(); }
    std::string joined() const;
    bool operator==(const WordList&) const = default;

private:
    std::vector<std::string> words_;
};

// The words of a status text; blanks separate.
WordList parse_words(std::string_view text);

struct Snapshot {
    State::Variables variables; // without ups.status, ups.alarm and the buzzwords: those are built from below
    State::Commands commands;
    WordList status; // OL, OB, LB ...; the runtime adds ALARM, CHRG, DISCHRG and LB by its rules
    std::vector<std::string> alarms; // texts of active alarms, in order
    WordList buzzwords;              // experimental.ups.mode.buzzwords
    bool has_status = true; // false: it knows nothing of mains and batteries, so there is no ups.status

    bool operator==(const Snapshot&) const = default;

    // Sets a read-only value.
    void set(std::string_view name, std::string value)
    {
        variables.insert_or_assign(std::string(name), Variable{std::move(value)});
    }
    // Sets a writable text of at most `max_length` bytes, or a writable number within `ranges`.
    void set_text(std::string_view name, std::string value, int max_length);
    void set_number(std::string_view name, std::string value, std::vector<Range> ranges = {});
};

// What turns `last` into `next` (variables and commands; freshness is not a reading's business).
std::vector<Change> differences(const State& last, const State::Variables& next,
                                const State::Commands& commands);

} // namespace upright
