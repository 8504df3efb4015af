// Connections with TLS: to whom a client speaks, and that it says nothing to anybody else.
#include "common/client/connection.hpp"
#include "common/client/credentials.hpp"
#include "common/client/error_text.hpp"
#include "tests/common/tls_pair.hpp"
#include "tests/support/raw_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>

namespace asio = boost::asio;

namespace upright {
namespace {

using test::RawServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::optional<std::string> answer(const std::string& line)
{
    if (line == "LOGOUT")
        return "OK Goodbye\n";
    return line.starts_with("GET") ? "VAR u a \"1\"\n" : "OK\n";
}

std::string text_of(const Result<Row>& row) { return row ? row->front() : client_text(row.error()); }

class ClientTls : public testing::Test, protected test::TlsFiles {
protected:
    struct Conversation {
        std::string connected; // or why not
        bool encrypted = false;
        std::string value;
    };

    // Connects, asks for a value, and leaves.
    static Conversation talk(const RawServer& server, tls::ClientSettings settings,
                             std::chrono::milliseconds limit = std::chrono::seconds(5))
    {
        asio::io_context io;
        Connection connection(io.get_executor());
        Conversation got;
        const auto program = [&]() -> asio::awaitable<void> {
            const Server where{"127.0.0.1", static_cast<std::uint16_t>(server.port())};
            const auto connected = co_await connection.connect(where, limit, settings);
            got.connected = connected ? "yes" : client_text(connected.error());
            got.encrypted = connection.is_encrypted();
            EXPECT_EQ(connection.is_open(), connected.has_value());
            if (!connected)
                co_return;
            const auto value = co_await connection.get("VAR", "u", "a");
            got.value = text_of(value);
            co_await connection.logout();
        };
        asio::co_spawn(io, program, [](const std::exception_ptr& thrown) {
            if (thrown)
                std::rethrow_exception(thrown);
        });
        io.run();
        return got;
    }

    tls::ServerSettings serving(const test::Certificate& other) const
    {
        auto settings = server_settings();
        settings.certfile = scratch.write("other.pem", other.pem());
        return settings;
    }

    // The client says nothing at all to such a server.
    static void expect_refusal(const tls::ServerSettings& serving, const tls::ClientSettings& settings,
                               const std::string& why)
    {
        const RawServer server(answer, *tls::server_context(serving));
        EXPECT_EQ(talk(server, settings).connected, why);
        EXPECT_THAT(server.requests(), IsEmpty());
    }
};

TEST_F(ClientTls, IsUsedWhereverTheServerCan)
{
    const RawServer server(answer, server_context());

    for (const auto& settings : {tls::ClientSettings(), client_settings()}) {
        const auto got = talk(server, settings);
        EXPECT_EQ(got.connected, "yes");
        EXPECT_TRUE(got.encrypted);
        EXPECT_EQ(got.value, "1");
    }
    EXPECT_THAT(server.requests(), ElementsAre("GET VAR u a", "LOGOUT", "GET VAR u a", "LOGOUT"));
}

TEST_F(ClientTls, IsDoneWithoutWhereTheServerCannot)
{
    const RawServer server(answer);
    const auto got = talk(server, client_settings());

    EXPECT_EQ(got.connected, "yes");
    EXPECT_FALSE(got.encrypted);
    EXPECT_EQ(got.value, "1");
}

TEST_F(ClientTls, ForcedRefusesClearText)
{
    tls::ClientSettings settings;
    settings.force = true;
    for (const auto* const reply : {"ERR FEATURE-NOT-CONFIGURED\n", "ERR UNKNOWN-COMMAND\n", "ERR\n"}) {
        const RawServer server([&](const std::string&) { return reply; }, RawServer::Starttls::as_answer);
        EXPECT_EQ(talk(server, settings).connected, "SSL is not available");
        EXPECT_THAT(server.requests(), ElementsAre("STARTTLS"));
    }
}

TEST_F(ClientTls, ServerThatCannotBeVerifiedIsToldNothing)
{
    test::CertificateWish expired;
    expired.valid_from = -9;
    expired.valid_until = -1;
    test::CertificateWish elsewhere;
    elsewhere.names = {"DNS:ups.example"};
    tls::ClientSettings pinned;
    ASSERT_TRUE(pinned.expect(test::self_signed().fingerprint()));
    tls::ClientSettings blind;
    blind.verify = true;

    const std::string failed = "SSL error: certificate verify failed: ";
    expect_refusal(serving(test::self_signed()), client_settings(), failed + "self-signed certificate");
    expect_refusal(serving(authority.issue(expired)), client_settings(), failed + "certificate has expired");
    expect_refusal(serving(authority.issue(elsewhere)), client_settings(), failed + "IP address mismatch");
    expect_refusal(server_settings(), pinned, failed + "its fingerprint is not the expected one");
    expect_refusal(
        server_settings(), blind,
        "SSL error: Configuration error: CERTVERIFY needs CERTPATH or a sha256 fingerprint in CERTHOST");
}

TEST_F(ClientTls, PinnedServerIsKnown)
{
    tls::ClientSettings pinned;
    ASSERT_TRUE(pinned.expect(certificate.fingerprint()));
    const RawServer server(answer, server_context());

    EXPECT_EQ(talk(server, pinned).value, "1");
}

TEST_F(ClientTls, OwnCertificateIsShownToAServerThatWantsOne)
{
    auto with = server_settings();
    with.client_certificate = tls::ClientCertificate::require;
    with.ca_path = ca_file;
    auto settings = client_settings();
    {
        const RawServer server(answer, *tls::server_context(with));
        EXPECT_EQ(talk(server, settings).value, "SSL error: tlsv13 alert certificate required");
        EXPECT_THAT(server.requests(), IsEmpty());
    }
    settings.certfile = server_file;
    const RawServer server(answer, *tls::server_context(with));
    EXPECT_EQ(talk(server, settings).value, "1");
}

TEST_F(ClientTls, MissingFilesAreNamed)
{
    const RawServer server(answer, server_context());
    auto settings = client_settings();
    settings.ca_path = scratch.file("missing");

    EXPECT_EQ(talk(server, settings).connected,
              "SSL error: no usable certificate in " + settings.ca_path + ": No such file or directory");
}

TEST_F(ClientTls, StrangeAnswersToStarttlsEndTheConnection)
{
    struct Case {
        std::optional<std::string> reply; // nothing: hangs up
        std::string error;
    };
    for (const auto& c : {Case{"OK\n", "Protocol error"},
                          {"\n", "Protocol error"},
                          {"HELLO\n", "Protocol error"},
                          {"OK STARTTLS\nOK\n", "Protocol error"}, // said in clear text by somebody
                          {std::nullopt, "Server disconnected"}}) {
        SCOPED_TRACE(c.reply.value_or("<hangs up>"));
        const RawServer server([&](const std::string&) { return c.reply; }, RawServer::Starttls::as_answer);

        EXPECT_EQ(talk(server, {}).connected, c.error);
        EXPECT_THAT(server.requests(), ElementsAre("STARTTLS"));
    }
}

TEST_F(ClientTls, SilentServerIsGivenUpInTime)
{
    const RawServer mute([](const std::string&) { return ""; }, RawServer::Starttls::as_answer);
    EXPECT_EQ(talk(mute, {}, std::chrono::milliseconds(200)).connected, "Server disconnected");

    const RawServer stuck([](const std::string& line) { return line == "STARTTLS" ? "OK STARTTLS\n" : ""; },
                          RawServer::Starttls::as_answer);
    EXPECT_EQ(talk(stuck, {}, std::chrono::milliseconds(200)).connected, "SSL error: Connection timed out");
}

TEST_F(ClientTls, LongQuestionsAndAnswersPass)
{
    const std::string value(30000, 'x');
    std::string list = "BEGIN LIST VAR u\n";
    for (int i = 0; i < 20000; ++i)
        list += "VAR u v" + std::to_string(i) + " \"" + std::to_string(i) + "\"\n";
    list += "END LIST VAR u\n";
    const RawServer server([&](const std::string& line) { return line.starts_with("LIST") ? list : "OK\n"; },
                           server_context());
    asio::io_context io;
    Connection connection(io.get_executor());
    const auto program = [&]() -> asio::awaitable<void> {
        const Server where{"127.0.0.1", static_cast<std::uint16_t>(server.port())};
        const auto connected = co_await connection.connect(where, std::chrono::seconds(5));
        EXPECT_TRUE(connected);
        const auto set = co_await connection.ask("SET", "VAR", "u", "v", value);
        EXPECT_EQ(set ? *set : client_text(set.error()), "OK");
        const auto rows = co_await connection.list("VAR", "u");
        EXPECT_EQ(rows ? rows->size() : 0, 20000U);
    };
    asio::co_spawn(io, program, [](const std::exception_ptr&) {});
    io.run();

    EXPECT_THAT(server.requests(), ElementsAre("SET VAR u v " + value, "LIST VAR u"));
}

TEST(TlsSettings, VerifyWhereverThereIsSomethingToVerifyWith)
{
    Credentials credentials;
    EXPECT_FALSE(tls_settings(credentials)->verify);
    EXPECT_FALSE(tls_settings(credentials)->force);

    credentials.certpath = "/ca";
    EXPECT_TRUE(tls_settings(credentials)->verify);
    EXPECT_FALSE(tls_settings(credentials)->force);
    credentials.verify = false;
    EXPECT_FALSE(tls_settings(credentials)->verify);
    credentials.verify = true;
    EXPECT_TRUE(tls_settings(credentials)->force); // clear text can't be verified
    credentials.force_tls = false;
    EXPECT_FALSE(tls_settings(credentials)->force);
    EXPECT_TRUE(tls_settings(credentials)->verify);
}

TEST(TlsSettings, TakeANameOrAFingerprintFromCerthost)
{
    Credentials credentials;
    credentials.certhost = "ups.example";
    EXPECT_EQ(tls_settings(credentials)->expected_name, "ups.example");
    EXPECT_FALSE(tls_settings(credentials)->verify);

    credentials.certhost = "sha256:" + std::string(64, 'a');
    EXPECT_TRUE(tls_settings(credentials)->pin);
    EXPECT_TRUE(tls_settings(credentials)->verify);
    credentials.verify = false;
    EXPECT_FALSE(tls_settings(credentials)->pin);
    credentials.certhost = "sha256:aa";
    EXPECT_THAT(to_string(tls_settings(credentials).error()), HasSubstr("not a fingerprint"));
}

} // namespace
} // namespace upright
