// Stream over TLS on socket pairs, its peer a Channel driven by hand: no thread, no waiting.
#include "common/asio/stream.hpp"
#include "tests/common/tls_pair.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <functional>
#include <list>
#include <malloc.h>
#include <optional>

namespace upright {
namespace {

using Status = tls::Channel::Status;
using test::SocketPair;
using testing::ElementsAre;

// A server of one client: sends back what it hears, and answers STARTTLS with TLS.
struct Session final : Stream::Owner {
    Session(Poller& poller, int fd, tls::Context context, Stream::Limits limits = Stream::Limits{})
        : tls(std::move(context)), stream(poller, fd, *this, limits)
    {
    }

    std::size_t received(std::string_view bytes) override
    {
        const auto piece = bytes.substr(0, std::min(bytes.find('\n'), bytes.size() - 1) + 1);
        heard += piece;
        if (heard.ends_with("STARTTLS\n")) {
            heard.clear();
            stream.send("OK STARTTLS\n");
            stream.start_tls(tls::open(tls, stream.fd()));
        } else if (echo) {
            stream.send(piece);
        }
        return piece.size();
    }
    void ended(const boost::system::error_code& reason) override
    {
        reasons.push_back(reason == boost::asio::error::eof ? "eof" : reason.message());
    }
    void drained() override { ++times_drained; }

    tls::Context tls;
    std::string heard;
    std::vector<std::string> reasons;
    bool echo = true;
    int times_drained = 0;
    Stream stream;
};

class TlsStream : public testing::Test, protected test::TlsFiles {
protected:
    // Everything that can be done now.
    void settle()
    {
        io_.restart();
        while (io_.poll() != 0) {
        }
    }

    void send_plain(std::string_view text) const
    {
        ASSERT_EQ(::send(peer(), text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
    }
    std::string receive_plain(std::size_t most = 1 << 20) const
    {
        std::string all(most, '\0');
        const auto got = ::recv(peer(), all.data(), all.size(), 0);
        all.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return all;
    }

    // STARTTLS up to the end of the handshake.
    void start_tls()
    {
        send_plain("STARTTLS\n");
        settle();
        ASSERT_EQ(receive_plain(), "OK STARTTLS\n");
        shake_hands();
    }
    void shake_hands()
    {
        client_ = tls::open(client_context(), peer());
        auto status = client_->handshake();
        for (int i = 0; i < 10 && status == Status::want_read; ++i) {
            settle();
            status = client_->handshake();
        }
        ASSERT_EQ(status, Status::done) << client_->failure().message();
        settle();
        ASSERT_FALSE(session_.stream.handshaking());
    }

    void send(std::string_view text) const { ASSERT_EQ(client_->write(text).bytes, text.size()); }
    // What has arrived, and how it ended if it did.
    std::string receive()
    {
        std::string all;
        std::array<char, tls::kLargestRecord> block{};
        for (;;) {
            const auto [status, bytes] = client_->read(block.data(), block.size());
            all.append(block.data(), bytes);
            if (status == Status::done)
                continue;
            if (status == Status::eof)
                all += "<eof>";
            if (status == Status::error)
                all += "<" + client_->failure().message() + ">";
            return all;
        }
    }

    int peer() const { return sockets_.ends[1]; }

    boost::asio::io_context io_{1};
    Poller poller_{io_.get_executor()};
    SocketPair sockets_;
    Session session_{poller_,
                     std::exchange(sockets_.ends[0], -1),
                     server_context(),
                     {.pause_reading = 1 << 16, .unsent = 1 << 23}};
    std::unique_ptr<tls::Channel> client_;
};

TEST_F(TlsStream, TalksBeforeAndAfterTheHandshake)
{
    send_plain("one\n");
    settle();
    EXPECT_EQ(receive_plain(), "one\n");
    EXPECT_FALSE(session_.stream.encrypted());

    start_tls();
    send("two\n");
    settle();

    EXPECT_EQ(receive(), "two\n");
    EXPECT_TRUE(session_.stream.encrypted());
    EXPECT_THAT(session_.reasons, testing::IsEmpty());
}

TEST_F(TlsStream, ForgetsWhatWasSaidInTheClearBehindStarttls)
{
    send_plain("STARTTLS\nFSD ups\nUSERNAME ");
    settle();
    EXPECT_EQ(receive_plain(), "OK STARTTLS\n");
    shake_hands();
    send("me\n");
    settle();

    EXPECT_EQ(session_.heard, "me\n");
    EXPECT_EQ(receive(), "me\n");
}

TEST_F(TlsStream, ClearTextAfterStarttlsEndsTheConnection)
{
    send_plain("STARTTLS\n");
    settle();
    EXPECT_EQ(receive_plain(), "OK STARTTLS\n");
    send_plain("FSD ups\n");
    settle();

    EXPECT_EQ(session_.heard, "");
    EXPECT_EQ(session_.reasons.size(), 1U);
    EXPECT_TRUE(session_.stream.handshaking()); // it was then that it failed
    EXPECT_FALSE(session_.stream.is_open());
}

TEST_F(TlsStream, PeerThatLeavesDuringTheHandshakeIsGone)
{
    send_plain("STARTTLS\n");
    settle();
    (void)tls::open(client_context(), peer())->handshake(); // says hello
    settle();
    EXPECT_THAT(session_.reasons, testing::IsEmpty());
    SocketPair::close(sockets_.ends[1]);
    settle();

    EXPECT_EQ(session_.reasons.size(), 1U);
}

TEST_F(TlsStream, SilentPeerStaysInTheHandshakeAndCostsNothing)
{
    send_plain("STARTTLS\n");
    settle();

    EXPECT_TRUE(session_.stream.handshaking());
    io_.restart();
    EXPECT_EQ(io_.poll(), 0U); // nothing spins
    session_.stream.close();   // as its owner's sweep does
    settle();
    EXPECT_THAT(session_.reasons, testing::IsEmpty());
}

// What was said before the handshake goes in the clear, all of it; what is said meanwhile goes behind it.
TEST_F(TlsStream, KeepsTheOrderOfClearAndEncryptedOutput)
{
    const std::string before(1 << 20, 'x');
    session_.stream.send(before);
    session_.stream.send("OK STARTTLS\n");
    session_.stream.start_tls(tls::open(server_context(), session_.stream.fd()));
    session_.stream.send("secret\n");
    ASSERT_GT(session_.stream.unsent(), 0U);

    std::string got;
    for (int i = 0; i < 1000 && !got.ends_with("OK STARTTLS\n"); ++i) {
        got += receive_plain();
        settle();
    }
    EXPECT_EQ(got, before + "OK STARTTLS\n");
    shake_hands();

    EXPECT_EQ(receive(), "secret\n");
    EXPECT_EQ(session_.stream.unsent(), 0U);
    EXPECT_EQ(session_.stream.taken(), got.size() + 7);
}

TEST_F(TlsStream, AnyCutIntoPiecesMakesTheSameConversation)
{
    // The client's bytes go through a second pair, one by one.
    const SocketPair wire;
    send_plain("STARTTLS\n");
    settle();
    ASSERT_EQ(receive_plain(), "OK STARTTLS\n");
    client_ = tls::open(client_context(), wire.ends[0]);
    auto status = client_->handshake();
    const auto carry = [&] {
        char byte = 0;
        while (::recv(wire.ends[1], &byte, 1, 0) == 1) {
            ASSERT_EQ(::send(peer(), &byte, 1, 0), 1);
            settle();
        }
        while (::recv(peer(), &byte, 1, 0) == 1) {
            ASSERT_EQ(::send(wire.ends[1], &byte, 1, 0), 1);
            if (status == Status::want_read)
                status = client_->handshake();
        }
    };
    for (int i = 0; i < 10 && status == Status::want_read; ++i)
        carry();
    ASSERT_EQ(status, Status::done);
    carry();
    send("LIST UPS\n");
    carry();

    EXPECT_EQ(receive(), "LIST UPS\n");
}

TEST_F(TlsStream, LongOutputPassesThroughTinyBuffers)
{
    start_tls();
    const int tiny = 2048;
    ::setsockopt(session_.stream.fd(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
    std::string sent;
    for (int i = 0; sent.size() < (1U << 20); ++i) {
        const auto piece = std::to_string(i) + " ";
        session_.stream.send(piece);
        sent += piece;
    }
    ASSERT_TRUE(session_.stream.congested());

    std::string got;
    for (int i = 0; i < 10000 && got.size() < sent.size(); ++i) {
        got += receive();
        settle();
    }
    EXPECT_TRUE(got == sent) << got.size() << " bytes of " << sent.size();
    EXPECT_EQ(session_.times_drained, 1);
    EXPECT_EQ(session_.stream.unsent(), 0U);
}

TEST_F(TlsStream, BothDirectionsAtOnceLoseNothing)
{
    start_tls();
    const int tiny = 4096;
    ::setsockopt(session_.stream.fd(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
    ::setsockopt(peer(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
    std::string said;
    for (int i = 0; i < 20000; ++i)
        said += "line " + std::to_string(i) + "\n";

    std::string got;
    std::size_t at = 0;
    for (int i = 0; i < 100000 && got.size() < said.size(); ++i) {
        if (at < said.size())
            at += client_->write(std::string_view(said).substr(at, 30000)).bytes;
        settle();
        got += receive();
    }
    EXPECT_TRUE(got == said) << got.size() << " bytes of " << said.size();
    EXPECT_THAT(session_.reasons, testing::IsEmpty());
}

TEST_F(TlsStream, PausedStreamGoesOnWithAWholeRecord)
{
    start_tls();
    session_.stream.pause();
    const std::string record = std::string(tls::kLargestRecord - 1, 'x') + "\n";
    send(record);
    send("and more\n");
    settle();
    EXPECT_EQ(session_.heard, "");

    session_.stream.resume();
    settle();
    EXPECT_EQ(session_.heard, record + "and more\n");
    EXPECT_EQ(receive(), record + "and more\n");
}

TEST_F(TlsStream, GoodbyeFollowsTheLastWord)
{
    start_tls();
    session_.stream.send("OK Goodbye\n");
    session_.stream.close_when_sent();
    settle();

    EXPECT_EQ(receive(), "OK Goodbye\n<eof>");
    EXPECT_THAT(session_.reasons, ElementsAre("eof"));
}

TEST_F(TlsStream, GoodbyeWaitsForAPeerThatIsSlow)
{
    start_tls();
    const std::string last(1 << 20, 'x');
    session_.stream.send(last);
    session_.stream.close_when_sent();
    settle();
    EXPECT_TRUE(session_.stream.is_open());

    std::string got;
    for (int i = 0; i < 10000 && !got.ends_with("<eof>"); ++i) {
        got += receive();
        settle();
    }
    EXPECT_EQ(got, last + "<eof>");
}

TEST_F(TlsStream, ForgedBytesEndTheConnection)
{
    start_tls();
    send_plain("LIST UPS\n");
    settle();

    EXPECT_EQ(session_.reasons.size(), 1U);
    EXPECT_EQ(session_.heard, "");
}

// Heap that each idle session of a server takes, beyond the context that all share.
TEST_F(TlsStream, IdleSessionIsSmall)
{
    constexpr std::size_t kSessions = 100;
    start_tls();
    const auto context = server_context();
    const auto before = ::mallinfo2().uordblks;
    std::list<SocketPair> sockets;
    std::list<Session> sessions;
    for (std::size_t i = 0; i < kSessions; ++i) {
        auto& pair = sockets.emplace_back();
        auto& session = sessions.emplace_back(poller_, std::exchange(pair.ends[0], -1), context);
        session.stream.start_tls(tls::open(context, session.stream.fd()));
        const auto client = tls::open(client_context(), pair.ends[1]);
        for (int step = 0; step < 3; ++step) {
            (void)client->handshake();
            settle();
        }
        ASSERT_EQ(client->write("LIST UPS\n").status, Status::done);
        settle();
        ASSERT_EQ(session.heard, "LIST UPS\n");
    }
    EXPECT_LE((::mallinfo2().uordblks - before) / kSessions, 40U * 1024);
    RecordProperty("bytes", static_cast<int>((::mallinfo2().uordblks - before) / kSessions));
}

// TLS 1.3 may ask for new keys at any time, and the answer must be written from within a read.
class KeyUpdate : public TlsStream {
protected:
    // The same client, in OpenSSL's own terms.
    void start_tls_with_openssl()
    {
        send_plain("STARTTLS\n");
        settle();
        ASSERT_EQ(receive_plain(), "OK STARTTLS\n");
        ssl_.reset(::SSL_new(context_.get()));
        ::SSL_set_fd(ssl_.get(), peer());
        ::SSL_set_mode(ssl_.get(), SSL_MODE_AUTO_RETRY);
        for (int i = 0; i < 10 && ::SSL_connect(ssl_.get()) != 1; ++i)
            settle();
        settle();
        ASSERT_FALSE(session_.stream.handshaking());
    }
    std::string receive_with_openssl()
    {
        std::string all;
        std::array<char, tls::kLargestRecord> block{};
        std::size_t got = 0;
        while (::SSL_read_ex(ssl_.get(), block.data(), block.size(), &got) == 1)
            all.append(block.data(), got);
        return all;
    }

    tls::Context context_ = client_context();
    std::unique_ptr<SSL, decltype(&::SSL_free)> ssl_{nullptr, ::SSL_free};
};

TEST_F(KeyUpdate, IsAnsweredWhileLittleIsSaid)
{
    start_tls_with_openssl();
    for (int i = 0; i < 50; ++i) {
        ASSERT_EQ(::SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED), 1);
        ASSERT_EQ(::SSL_write(ssl_.get(), "ping\n", 5), 5);
        settle();
        EXPECT_EQ(receive_with_openssl(), "ping\n");
    }
}

TEST_F(KeyUpdate, IsAnsweredInTheMiddleOfALongAnswer)
{
    start_tls_with_openssl();
    session_.echo = false;
    const int tiny = 4096;
    ::setsockopt(session_.stream.fd(), SOL_SOCKET, SO_SNDBUF, &tiny, sizeof tiny);
    std::string sent;
    std::string got;
    for (int i = 0; i < 200; ++i) {
        const std::string piece(5000, static_cast<char>('a' + i % 26));
        session_.stream.send(piece);
        sent += piece;
        if (i % 10 == 0) { // mostly while a record is half sent
            ASSERT_EQ(::SSL_key_update(ssl_.get(), SSL_KEY_UPDATE_REQUESTED), 1);
            ASSERT_EQ(::SSL_write(ssl_.get(), "?", 1), 1);
        }
        settle();
        ASSERT_THAT(session_.reasons, testing::IsEmpty());
        if (i % 3 == 0)
            got += receive_with_openssl();
        if (i % 50 == 0)
            while (session_.stream.unsent() != 0) {
                got += receive_with_openssl();
                settle();
            }
    }
    for (int i = 0; i < 10000 && got.size() < sent.size(); ++i) {
        got += receive_with_openssl();
        settle();
    }
    EXPECT_TRUE(got == sent) << got.size() << " bytes of " << sent.size();
    for (int i = 0; i < 100 && session_.heard.size() < 20; ++i) { // each answer needs room for it
        settle();
        EXPECT_EQ(receive_with_openssl(), "");
    }
    EXPECT_EQ(session_.heard, std::string(20, '?'));
    EXPECT_THAT(session_.reasons, testing::IsEmpty());
}

// 200 clients begin a handshake in the same moment; one that speaks in the clear is answered long before the
// last of them is through.
TEST_F(TlsStream, BurstOfHandshakesDoesNotHoldUpTheOthers)
{
    constexpr int kClients = 200;
    const auto context = server_context();
    struct Client {
        Client(Poller& poller, const tls::Context& server, const tls::Context& client)
            : session(poller, std::exchange(sockets.ends[0], -1), server),
              channel(tls::open(client, sockets.ends[1]))
        {
            session.stream.start_tls(tls::open(server, session.stream.fd()));
        }
        SocketPair sockets;
        Session session;
        std::unique_ptr<tls::Channel> channel;
    };
    std::list<Client> clients;
    for (int i = 0; i < kClients; ++i)
        clients.emplace_back(poller_, context, client_context());
    for (auto& client : clients)
        ASSERT_EQ(client.channel->handshake(), Status::want_read); // says hello
    send_plain("honest\n");

    const auto answered = [](const Client& client) {
        char byte = 0;
        return ::recv(client.sockets.ends[1], &byte, 1, MSG_PEEK) == 1;
    };
    std::string heard;
    io_.restart();
    while (heard.empty() && io_.poll_one() != 0)
        heard = receive_plain();

    EXPECT_EQ(heard, "honest\n");
    EXPECT_LT(std::count_if(clients.begin(), clients.end(), answered), kClients / 2);
    settle();
    EXPECT_EQ(std::count_if(clients.begin(), clients.end(), answered), kClients);
    for (auto& client : clients) // and all get what they came for
        EXPECT_EQ(client.channel->handshake(), Status::done);
    settle();
    for (const auto& client : clients)
        EXPECT_FALSE(client.session.stream.handshaking());
}

} // namespace
} // namespace upright
