// Stream and Poller over real socket pairs, driven step by step: no thread, no waiting.
#include "common/asio/backoff.hpp"
#include "common/asio/stream.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <array>
#include <list>
#include <optional>
#include <sys/socket.h>
#include <unistd.h>
#include <vector>

namespace upright {
namespace {

// What the other side of the socket pair does is done by hand.
class Pair : public testing::Test {
protected:
    Pair()
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends_.data()) != 0)
            throw std::runtime_error("no socket pair");
        peer_ = ends_[1];
    }
    ~Pair() override { hang_up(); }

    void hang_up()
    {
        if (peer_ >= 0)
            ::close(peer_);
        peer_ = -1;
    }

    void peer_sends(std::string_view text) const
    {
        ASSERT_EQ(::send(peer_, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }

    std::string peer_receives(std::size_t most = 1 << 22) const
    {
        std::string all;
        std::array<char, 65536> block{};
        while (all.size() < most) {
            const auto got = ::recv(peer_, block.data(), std::min(block.size(), most - all.size()), 0);
            if (got <= 0)
                break;
            all.append(block.data(), static_cast<std::size_t>(got));
        }
        return all;
    }

    // Everything that can be done now.
    void settle()
    {
        io_.restart();
        while (io_.poll() != 0) {
        }
    }

    boost::asio::io_context io_{1};
    Poller poller_{io_.get_executor()};
    std::array<int, 2> ends_{};
    int peer_ = -1;
};

struct Recorder final : Stream::Owner {
    std::string heard;
    std::vector<std::string> reasons;
    std::size_t take = std::string::npos; // bytes at a time
    int times_drained = 0;
    std::function<void(std::string_view)> then = [](std::string_view) {};

    std::size_t received(std::string_view bytes) override
    {
        const auto taken = bytes.substr(0, take);
        heard += taken;
        then(taken);
        return taken.size();
    }
    void drained() override { ++times_drained; }
    void ended(const boost::system::error_code& reason) override
    {
        reasons.push_back(reason == boost::asio::error::eof ? "eof" : reason.message());
    }
};

TEST_F(Pair, StreamHandsOverWhatArrivesAndTellsTheEndOnce)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner);

    peer_sends("one");
    settle();
    peer_sends(" two");
    hang_up();
    settle();
    settle();

    EXPECT_EQ(owner.heard, "one two");
    EXPECT_THAT(owner.reasons, testing::ElementsAre("eof"));
    EXPECT_FALSE(stream.is_open());
}

TEST_F(Pair, StreamTellsTheEndBeforeAnybodyElseIsServed)
{
    Recorder owner;
    const Stream stream(poller_, ends_[0], owner);
    std::vector<std::string> seen_by_next;
    struct Next final : Poller::Watcher {
        std::function<void()> look;
        void ready(bool, bool) override { look(); }
    } next;
    std::array<int, 2> pipe{};
    ASSERT_EQ(::pipe(pipe.data()), 0);
    next.look = [&] {
        seen_by_next = owner.reasons;
        poller_.remove(pipe[0], next);
    };
    poller_.add(pipe[0], next, true, false);

    hang_up();
    ASSERT_EQ(::write(pipe[1], "x", 1), 1);
    settle();
    ::close(pipe[0]);
    ::close(pipe[1]);

    EXPECT_THAT(seen_by_next, testing::ElementsAre("eof"));
}

TEST_F(Pair, StreamOffersAgainWhatTheOwnerLeft)
{
    Recorder owner;
    owner.take = 2;
    const Stream stream(poller_, ends_[0], owner);

    peer_sends("abcdefg");
    settle();

    EXPECT_EQ(owner.heard, "abcdefg");
}

TEST_F(Pair, StreamKeepsWhatThePeerDoesNotTakeAndSendsItInOrder)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner, {.pause_reading = 1 << 16, .unsent = 1 << 22});
    std::string sent;
    for (int i = 0; sent.size() < (1U << 20); ++i) {
        const auto piece = std::to_string(i) + " ";
        stream.send(piece);
        sent += piece;
    }
    EXPECT_GT(stream.unsent(), 0U);

    std::string got;
    for (int i = 0; i < 1000 && got.size() < sent.size(); ++i) {
        got += peer_receives();
        settle();
    }

    EXPECT_EQ(got, sent);
    EXPECT_EQ(stream.unsent(), 0U);
}

TEST_F(Pair, StreamStopsReadingWhileThePeerTakesNothing)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner, {.pause_reading = 1 << 16, .unsent = 1 << 22});
    const std::string answer(10000, 'x');
    owner.then = [&](std::string_view bytes) {
        for (std::size_t i = 0; i < bytes.size(); ++i)
            stream.send(answer);
    };
    owner.take = 1;

    for (int i = 0; i < 200; ++i) {
        if (::send(peer_, "??????????", 10, MSG_NOSIGNAL) < 0)
            break;
        settle();
    }
    const auto heard = owner.heard.size();
    EXPECT_LT(heard, 100U); // of 2,000 questions
    EXPECT_LT(stream.unsent(), (1U << 16) + answer.size());

    std::size_t got = 0;
    for (int i = 0; i < 5000 && got < 2000 * answer.size(); ++i) {
        got += peer_receives().size();
        settle();
    }
    EXPECT_EQ(got, 2000 * answer.size()); // none is lost, none twice
    EXPECT_TRUE(owner.reasons.empty());
}

TEST_F(Pair, StreamGivesUpAPeerThatLetsTooMuchPileUp)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner, {.pause_reading = 1 << 12, .unsent = 1 << 14});

    const std::string block(1 << 12, 'x');
    for (int i = 0; i < 1000 && stream.is_open(); ++i)
        stream.send(block);
    settle();

    EXPECT_FALSE(stream.is_open());
    EXPECT_EQ(owner.reasons.size(), 1U);
}

TEST_F(Pair, StreamSendsTheLastWordBeforeItCloses)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner);

    stream.send("good-bye\n");
    stream.close_when_sent();
    settle();

    EXPECT_EQ(peer_receives(), "good-bye\n");
    EXPECT_THAT(owner.reasons, testing::ElementsAre("eof"));
}

TEST_F(Pair, StreamMayBeDestroyedByItsOwnerWhileReceiving)
{
    Recorder owner;
    std::optional<Stream> stream;
    stream.emplace(poller_, ends_[0], owner);
    owner.then = [&](std::string_view) { stream.reset(); };

    peer_sends("end it");
    settle();

    EXPECT_EQ(owner.heard, "end it");
    EXPECT_TRUE(owner.reasons.empty());
}

TEST_F(Pair, PausedStreamHandsOverNothingAndGoesOnWithWhatItKept)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner);
    owner.take = 3;
    owner.then = [&](std::string_view) { stream.pause(); };

    peer_sends("one two");
    settle();
    EXPECT_EQ(owner.heard, "one");
    peer_sends(" three");
    settle();
    EXPECT_EQ(owner.heard, "one");

    owner.take = std::string::npos;
    owner.then = [](std::string_view) {};
    stream.resume();
    EXPECT_EQ(owner.heard, "one"); // from the loop, not from within the call
    settle();
    EXPECT_EQ(owner.heard, "one two three");
}

TEST_F(Pair, PausedStreamReadsNoMoreThanOneBlock)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner);
    owner.take = 1;
    owner.then = [&](std::string_view) { stream.pause(); };

    const std::string block(4096, 'x');
    std::size_t sent = 0;
    for (int i = 0; i < 10000; ++i) {
        const auto taken = ::send(peer_, block.data(), block.size(), MSG_NOSIGNAL);
        if (taken < 0)
            break;
        sent += static_cast<std::size_t>(taken);
        settle();
    }
    EXPECT_LT(sent, 10000 * block.size()); // the kernel's buffer is full; ours did not grow
    EXPECT_EQ(owner.heard.size(), 1U);

    owner.take = std::string::npos;
    owner.then = [](std::string_view) {};
    stream.resume();
    settle();
    EXPECT_EQ(owner.heard.size(), sent);
}

TEST_F(Pair, StreamPausedAgainBeforeTheLoopRanStaysPaused)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner);

    stream.pause();
    peer_sends("wait");
    stream.resume();
    stream.pause();
    settle();
    EXPECT_EQ(owner.heard, "");

    stream.resume();
    stream.resume();
    settle();
    EXPECT_EQ(owner.heard, "wait");
}

TEST_F(Pair, PausedStreamSendsOn)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner, {.pause_reading = 1 << 16, .unsent = 1 << 22});

    stream.pause();
    peer_sends("more?");
    stream.send(std::string(1 << 20, 'x'));
    std::size_t got = 0;
    for (int i = 0; i < 1000 && got < (1U << 20); ++i) {
        got += peer_receives().size();
        settle();
    }

    EXPECT_EQ(got, 1U << 20);
    EXPECT_EQ(owner.heard, "");
}

TEST_F(Pair, StreamTellsOnceThatOutputWhichHadToWaitIsTaken)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner, {.pause_reading = 1 << 16, .unsent = 1 << 22});

    stream.send("little");
    settle();
    EXPECT_EQ(owner.times_drained, 0);
    EXPECT_EQ(stream.taken(), 6U);

    stream.send(std::string(1 << 20, 'x'));
    ASSERT_TRUE(stream.congested());
    settle();
    EXPECT_EQ(owner.times_drained, 0);
    EXPECT_EQ(stream.taken() + stream.unsent(), 6U + (1U << 20));
    while (stream.unsent() != 0) {
        peer_receives();
        settle();
    }

    EXPECT_EQ(owner.times_drained, 1);
    EXPECT_EQ(stream.taken(), 6U + (1U << 20));
}

TEST_F(Pair, StreamHandsOverNothingMoreOnceItsOwnerSaidGoodbye)
{
    Recorder owner;
    Stream stream(poller_, ends_[0], owner, {.pause_reading = 1 << 16, .unsent = 1 << 22});
    owner.take = 1;
    owner.then = [&](std::string_view) {
        stream.send(std::string(1 << 20, 'x'));
        stream.close_when_sent();
    };

    peer_sends("abc");
    for (int i = 0; i < 1000 && stream.is_open(); ++i) {
        settle();
        peer_receives();
    }
    settle();

    EXPECT_EQ(owner.heard, "a");
    EXPECT_THAT(owner.reasons, testing::ElementsAre("eof"));
}

TEST_F(Pair, PollerForgetsAWatcherThatGoesInTheSameWakeUp)
{
    std::array<int, 2> other{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, other.data()), 0);
    Recorder first;
    Recorder second;
    std::optional<Stream> a;
    std::optional<Stream> b;
    a.emplace(poller_, ends_[0], first);
    b.emplace(poller_, other[0], second);
    first.then = [&](std::string_view) { b.reset(); };
    second.then = [&](std::string_view) { a.reset(); };

    peer_sends("x");
    ASSERT_EQ(::send(other[1], "y", 1, 0), 1);
    settle();

    EXPECT_EQ(first.heard.size() + second.heard.size(), 1U); // whichever came first ended the other
    ::close(other[1]);
}

TEST_F(Pair, StreamThatIsPausedInTheSameWakeUpIsNotTakenForHungUp)
{
    std::array<int, 2> other{};
    ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, other.data()), 0);
    Recorder first;
    Recorder second;
    Stream a(poller_, ends_[0], first);
    Stream b(poller_, other[0], second);
    first.then = [&](std::string_view) { b.pause(); };
    second.then = [&](std::string_view) { a.pause(); };

    peer_sends("x");
    ASSERT_EQ(::send(other[1], "y", 1, 0), 1);
    settle();
    EXPECT_EQ(first.heard.size() + second.heard.size(), 1U);
    a.resume();
    b.resume();
    settle();

    EXPECT_EQ(first.heard + second.heard, "xy");
    EXPECT_TRUE(first.reasons.empty() && second.reasons.empty());
    ::close(other[1]);
}

// Costly work of a Watcher that has no descriptor to hear of.
struct Worker final : Poller::Watcher {
    Worker(Poller& in, std::vector<int>& done_by, int who) : poller(in), done(done_by), number(who) {}
    ~Worker() { poller.remove(-1, *this); }
    void ready(bool, bool) override {}
    void costly() override
    {
        done.push_back(number);
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(3);
        while (std::chrono::steady_clock::now() < until) {
        }
        if (--times > 0)
            poller.later(*this);
    }

    Poller& poller;
    std::vector<int>& done;
    int number;
    int times = 1;
};

TEST_F(Pair, PollerDoesCostlyWorkInTurnBehindTheOthers)
{
    Recorder owner;
    const Stream stream(poller_, ends_[0], owner);
    std::vector<int> done;
    std::vector<std::size_t> done_when_heard;
    owner.then = [&](std::string_view) { done_when_heard.push_back(done.size()); };
    std::list<Worker> workers;
    for (int i = 0; i < 4; ++i)
        poller_.later(workers.emplace_back(poller_, done, i));
    workers.front().times = 2;
    poller_.later(workers.front()); // is asked for already

    peer_sends("x");
    io_.poll_one();
    peer_sends("y");
    io_.poll_one();
    EXPECT_THAT(done_when_heard, testing::ElementsAre(0, 1)); // one piece of work for each wake-up
    settle();

    EXPECT_THAT(done, testing::ElementsAre(0, 1, 2, 3, 0));
    io_.restart();
    EXPECT_EQ(io_.poll(), 0U); // nothing is left that would wake us
}

// Always readable, and slow.
struct Babbler final : Poller::Watcher {
    void ready(bool, bool) override
    {
        ++times;
        const auto until = std::chrono::steady_clock::now() + std::chrono::milliseconds(2);
        while (std::chrono::steady_clock::now() < until) {
        }
    }

    int times = 0;
};

TEST_F(Pair, PollerLeavesTheLoopTimeForOthers)
{
    Babbler babbler;
    poller_.add(ends_[0], babbler, true, false);
    peer_sends("is never read");
    int before = 0;
    boost::asio::post(io_, [&] { // behind the first wake-up
        boost::asio::post(io_, [&] { before = babbler.times; });
    });

    while (before == 0)
        io_.run_one();
    poller_.remove(ends_[0], babbler);
    ::close(ends_[0]);

    EXPECT_LE(before, 3);
}

TEST_F(Pair, PollerForgetsCostlyWorkOfAWatcherThatGoes)
{
    std::vector<int> done;
    std::list<Worker> workers;
    for (int i = 0; i < 3; ++i)
        poller_.later(workers.emplace_back(poller_, done, i));

    workers.pop_front();
    workers.pop_back();
    settle();

    EXPECT_THAT(done, testing::ElementsAre(1));
}

TEST(Backoff, GrowsToItsLimitAndStartsOver)
{
    using std::chrono::milliseconds;
    Backoff backoff(milliseconds(100), milliseconds(350));

    EXPECT_EQ(backoff.next(0), milliseconds(100));
    EXPECT_EQ(backoff.next(0), milliseconds(200));
    EXPECT_EQ(backoff.next(0), milliseconds(350));
    EXPECT_EQ(backoff.next(1), milliseconds(350 - 87)); // jitter: up to a quarter less
    backoff.reset();
    EXPECT_EQ(backoff.next(0), milliseconds(100));
}

} // namespace
} // namespace upright
