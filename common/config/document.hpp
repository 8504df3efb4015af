// Document: a configuration file as statements with positions. What the statements mean is the reader's
// business; here is only the grammar all files share (docs/configuration.md).
#pragma once

#include "common/config/diagnostic.hpp"
#include "common/lex/lexer.hpp"
#include "common/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

struct Statement {
    std::vector<Word> words; // never empty
    int line = 0;
};

struct Document {
    std::string file;
    std::string source; // the file's text, for carets
    std::vector<Statement> statements;
};

// Reads every statement; a broken line is a problem of its own and the next line is read as usual. Bytes
// above 0x7F stay in words; without `keep_high_bytes` they are left out, as NUT and both protocols do.
Loaded<Document> parse_document(std::string file, std::string text, bool keep_high_bytes = true);

// Fails if the file can't be read or is larger than 16 MiB.
Result<std::string> read_file(const std::string& path);

// `[name]` as a section header, else nothing. `[ name ]` with blanks is no header.
std::optional<std::string_view> section_header(const Statement& statement);

Diagnostic problem_at(const Document& document, const Word& word, std::string text,
                      Severity severity = Severity::error);

} // namespace upright
