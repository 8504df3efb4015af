// ReplayLink: a Link for tests that answers from a transcript. It owns the transcript and what was sent; a
// question the transcript lacks is echoed, as the Megatec family does with what it does not know.
#pragma once

#include "drivers/io/link.hpp"

#include "common/config/diagnostic.hpp"

#include <deque>
#include <map>
#include <vector>

namespace upright::io {

// A transcript is text: `> question`, then any number of `< answer` lines that are given in turn, the last
// one again and again; `<` alone is silence. Empty lines and lines that begin with # don't count; \r, \\ and
// \xNN are understood.
struct Transcript {
    std::map<std::string, std::deque<std::string>, std::less<>> answers;
};

Loaded<Transcript> parse_transcript(const std::string& file, std::string_view text);

class ReplayLink final : public Link {
public:
    explicit ReplayLink(Transcript transcript) : transcript_(std::move(transcript)) {}

    void open() override;
    std::string exchange(std::string_view bytes, const Limits& limits) override;

    // From now on `question` is answered so; the empty answer is silence.
    void answer(std::string_view question, std::string answer);
    void answers(std::string_view question, std::deque<std::string> in_turn);
    void lose() { lost_ = true; } // every exchange fails until restored
    void restore() { lost_ = false; }

    const std::vector<std::string>& sent() const noexcept { return sent_; }
    void forget_sent() { sent_.clear(); }

private:
    Transcript transcript_;
    std::vector<std::string> sent_;
    bool lost_ = false;
};

} // namespace upright::io
