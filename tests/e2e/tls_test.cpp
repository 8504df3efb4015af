// upsd with a certificate: who gets in, what a reload changes, and that nobody waits for another's handshake.
#include "common/client/connection.hpp"
#include "common/client/error_text.hpp"
#include "common/client/run.hpp"
#include "tests/e2e/honest.hpp"
#include "tests/e2e/site.hpp"
#include "tests/support/certificates.hpp"

#include <csignal>
#include <gmock/gmock.h>

namespace asio = boost::asio;

namespace upright::test {
namespace {

class UpsdTls : public testing::Test {
protected:
    UpsdTls()
    {
        site.ups_conf(Site::dummy("u"));
        site.scratch.write("upsd.users", "[mon]\npassword = pw\nupsmon primary\n");
        driver = site.driver("u");
        use(first);
        site.scratch.write("ca.pem", authority.certificate());
    }

    void use(const Certificate& certificate) const { site.scratch.write("upsd.pem", certificate.pem()); }
    void start(const std::string& more = "")
    {
        site.upsd_conf(fmt::format("CERTFILE {}\n{}", site.scratch.file("upsd.pem"), more));
        upsd = site.upsd();
        ASSERT_TRUE(site.has_status("u", "OL"));
    }
    void reload() const
    {
        upsd->signal(SIGHUP);
        // Whatever comes after it on the same loop comes after the reload.
        EXPECT_TRUE(
            eventually([&] { return upsd->err().find("reloading configuration") != std::string::npos; }));
        EXPECT_EQ(site.ask("PROTVER"), "1.3");
    }
    tls::ClientSettings verifying() const
    {
        tls::ClientSettings settings;
        settings.ca_path = site.scratch.file("ca.pem");
        settings.verify = settings.force = true;
        return settings;
    }

    static tls::ClientSettings pinned_to(const Certificate& certificate)
    {
        tls::ClientSettings settings;
        settings.verify = true;
        EXPECT_TRUE(settings.expect(certificate.fingerprint()));
        return settings;
    }

    // What a client with these settings gets for its password and its question.
    std::string talk(const tls::ClientSettings& settings) const
    {
        std::string got;
        const auto program = [&](asio::any_io_executor executor) -> asio::awaitable<int> {
            Connection connection(executor);
            const Server where{"127.0.0.1", static_cast<std::uint16_t>(site.port)};
            const auto connected = co_await connection.connect(where, 10s, settings);
            if (!connected) {
                got = client_text(connected.error());
                co_return 1;
            }
            got = connection.is_encrypted() ? "encrypted: " : "clear: ";
            const auto known = co_await connection.authenticate("mon", "pw");
            if (!known) {
                got += client_text(known.error());
                co_return 1;
            }
            const auto login = co_await connection.ask("LOGIN", "u");
            got += login ? *login : client_text(login.error());
            co_await connection.logout();
            co_return 0;
        };
        run_to_end(program);
        return got;
    }

    Site site;
    Authority authority;
    Certificate first = authority.issue();
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
};

TEST_F(UpsdTls, ServesWhoVerifiesAndWhoDoesNot)
{
    start();

    EXPECT_EQ(talk({}), "encrypted: OK");
    EXPECT_EQ(talk(verifying()), "encrypted: OK");
    EXPECT_EQ(talk(pinned_to(first)), "encrypted: OK");
    const auto clear = site.client();
    EXPECT_EQ(clear->ask("USERNAME mon"), "OK");
    EXPECT_EQ(clear->ask("PASSWORD pw"), "OK");
    EXPECT_EQ(clear->ask("LOGIN u"), "OK");
    EXPECT_THAT(upsd->err(), testing::HasSubstr("User mon@127.0.0.1 logged into UPS [u] (SSL)\n"));
    EXPECT_THAT(upsd->err(), testing::HasSubstr("sent a password in clear text although TLS is configured"));
    EXPECT_EQ(site.upsc({"u", "ups.status"}).out, "OL\n");
}

TEST_F(UpsdTls, DemandsItWhereToldTo)
{
    start("FORCESSL yes\n");

    EXPECT_EQ(talk({}), "encrypted: OK");
    const auto clear = site.client();
    EXPECT_EQ(clear->ask("USERNAME mon"), "OK");
    EXPECT_EQ(clear->ask("PASSWORD pw"), "ERR ACCESS-DENIED");
    EXPECT_EQ(clear->ask("GET VAR u ups.status"), "VAR u ups.status \"OL\"");
}

TEST_F(UpsdTls, DemandsCertificatesOfClientsWhereToldTo)
{
    site.scratch.write("client.pem", authority.issue().pem());
    start(fmt::format("CERTPATH {}\nCERTREQUEST REQUIRE\n", site.scratch.file("ca.pem")));

    auto settings = verifying();
    EXPECT_THAT(talk(settings), testing::HasSubstr("SSL"));
    settings.certfile = site.scratch.file("client.pem");
    EXPECT_EQ(talk(settings), "encrypted: OK");
}

TEST_F(UpsdTls, TakesOverANewCertificateAndKeepsTheOldOverABrokenOne)
{
    start();
    const auto second = self_signed();
    use(second);
    reload();
    const auto renewed = pinned_to(second);
    EXPECT_TRUE(eventually([&] { return talk(renewed) == "encrypted: OK"; }));
    EXPECT_THAT(talk(pinned_to(first)), testing::HasSubstr("SSL error"));

    site.scratch.write("upsd.pem", "no certificate\n");
    upsd->signal(SIGHUP);
    EXPECT_TRUE(eventually([&] { return upsd->err().find("Reload failed in part") != std::string::npos; }));
    EXPECT_EQ(talk(renewed), "encrypted: OK");
}

TEST_F(UpsdTls, RefusesToStartWithoutAUsableCertificate)
{
    site.scratch.write("upsd.pem", "no certificate\n");
    site.upsd_conf(fmt::format("CERTFILE {}\n", site.scratch.file("upsd.pem")));

    const auto refused = site.finish("upsd", {"-u", "root", "-F"});
    EXPECT_EQ(refused.exit_code, 1);
    EXPECT_THAT(refused.err, testing::HasSubstr("upsd.pem"));
}

TEST_F(UpsdTls, ForgetsWhatCameBehindStarttlsInClearText)
{
    start();
    const auto client = site.client();
    client->send("STARTTLS\nUSERNAME mon\nPASSWORD pw\nLOGIN u\n");

    EXPECT_EQ(client->line(), "OK STARTTLS");
    EXPECT_EQ(site.ask("GET NUMLOGINS u"), "NUMLOGINS u 0");
    EXPECT_THAT(upsd->err(), testing::Not(testing::HasSubstr("LOGIN")));
}

TEST_F(UpsdTls, MakesNobodyWaitForAHandshake) // D23, D45
{
    start();
    Honest honest(site.port);
    ASSERT_TRUE(honest.has_asked(3));
    std::vector<std::unique_ptr<RawClient>> silent;
    for (int i = 0; i < 200; ++i) {
        silent.push_back(site.client());
        silent.back()->send("STARTTLS\n");
    }
    for (std::size_t i = 0; i < silent.size(); ++i) {
        EXPECT_EQ(silent[i]->line(), "OK STARTTLS");
        if (i % 2 == 1)
            silent[i]->send("\x16\x03\x01\x02 this is no handshake at all\n");
    }
    EXPECT_TRUE(honest.has_asked(20));
    EXPECT_EQ(talk(verifying()), "encrypted: OK");
    EXPECT_LT(honest.longest(), kPatience);
    for (const auto& client : silent) // those that stay silent have 5 s
        EXPECT_TRUE(client->closed(10s));
}

} // namespace
} // namespace upright::test
