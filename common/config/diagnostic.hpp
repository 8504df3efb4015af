// What a person is told about a file, in the form compilers use and editors understand.
#pragma once

#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

enum class Severity { warning, error };

struct Diagnostic {
    std::string file;
    int line = 0;   // from 1; 0: the file as a whole
    int column = 0; // in bytes, from 1
    std::string text;
    Severity severity = Severity::error;
};

std::string to_string(const Diagnostic& d); // upsd.conf:2:9: error: ...

// What to_string() made, of this file; nothing if the text is anything else.
std::optional<Diagnostic> parse_diagnostic(std::string_view text, const std::string& file);

// The same, followed by the offending line of `source` (the file's text) and a caret under the column. Stars
// take the place of passwords, and ? that of control bytes.
std::string with_caret(const Diagnostic& d, std::string_view source);

// A file and what is wrong with it, for --check.
struct CheckedFile {
    std::string source;
    std::vector<Diagnostic> problems;
};

// Prints every problem with its caret, in the order of each file's lines, each once. Returns how many were
// errors.
int print_problems(std::vector<CheckedFile> files, std::FILE* out);

template <class T>
struct Loaded {
    T value{};
    std::vector<Diagnostic> problems{};

    bool clean() const noexcept { return problems.empty(); }
};

} // namespace upright
