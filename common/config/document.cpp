#include "common/config/document.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace upright {
namespace {

constexpr std::size_t kLargestFile = std::size_t{16} * 1024 * 1024;

class Reader {
public:
    Reader(Loaded<Document>& loaded, bool keep_high_bytes)
        : loaded_(loaded), dropped_(keep_high_bytes ? "control characters are ignored"
                                                    : "characters outside ASCII are ignored")
    {
    }

    void take(Lexer::Event event, const Lexer& lexer)
    {
        if (event == Lexer::Event::error)
            complain(lexer.error_line(), lexer.error_column(), lexer.error(), Severity::error);
        if (event != Lexer::Event::statement || lexer.words().empty())
            return;
        const auto& first = lexer.words().front();
        if (lexer.dropped_words())
            complain(first.line, first.column, "more than 32 words: the rest is ignored", Severity::warning);
        if (lexer.dropped_characters())
            complain(first.line, first.column, "a word of more than 512 characters is cut",
                     Severity::warning);
        if (lexer.dropped_bytes())
            complain(first.line, first.column, dropped_, Severity::warning);
        loaded_.value.statements.push_back({lexer.words(), lexer.line()});
    }

private:
    void complain(int line, int column, std::string text, Severity severity)
    {
        loaded_.problems.push_back({loaded_.value.file, line, column, std::move(text), severity});
    }

    Loaded<Document>& loaded_;
    const char* dropped_;
};

Result<std::string> read_all(int fd, const std::string& path)
{
    struct stat file {};
    if (::fstat(fd, &file) == 0 && !S_ISREG(file.st_mode)) {
        errno = S_ISDIR(file.st_mode) ? EISDIR : EINVAL;
        return system_error(path);
    }
    std::string text;
    std::vector<char> block(65536);
    for (;;) {
        const auto got = ::read(fd, block.data(), block.size());
        if (got < 0)
            return system_error(path);
        if (got == 0)
            return text;
        text.append(block.data(), static_cast<std::size_t>(got));
        if (text.size() > kLargestFile)
            return Error{Errc::bad_config, path + ": larger than 16 MiB"};
    }
}

} // namespace

Loaded<Document> parse_document(std::string file, std::string text, bool keep_high_bytes)
{
    Loaded<Document> loaded;
    loaded.value.file = std::move(file);
    loaded.value.source = std::move(text);
    Lexer lexer({.keep_high_bytes = keep_high_bytes});
    Reader reader(loaded, keep_high_bytes);
    for (const char c : loaded.value.source)
        reader.take(lexer.feed(c), lexer);
    reader.take(lexer.finish(), lexer);
    return loaded;
}

Result<std::string> read_file(const std::string& path)
{
    // Not blocking: a pipe that somebody left under that name must not hold a daemon.
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (fd < 0)
        return system_error(path);
    auto text = read_all(fd, path);
    ::close(fd);
    return text;
}

std::optional<std::string_view> section_header(const Statement& statement)
{
    const auto& word = statement.words.front();
    const std::string_view text = word.text;
    if (word.quoted || text.size() < 2 || text.front() != '[' || text.back() != ']')
        return std::nullopt;
    return text.substr(1, text.size() - 2);
}

Diagnostic problem_at(const Document& document, const Word& word, std::string text, Severity severity)
{
    return {document.file, word.line, word.column, std::move(text), severity};
}

} // namespace upright
