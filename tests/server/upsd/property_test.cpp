// What must hold for any bytes at all: each statement gets exactly one complete answer, and nothing grows.
#include "tests/common/random_text.hpp"
#include "tests/server/upsd/desk.hpp"

#include <gtest/gtest.h>

namespace upright::upsd::test {
namespace {

TEST(AnyBytes, GetExactlyOneCompleteAnswerForEachStatement)
{
    constexpr int kLines = 200'000;
    Desk desk;
    upright::test::RandomText random(20240607);
    std::vector<std::string> seeds{"LIST UPS\n", "GET VAR desk \"ups.status\"\n", "GET VAR x server.info\n",
                                   "\n"};
    for (const auto& command : commands())
        seeds.push_back(std::string(command.word) + ' ' + std::string(command.subcommand)
                        + " desk battery.charge\n");
    WordStream stream;
    std::string answer;
    long statements = 0;
    std::size_t most_held = 0;

    for (int i = 0; i < kLines; ++i) {
        const auto line =
            random.below(4) == 0 ? random.line() : random.mutated(seeds[random.below(seeds.size())]);
        const auto taken = stream.feed(line, [&](Words words, const char* error) {
            answer.clear();
            Peer peer{desk.service, desk.client, desk, desk.now};
            dispatch(peer, words, error, answer);
            if (peer.after == After::produce)
                desk.client.subscription->produce(answer, std::string::npos);
            ++statements;
            EXPECT_TRUE(is_one_complete_answer(answer)) << line << "->" << answer;
            return !testing::Test::HasFailure();
        });
        most_held = std::max(most_held, stream.pending());
        ASSERT_EQ(taken, line.size());
    }

    EXPECT_GT(statements, kLines / 2);
    EXPECT_LT(most_held, 64U * 1024);
}

TEST(AnyBytes, OfAnEndlessLineAreNotKept)
{
    Desk desk;
    WordStream stream;
    const std::string block(4096, 'x');
    int statements = 0;
    const auto count = [&](Words, const char*) {
        ++statements;
        return true;
    };

    for (const std::string_view start : {"", "GET VAR \"", "a b c d "}) {
        stream.feed(start, count);
        for (int i = 0; i < 2560; ++i) // 10 MiB
            stream.feed(block, count);
        EXPECT_LT(stream.pending(), 64U * 1024);
        stream.feed("\"\n", count);
    }
    EXPECT_EQ(statements, 3);
}

} // namespace
} // namespace upright::upsd::test
