// upslog's format: text with %…% in it, as docs/manual/upslog.md lists them. Parsed once and pure: whatever a
// line needs is handed in.
#pragma once

#include <ctime>
#include <map>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace upright::upslog {

extern const char* const kDefaultFormat;
extern const char* const kHostPrefix; // of option -N

// What one line is made of.
struct Facts {
    std::time_t now = 0;
    std::string_view host; // ours
    std::string_view ups;  // the designation as the user gave it
    pid_t pid = 0;
    const std::map<std::string, std::string>& values; // by variable; NA for what is missing
};

class Format {
public:
    explicit Format(std::string_view text);

    // The variables in it, each once.
    const std::vector<std::string>& variables() const noexcept { return variables_; }

    // Without a newline behind it.
    std::string line(const Facts& facts) const;

private:
    enum class Kind { text, time, epoch, host, ups, pid, variable };
    struct Piece {
        Kind kind;
        std::string text; // text, the strftime format, the variable's name
    };
    struct Token;
    static const std::vector<Token>& tokens();

    void add(Kind kind, std::string_view text);
    void add_token(std::string_view inside);

    std::vector<Piece> pieces_;
    std::vector<std::string> variables_;
};

} // namespace upright::upslog
