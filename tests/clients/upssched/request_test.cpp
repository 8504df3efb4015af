#include "clients/upssched/request.hpp"

#include <gmock/gmock.h>

namespace upright::upssched {
namespace {

using testing::ElementsAre;
using testing::Optional;

const Event kEvent{"ONBATT", "desk@h", "it's \"100%\" dark,\tnow\nför ever \x01"};

std::optional<Request> parsed(std::string_view line)
{
    const auto words = decoded_words(line);
    return words ? parse_request(*words) : std::nullopt;
}

std::string_view without_newline(std::string_view line)
{
    line.remove_suffix(1);
    return line;
}

TEST(Request, IsTheSameBehindTheSocket)
{
    const std::vector<Request> all{
        {Action::start_timer, "a b", 30, "", kEvent},
        {Action::start_timer_shared, "%", 0, "", {}},
        {Action::cancel_timer, "x", 0, "", kEvent},
        {Action::cancel_timer_matched, "x", 0, "run this", kEvent},
    };
    for (const auto& request : all) {
        const auto line = to_line(request);
        SCOPED_TRACE(line);
        EXPECT_EQ(line.find('\n'), line.size() - 1);

        const auto got = parsed(without_newline(line));

        ASSERT_TRUE(got);
        EXPECT_EQ(got->action, request.action);
        EXPECT_EQ(got->name, request.name);
        EXPECT_EQ(got->seconds, request.seconds);
        EXPECT_EQ(got->command, request.command);
        EXPECT_EQ(got->event, request.event);
    }
}

TEST(Request, IsALineOfWords)
{
    EXPECT_EQ(to_line({Action::start_timer, "a b", 30, "", {"ONBATT", "u@h", ""}}),
              "START a%20b 30 ONBATT u@h %\n");
    EXPECT_EQ(to_line({Action::cancel_timer, "a", 0, "", {"ONLINE", "u@h", "100%"}}),
              "CANCEL a % ONLINE u@h 100%25\n");
    EXPECT_THAT(decoded_words("A b%20c %"), Optional(ElementsAre("A", "b c", "")));
}

TEST(Request, RefusesWhatIsNone)
{
    using namespace std::string_view_literals;
    for (const auto line : {
             ""sv,
             " "sv,
             "START"sv,
             "START t 3"sv,
             "START t 3 a b"sv,
             "START t 3 a b c d"sv,
             "START  3 a b c"sv,
             "START % 3 a b c"sv,
             "START t -3 a b c"sv,
             "START t x a b c"sv,
             "START t 99999999999 a b c"sv,
             "START t % a b c"sv,
             "start t 3 a b c"sv,
             "EXECUTE t 3 a b c"sv,
             "START t 3 a b %0"sv,
             "START t 3 a b %00"sv,
             "START t 3 a b %zz"sv,
             "START t 3 a b %2"sv,
             "START t 3 a b %2x"sv,
             "START t 3 a\0 b c"sv,
             " START t 3 a b c"sv,
             "START \"t\" \"3\""sv,
             "CANCEL \"t\""sv,
         }) {
        SCOPED_TRACE(line);
        EXPECT_FALSE(parsed(line));
    }
    EXPECT_TRUE(parsed("START t 3 a b c"));
}

TEST(Request, RefusesEveryTruncation)
{
    const auto line = to_line({Action::start_timer, "t", 30, "", {"ONBATT", "u@h", "%"}});
    const auto whole = without_newline(line);
    for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
        SCOPED_TRACE(whole.substr(0, length));
        const auto got = parsed(whole.substr(0, length));
        EXPECT_FALSE(got && got->event == (Event{"ONBATT", "u@h", "%"}));
    }
}

TEST(Request, ATimerIsListedOnOneLine)
{
    EXPECT_EQ(list_line({"mail", "1795308057", "28", "ONBATT", "u@h", "one.\ttwo\nthree"}),
              "mail\t1795308057\t28\tONBATT\tu@h\tone.\ttwo three\n");
    EXPECT_EQ(list_line({"mail", "1", "2", "", "", ""}), "mail\t1\t2\t\"\"\t\"\"\t\"\"\n");
}

} // namespace
} // namespace upright::upssched
