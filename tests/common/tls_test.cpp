// Contexts and Channels: who is let in and who is not, and what is said about it.
#include "common/tls/context.hpp"
#include "tests/common/tls_pair.hpp"

#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include <filesystem>

namespace upright {
namespace {

using Status = tls::Channel::Status;
using test::Certificate;
using test::CertificateWish;
using test::TlsFiles;
using testing::HasSubstr;
using tls::ClientCertificate;

class Tls : public testing::Test, protected TlsFiles {
protected:
    struct Session {
        test::SocketPair sockets;
        std::unique_ptr<tls::Channel> client;
        std::unique_ptr<tls::Channel> server;
        test::Outcome outcome{};
    };

    // What becomes of a handshake between these two.
    static std::unique_ptr<Session> meet(const tls::Context& client, const tls::Context& server)
    {
        auto session = std::make_unique<Session>();
        session->client = tls::open(client, session->sockets.ends[0]);
        session->server = tls::open(server, session->sockets.ends[1]);
        session->outcome = test::shake_hands(*session->client, *session->server);
        return session;
    }
    std::unique_ptr<Session> meet(const tls::ClientSettings& settings, const tls::ServerSettings& with,
                                  const std::string& host = "localhost") const
    {
        return meet(*tls::client_context(settings, host), *tls::server_context(with));
    }
    tls::ServerSettings serving(const Certificate& other) const
    {
        auto settings = server_settings();
        settings.certfile = scratch.write("other.pem", other.pem());
        return settings;
    }
    static std::string refusal(const Session& session)
    {
        EXPECT_EQ(session.outcome.client, Status::error);
        EXPECT_EQ(session.outcome.server, Status::error);
        return session.client->failure().message();
    }
    static std::string why(const Result<tls::Context>& context)
    {
        return context ? "no error" : to_string(context.error());
    }
};

void expect_talk(tls::Channel& from, tls::Channel& to, std::string_view text)
{
    std::array<char, tls::kLargestRecord> block{};
    const auto sent = from.write(text);
    ASSERT_EQ(sent.status, Status::done);
    ASSERT_EQ(sent.bytes, text.size());
    const auto got = to.read(block.data(), block.size());
    ASSERT_EQ(got.status, Status::done);
    EXPECT_EQ(std::string_view(block.data(), got.bytes), text);
}

TEST_F(Tls, VerifiedServerAndClientTalk)
{
    const auto session = meet(client_settings(), server_settings());

    ASSERT_EQ(session->outcome.client, Status::done) << session->client->failure().message();
    ASSERT_EQ(session->outcome.server, Status::done);
    expect_talk(*session->client, *session->server, "LIST UPS\n");
    expect_talk(*session->server, *session->client, "BEGIN LIST UPS\n");
    char byte = 0;
    EXPECT_EQ(session->client->read(&byte, 1).status, Status::want_read); // no tickets, nothing unasked
}

TEST_F(Tls, ServerOfAnotherAuthorityIsRefused)
{
    const test::Authority other("another authority");

    EXPECT_EQ(refusal(*meet(client_settings(), serving(other.issue()))),
              "certificate verify failed: unable to get local issuer certificate");
    EXPECT_THAT(refusal(*meet(client_settings(), serving(test::self_signed()))),
                HasSubstr("certificate verify failed: self-signed certificate"));
}

TEST_F(Tls, ServerOfAnotherNameIsRefused)
{
    EXPECT_EQ(refusal(*meet(client_settings(), server_settings(), "ups.example")),
              "certificate verify failed: hostname mismatch");
    EXPECT_EQ(refusal(*meet(client_settings(), server_settings(), "192.0.2.1")),
              "certificate verify failed: IP address mismatch");
}

TEST_F(Tls, ServerIsKnownByNameOrAddress)
{
    for (const auto* const host : {"localhost", "LOCALHOST", "127.0.0.1", "::1", "::1%lo"}) {
        SCOPED_TRACE(host);
        EXPECT_EQ(meet(client_settings(), server_settings(), host)->outcome.client, Status::done);
    }
}

TEST_F(Tls, ServerMayBeExpectedUnderAnotherNameThanItsHost)
{
    CertificateWish wish;
    wish.common_name = "Rack 7 upsd";
    auto settings = client_settings();
    ASSERT_TRUE(settings.expect("Rack 7 upsd"));

    EXPECT_EQ(meet(settings, serving(authority.issue(wish)), "192.0.2.1")->outcome.client, Status::done);
    EXPECT_EQ(refusal(*meet(settings, server_settings())), "certificate verify failed: hostname mismatch");
}

TEST_F(Tls, ExpiredOrFutureCertificateIsRefused)
{
    CertificateWish expired;
    expired.valid_from = -9;
    expired.valid_until = -1;
    CertificateWish future;
    future.valid_from = 1;

    EXPECT_EQ(refusal(*meet(client_settings(), serving(authority.issue(expired)))),
              "certificate verify failed: certificate has expired");
    EXPECT_EQ(refusal(*meet(client_settings(), serving(authority.issue(future)))),
              "certificate verify failed: certificate is not yet valid");
}

TEST_F(Tls, PinnedCertificateNeedsNoAuthority)
{
    const auto lonely = test::self_signed();
    tls::ClientSettings settings;
    ASSERT_TRUE(settings.expect(lonely.fingerprint()));

    EXPECT_EQ(meet(settings, serving(lonely), "192.0.2.1")->outcome.client, Status::done);
    EXPECT_EQ(refusal(*meet(settings, serving(test::self_signed()))),
              "certificate verify failed: its fingerprint is not the expected one");
    EXPECT_EQ(refusal(*meet(settings, server_settings())), // a good one, but another
              "certificate verify failed: its fingerprint is not the expected one");
}

TEST_F(Tls, WithoutVerificationAnyServerWillDo)
{
    EXPECT_EQ(meet(tls::ClientSettings{}, serving(test::self_signed()), "x")->outcome.client, Status::done);
}

TEST_F(Tls, SelfSignedCertificateIsItsOwnAuthority)
{
    const auto lonely = test::self_signed();
    auto settings = client_settings();
    settings.ca_path = scratch.write("copy.pem", lonely.certificate());

    EXPECT_EQ(meet(settings, serving(lonely))->outcome.client, Status::done);
}

TEST_F(Tls, AuthoritiesMayBeAFolderOfFiles)
{
    const auto folder = scratch.file("authorities");
    std::filesystem::create_directory(folder);
    auto settings = client_settings();
    settings.ca_path = folder;
    EXPECT_EQ(why(tls::client_context(settings, "localhost")),
              folder + " has no certificate in it (PEM files are needed)");
    (void)scratch.write("authorities/README", "not a certificate");
    (void)scratch.write("authorities/other.pem", test::Authority("other").certificate());
    (void)scratch.write("authorities/ours.pem", authority.certificate());

    EXPECT_EQ(meet(settings, server_settings())->outcome.client, Status::done);
}

TEST_F(Tls, AuthoritiesMayBeAFolderOfHashedNames)
{
    const auto folder = scratch.file("authorities");
    std::filesystem::create_directory(folder);
    (void)scratch.write("authorities/ours.pem", authority.certificate());
    ASSERT_EQ(test::run({"/usr/bin/openssl", "rehash", folder}, {}).exit_code, 0);
    auto settings = client_settings();
    settings.ca_path = folder;

    EXPECT_EQ(meet(settings, server_settings())->outcome.client, Status::done);
}

TEST_F(Tls, ClientCertificateIsRequiredAskedForOrNot)
{
    struct Case {
        ClientCertificate wanted;
        std::string shown; // file; empty: none
        bool served;
    };
    const auto good = scratch.write("client.pem", authority.issue().pem());
    const auto bad = scratch.write("stranger.pem", test::Authority("other").issue().pem());
    for (const auto& c : {Case{ClientCertificate::none, "", true},
                          {ClientCertificate::none, good, true},
                          {ClientCertificate::ask, "", true},
                          {ClientCertificate::ask, good, true},
                          {ClientCertificate::ask, bad, true},
                          {ClientCertificate::require, good, true},
                          {ClientCertificate::require, "", false},
                          {ClientCertificate::require, bad, false}}) {
        SCOPED_TRACE(c.shown + " " + std::to_string(static_cast<int>(c.wanted)));
        auto with = server_settings();
        with.ca_path = ca_file;
        with.client_certificate = c.wanted;
        auto settings = client_settings();
        settings.certfile = c.shown;
        const auto session = meet(settings, with);

        EXPECT_EQ(session->outcome.server == Status::done, c.served);
        // With TLS 1.3 the client learns it when it reads.
        char byte = 0;
        EXPECT_EQ(session->client->read(&byte, 1).status, c.served ? Status::want_read : Status::error);
    }
}

TEST_F(Tls, OldVersionsAreRefusedUnlessAllowed)
{
    const auto old_client = [](int version) {
        tls::Context context = *tls::client_context({}, "localhost");
        ::SSL_CTX_set_min_proto_version(context.get(), version);
        ::SSL_CTX_set_max_proto_version(context.get(), version);
        ::SSL_CTX_set_cipher_list(context.get(), "ALL:@SECLEVEL=0");
        return context;
    };
    auto weak = server_settings();
    weak.allow_weak = true;

    for (const int version : {TLS1_VERSION, TLS1_1_VERSION}) {
        EXPECT_EQ(meet(old_client(version), server_context())->outcome.server, Status::error);
        EXPECT_EQ(meet(old_client(version), *tls::server_context(weak))->outcome.server, Status::done);
    }
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION})
        EXPECT_EQ(meet(old_client(version), server_context())->outcome.server, Status::done);
}

TEST_F(Tls, SettingsThatCannotWorkAreRefusedWithTheFilesName)
{
    auto settings = server_settings();
    settings.certfile = scratch.file("missing.pem");
    EXPECT_EQ(why(tls::server_context(settings)),
              "no usable certificate in " + settings.certfile + ": No such file or directory");

    settings.certfile = scratch.write("half.pem", certificate.certificate());
    EXPECT_THAT(why(tls::server_context(settings)),
                HasSubstr("no usable private key in " + settings.certfile));
    settings.certfile = scratch.write("mixed.pem", certificate.certificate() + authority.issue().key());
    EXPECT_THAT(why(tls::server_context(settings)), HasSubstr("key values mismatch"));
    settings.certfile =
        scratch.write("noise.pem", "-----BEGIN CERTIFICATE-----\n????\n-----END CERTIFICATE-----\n");
    EXPECT_THAT(why(tls::server_context(settings)),
                HasSubstr("no usable certificate in " + settings.certfile));
    settings.certfile = scratch.path(); // a folder
    EXPECT_THAT(why(tls::server_context(settings)),
                HasSubstr("no usable certificate in " + settings.certfile));

    settings = server_settings();
    settings.client_certificate = ClientCertificate::require;
    EXPECT_EQ(why(tls::server_context(settings)),
              "CERTREQUEST 2 needs CERTPATH, the authorities of client certificates");
    settings.ca_path = scratch.file("missing.ca");
    EXPECT_EQ(why(tls::server_context(settings)),
              "no usable certificate in " + settings.ca_path + ": No such file or directory");
    (void)scratch.write("cert9.db", "");
    settings.ca_path = scratch.path();
    EXPECT_THAT(why(tls::server_context(settings)), HasSubstr("is an NSS database"));

    tls::ClientSettings blind;
    blind.verify = true;
    EXPECT_EQ(why(tls::client_context(blind, "localhost")),
              "Configuration error: CERTVERIFY needs CERTPATH or a sha256 fingerprint in CERTHOST");
}

TEST_F(Tls, EncryptedKeyNeedsItsPassword)
{
    CertificateWish wish;
    wish.key_password = "open sesame";
    auto settings = serving(authority.issue(wish));

    EXPECT_THAT(why(tls::server_context(settings)),
                HasSubstr("no usable private key in " + settings.certfile));
    settings.key_password = "open";
    EXPECT_THAT(why(tls::server_context(settings)),
                HasSubstr("no usable private key in " + settings.certfile));
    settings.key_password = wish.key_password;
    EXPECT_EQ(why(tls::server_context(settings)), "no error");
}

TEST_F(Tls, CertificateMustBeIssuedToTheNameThatIsSet)
{
    auto settings = server_settings();
    for (const auto* const name : {"localhost", "/CN=localhost"}) {
        settings.ident_name = name;
        EXPECT_EQ(why(tls::server_context(settings)), "no error");
    }
    settings.ident_name = "NUT server";
    EXPECT_THAT(why(tls::server_context(settings)),
                HasSubstr("is issued to /CN=localhost, not to NUT server"));
}

TEST_F(Tls, RsaKeysServeToo)
{
    CertificateWish wish;
    wish.rsa = true;

    EXPECT_EQ(meet(client_settings(), serving(authority.issue(wish)))->outcome.client, Status::done);
}

// Every beginning of what a client says, and then its end: the server gives up, and never crashes or waits.
TEST_F(Tls, TruncatedHandshakesEnd)
{
    std::string hello(4096, '\0');
    {
        const test::SocketPair sockets;
        tls::open(client_context(), sockets.ends[0])->handshake();
        const auto size = ::recv(sockets.ends[1], hello.data(), hello.size(), 0);
        ASSERT_GT(size, 0);
        hello.resize(static_cast<std::size_t>(size));
    }
    const auto context = server_context();
    for (std::size_t cut = 0; cut <= hello.size(); ++cut) {
        test::SocketPair sockets;
        const auto server = tls::open(context, sockets.ends[1]);
        ASSERT_EQ(::send(sockets.ends[0], hello.data(), cut, 0), static_cast<ssize_t>(cut));
        EXPECT_EQ(server->handshake(), Status::want_read) << cut;
        ::shutdown(sockets.ends[0], SHUT_WR);
        EXPECT_EQ(server->handshake(), Status::eof) << cut;
        EXPECT_EQ(server->handshake(), Status::error) << "is over";
    }
}

// The server's first flight, ending after each byte, or with a byte that is wrong.
TEST_F(Tls, BrokenServersEndTheHandshake)
{
    const auto flight = [&] {
        const test::SocketPair sockets;
        const auto client = tls::open(client_context(), sockets.ends[0]);
        (void)client->handshake();
        (void)tls::open(server_context(), sockets.ends[1])->handshake();
        std::string bytes(8192, '\0');
        const auto got = ::recv(sockets.ends[0], bytes.data(), bytes.size(), 0);
        bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
        return bytes;
    }();
    ASSERT_GT(flight.size(), 100U);
    const auto context = client_context();
    for (std::size_t cut = 0; cut < flight.size(); ++cut) {
        auto wrong = flight;
        wrong[cut] = static_cast<char>(wrong[cut] ^ 0x55);
        for (const auto& bytes : {flight.substr(0, cut), wrong}) {
            test::SocketPair sockets;
            const auto client = tls::open(context, sockets.ends[0]);
            ASSERT_EQ(client->handshake(), Status::want_read);
            ASSERT_EQ(::send(sockets.ends[1], bytes.data(), bytes.size(), 0),
                      static_cast<ssize_t>(bytes.size()));
            ::shutdown(sockets.ends[1], SHUT_WR);
            auto status = Status::want_read;
            for (int i = 0; i < 100 && status == Status::want_read; ++i)
                status = client->handshake();
            EXPECT_THAT(status, testing::AnyOf(Status::eof, Status::error)) << cut;
        }
    }
}

TEST_F(Tls, GarbageInsteadOfAHandshakeIsRefused)
{
    for (const std::string garbage :
         {"USERNAME admin\nPASSWORD x\n", "GET / HTTP/1.1\r\n\r\n", "\x16\x03\x01\xff\xff\xff",
          "\x80\x2e\x01\x03\x01zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz"}) {
        const test::SocketPair sockets;
        const auto server = tls::open(server_context(), sockets.ends[1]);
        ASSERT_GT(::send(sockets.ends[0], garbage.data(), garbage.size(), 0), 0);
        EXPECT_EQ(server->handshake(), Status::error);
        EXPECT_NE(server->failure().message(), "");
        EXPECT_EQ(server->shut_down(), Status::done);
    }
}

TEST_F(Tls, GarbageWithinASessionIsRefused)
{
    const auto session = meet(client_context(), server_context());
    const std::string forged("\x17\x03\x03\x00\x20"
                             "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
                             37);

    ASSERT_GT(::send(session->sockets.ends[0], forged.data(), forged.size(), 0), 0);
    char byte = 0;
    EXPECT_EQ(session->server->read(&byte, 1).status, Status::error);
}

TEST_F(Tls, GoodbyeIsHeardAsTheEndAndSoIsAPeerThatIsGone)
{
    const auto polite = meet(client_context(), server_context());
    EXPECT_EQ(polite->client->shut_down(), Status::done);
    char byte = 0;
    EXPECT_EQ(polite->server->read(&byte, 1).status, Status::eof);

    const auto rude = meet(client_context(), server_context());
    test::SocketPair::close(rude->sockets.ends[0]);
    EXPECT_EQ(rude->server->read(&byte, 1).status, Status::eof);
    EXPECT_NE(rude->server->write("x").status, Status::done); // and no SIGPIPE
}

TEST(Fingerprint, IsReadWithAndWithoutColons)
{
    const std::string bare = "sha256:" + std::string(30, '0') + "aB" + std::string(32, '7');
    std::string with_colons = "SHA256:";
    for (std::size_t i = 7; i < bare.size(); i += 2)
        with_colons += (i > 7 ? ":" : "") + bare.substr(i, 2);

    ASSERT_TRUE(tls::fingerprint_from(bare));
    EXPECT_EQ(tls::fingerprint_from(bare), tls::fingerprint_from(with_colons));
    EXPECT_EQ(tls::to_string(*tls::fingerprint_from(bare)),
              "sha256:" + std::string(30, '0') + "ab" + std::string(32, '7'));
}

TEST(Fingerprint, RefusesTheRest)
{
    const std::string digits(64, '1');
    auto wrong_colons = "sha256:" + std::string(95, '1');
    for (const auto& text :
         {std::string(), std::string("sha256:"), digits, "sha1:" + digits, "sha256:" + digits + "1",
          "sha256:" + digits.substr(1), "sha256:" + digits.substr(1) + "g",
          "sha256:" + digits.substr(2) + "-1", wrong_colons}) {
        SCOPED_TRACE(text);
        EXPECT_FALSE(tls::fingerprint_from(text));
    }
    tls::ClientSettings settings;
    EXPECT_FALSE(settings.expect("sha256:12"));
    EXPECT_TRUE(settings.expect("ups.example"));
}

} // namespace
} // namespace upright
