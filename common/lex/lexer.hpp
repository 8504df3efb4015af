// Lexer: splits text into statements of words, by the one grammar that the configuration files and both
// protocols share. It owns only the statement being read, which is bounded; feed it any segmentation.
//
//   words are separated by blanks; "..." groups, and its closing quote ends the word; \ takes the next
//   character literally; an unquoted = is a word of its own; an unquoted # starts a comment;
//   \ + newline joins lines; a newline ends the statement, but is dropped inside quotes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

struct Word {
    std::string text;
    int line = 0;        // of its first character, from 1
    int column = 0;      // in bytes, from 1
    bool quoted = false; // written in quotes: "" is a word, and "[x]" is no section header
    bool glued = false;  // no blank between it and the word before it
};

struct LexLimits {
    std::size_t words = 32;        // further words of a statement are dropped
    std::size_t word_length = 512; // further characters of a word are dropped
    bool keep_high_bytes = false;  // bytes above 0x7F stay in the word instead of being dropped
};

class Lexer {
public:
    enum class Event { none, statement, error };

    explicit Lexer(LexLimits limits = {}) : limits_(limits) {}

    // After `statement`, words() holds a whole statement (none for an empty or comment line). After `error`,
    // error() says what was wrong, and the rest of that line has been skipped. Both stay valid until the
    // next call.
    Event feed(char c);

    // The end of the text: completes an unfinished last line.
    Event finish();

    const std::vector<Word>& words() const noexcept { return words_; }
    int line() const noexcept { return statement_line_; } // where the statement began
    const std::string& error() const noexcept { return error_; }
    int error_line() const noexcept { return error_line_; }
    int error_column() const noexcept { return error_column_; }

    // What was silently left out of the statement just read.
    bool dropped_words() const noexcept { return dropped_words_; }
    bool dropped_characters() const noexcept { return dropped_characters_; }
    bool dropped_bytes() const noexcept { return dropped_bytes_; } // control or above 0x7F

    // True between statements: nothing of an unfinished one is held.
    bool idle() const noexcept { return state_ == State::between && words_pending_ == 0 && !begun_; }

    // Forgets an unfinished statement.
    void reset();

private:
    enum class State { between, word, quoted, comment, skip_line };

    void begin_word(bool quoted);
    void add(char c);
    void end_word() noexcept { state_ = State::between; }
    void start_statement();
    Event end_statement();
    Event fail(std::string text);
    void take_literally(char c);
    void separator_word();
    Event step(char c);

    LexLimits limits_;
    std::vector<Word> words_;
    std::string error_;
    State state_ = State::between;
    std::size_t words_pending_ = 0; // words of the statement so far, dropped ones included
    int line_ = 1;
    int column_ = 0;
    int statement_line_ = 1;
    int error_line_ = 0;
    int error_column_ = 0;
    bool begun_ = false;  // something other than blanks was seen in this statement
    bool escape_ = false; // the last character was an unescaped backslash
    bool blank_ = true;   // the last character separated words
    bool over_ = false;   // the statement has ended; the next character starts a new one
    bool dropped_words_ = false;
    bool dropped_characters_ = false;
    bool dropped_bytes_ = false;
};

} // namespace upright
