#include "common/lex/lexer.hpp"

namespace upright {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f'; }

bool is_control(char c) noexcept
{
    const auto u = static_cast<unsigned char>(c);
    return (u < 0x20 || u == 0x7F) && !is_blank(c) && c != '\n';
}

bool is_high(char c) noexcept { return static_cast<unsigned char>(c) > 0x7F; }

} // namespace

void Lexer::reset()
{
    words_.clear();
    state_ = State::between;
    words_pending_ = 0;
    begun_ = escape_ = over_ = false;
    blank_ = true;
    dropped_words_ = dropped_characters_ = dropped_bytes_ = false;
}

void Lexer::start_statement()
{
    reset();
    error_.clear();
    statement_line_ = line_;
}

void Lexer::begin_word(bool quoted)
{
    if (!begun_)
        statement_line_ = line_;
    begun_ = true;
    state_ = quoted ? State::quoted : State::word;
    ++words_pending_;
    if (words_pending_ > limits_.words)
        dropped_words_ = true;
    else
        words_.push_back({{}, line_, column_, quoted, words_pending_ > 1 && !blank_});
    blank_ = false;
}

void Lexer::add(char c)
{
    if (words_pending_ > limits_.words)
        return;
    auto& text = words_.back().text;
    if (text.size() < limits_.word_length)
        text += c;
    else
        dropped_characters_ = true;
}

Lexer::Event Lexer::end_statement()
{
    state_ = State::between;
    over_ = true;
    return Event::statement;
}

Lexer::Event Lexer::fail(std::string text)
{
    error_ = std::move(text);
    error_line_ = line_;
    error_column_ = column_;
    state_ = State::skip_line;
    words_.clear();
    return Event::none; // reported at the end of the line
}

void Lexer::take_literally(char c)
{
    if (c == '\n')
        return; // backslash, newline: the lines are one
    if (state_ == State::between)
        begin_word(false);
    add(c);
}

void Lexer::separator_word()
{
    begin_word(false);
    add('=');
    end_word();
}

Lexer::Event Lexer::feed(char c)
{
    if (over_)
        start_statement();
    ++column_;
    const auto event = step(c);
    if (c == '\n') {
        ++line_;
        column_ = 0;
    }
    return event;
}

Lexer::Event Lexer::step(char c)
{
    if (is_control(c) || (is_high(c) && !limits_.keep_high_bytes)) {
        dropped_bytes_ = dropped_bytes_ || state_ == State::word || state_ == State::quoted || !is_high(c);
        return Event::none;
    }
    if (state_ == State::skip_line) {
        if (c != '\n')
            return Event::none;
        over_ = true;
        return Event::error;
    }
    if (state_ == State::comment)
        return c == '\n' ? end_statement() : Event::none;
    if (escape_) {
        escape_ = false;
        take_literally(c);
        return Event::none;
    }
    if (c == '\\') {
        escape_ = true;
        return Event::none;
    }
    if (state_ == State::quoted) {
        if (c == '"')
            end_word();
        else if (c == '#')
            return fail("Unbalanced word due to unescaped # in quotes");
        else if (c != '\n')
            add(c);
        return Event::none;
    }
    if (c == '\n')
        return end_statement();
    if (c == '#') {
        begun_ = true;
        state_ = State::comment;
    } else if (is_blank(c)) {
        end_word();
        blank_ = true;
    } else if (c == '=') {
        separator_word();
    } else if (state_ == State::between) {
        begin_word(c == '"');
        if (c != '"')
            add(c);
    } else {
        add(c);
    }
    return Event::none;
}

Lexer::Event Lexer::finish()
{
    if (over_ || (!begun_ && state_ == State::between && words_pending_ == 0))
        return Event::none;
    if (state_ == State::skip_line) {
        over_ = true;
        return Event::error;
    }
    if (state_ == State::quoted) {
        error_ = "the text ends inside quotes";
        error_line_ = words_.empty() ? line_ : words_.back().line;
        error_column_ = words_.empty() ? column_ : words_.back().column;
        words_.clear();
        over_ = true;
        return Event::error;
    }
    return end_statement();
}

} // namespace upright
