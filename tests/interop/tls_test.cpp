// TLS between us and Debian's NUT, which speaks it with NSS: our OpenSSL and their NSS must understand each
// other.
#include "server/upsd/init_tls.hpp"
#include "tests/interop/peers.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>

namespace upright::test {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::StartsWith;

class TlsWithDebian : public testing::Test {
protected:
    TlsWithDebian()
    {
        scratch_.write("one.dev", "ups.status: OL\n");
        scratch_.write("ups.conf", "user = root\n[one]\ndriver = dummy-ups\nport = one.dev\n");
        std::filesystem::create_directory(database_);
        certutil({"-N", "--empty-password"});
    }

    Finished certutil(std::vector<std::string> arguments) const
    {
        arguments.insert(arguments.begin(), {peers_.program("certutil"), "-d", "sql:" + database_});
        auto done = run(arguments, {});
        EXPECT_EQ(done.exit_code, 0) << done.err;
        return done;
    }

    // A server of ours with the certificate that --init-tls makes.
    tls::Context our_context()
    {
        const auto path = scratch_.file("upsd.pem");
        EXPECT_TRUE(upsd::write_certificate(path, {"localhost", "127.0.0.1"}));
        tls::ServerSettings settings;
        settings.certfile = path;
        return *tls::server_context(settings);
    }
    static std::optional<std::string> answer(const std::string& line)
    {
        if (line.starts_with("GET VAR one ups.status"))
            return "VAR one ups.status \"OL\"\n";
        return line.starts_with("GET") ? "ERR VAR-NOT-SUPPORTED\n" : "OK\n";
    }

    Peers peers_;
    Scratch scratch_;
    std::string database_ = scratch_.file("nss");
};

TEST_F(TlsWithDebian, OurClientVerifiesTheirServer)
{
    const auto noise = scratch_.write("noise", std::string(64, 'n'));
    certutil({"-S", "-n", "upsd", "-s", "CN=localhost", "-x", "-t", "CTu,,", "-m", "1", "-v", "12", "-z",
              noise, "--extSAN", "dns:localhost,ip:127.0.0.1"});
    const auto ca = scratch_.write("ca.pem", certutil({"-L", "-n", "upsd", "-a"}).out);
    const PeerServer server(peers_, scratch_, {"one"},
                            "CERTPATH " + database_ + "\nCERTIDENT upsd \"\"\nDISABLE_WEAK_SSL true\n");
    const auto ask = [&](const std::string& auth) {
        return run(
            {program("upsc"), "-A", scratch_.write("auth", auth), "one@" + server.address(), "ups.status"},
            scratch_.environment());
    };

    const auto verified = ask("CERTPATH = \"" + ca + "\"\nCERTVERIFY = 1\n");
    EXPECT_EQ(verified.out, "OL\n");
    EXPECT_EQ(verified.err, "");
    const auto stranger = scratch_.write("stranger.pem", Authority().certificate());
    EXPECT_THAT(ask("CERTPATH = \"" + stranger + "\"\n").err,
                StartsWith("Error: SSL error: certificate verify failed: "));
}

TEST_F(TlsWithDebian, TheirClientSpeaksToOurServer)
{
    const RawServer server(answer, our_context());

    const auto done =
        run({peers_.program("upsc"), "one@" + server.address(), "ups.status"}, peers_.environment(scratch_));

    EXPECT_EQ(done.out, "OL\n") << done.err;
    EXPECT_THAT(server.requests(), Contains("GET VAR one ups.status"));
}

TEST_F(TlsWithDebian, TheirUpsmonVerifiesOurServer)
{
    const RawServer server(answer, our_context());
    const auto monitor = [&](const std::string& more) {
        scratch_.write("upsmon.conf", "RUN_AS_USER root\nMINSUPPLIES 0\nMONITOR one@localhost:"
                                          + std::to_string(server.port())
                                          + " 0 me secret secondary\nSHUTDOWNCMD /bin/true\nFORCESSL 1\n"
                                            "CERTVERIFY 1\nCERTPATH "
                                          + database_ + "\n" + more);
        std::filesystem::permissions(scratch_.file("upsmon.conf"), std::filesystem::perms::owner_all);
        return std::make_unique<Process>(
            std::vector<std::string>{peers_.program("upsmon"), "-D", "-F", "-u", "root"},
            peers_.environment(scratch_));
    };
    const auto said = [&](const std::string& word) {
        const auto all = server.requests();
        return std::any_of(all.begin(), all.end(), [&](const auto& line) { return line.starts_with(word); });
    };

    {
        const auto upsmon = monitor("");
        EXPECT_TRUE(eventually([&] {
            return (upsmon->err() + upsmon->out()).find("Can not connect") != std::string::npos
                   || !upsmon->running();
        })) << upsmon->err();
        EXPECT_THAT(server.requests(), IsEmpty());
    }
    certutil({"-A", "-n", "ours", "-t", "P,,", "-i", scratch_.file("upsd.pem"), "-a"});
    const auto upsmon = monitor("CERTHOST localhost localhost 1 1\n");
    EXPECT_TRUE(eventually([&] { return said("GET VAR one ups.status"); })) << upsmon->err();
    EXPECT_TRUE(said("LOGIN one"));
}

} // namespace
} // namespace upright::test
