// Whole programs of both suites with TLS between them, seen from the network: what crosses it, who is
// believed, and that nobody who is not believed is told a password.
#include "tests/interop/monitor.hpp"
#include "tests/interop/nss_database.hpp"
#include "tests/interop/recording_proxy.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string kPassword = "s3cret-word";

Setup with_users(std::string upsd_conf, std::map<std::string, std::string> files = {})
{
    files["one.dev"] = "ups.status: OL\nups.id: first\n";
    return {.sections = "[u]\ndriver = dummy-ups\nport = one.dev\n",
            .upses = {"u"},
            .files = std::move(files),
            .upsd_conf = std::move(upsd_conf),
            .users = "[admin]\npassword = " + kPassword
                     + "\nactions = SET\ninstcmds = ALL\n[mon]\npassword = " + kPassword
                     + "\nupsmon primary\n"};
}

// Our upsd with that certificate.
Setup encrypted(const Certificate& certificate, const std::string& more = "")
{
    return with_users("CERTFILE ~/upsd.pem\n" + more, {{"upsd.pem", certificate.pem()}});
}

// In clear text only the request for TLS and its answer, then a handshake, and nothing of what was said.
void expect_encrypted(const RecordingProxy& wire)
{
    EXPECT_EQ(wire.from_clients().substr(0, 11), "STARTTLS\n\x16\x03");
    EXPECT_EQ(wire.from_server().substr(0, 14), "OK STARTTLS\n\x16\x03");
    for (const auto& text : {wire.from_clients(), wire.from_server()})
        for (const auto* const word :
             {kPassword.c_str(), "USERNAME", "PASSWORD", "LOGIN", "GET", "LIST", "ups."})
            EXPECT_EQ(text.find(word), std::string::npos) << word;
}

Finished ask(const Mix& mix, const RecordingProxy& wire, const std::string& program,
             std::vector<std::string> words)
{
    words.push_back(fmt::format("u@127.0.0.1:{}", wire.port()));
    return mix.client(By::debian, program, words);
}

TEST(TlsMixes, DebiansUpscAndUpslogTellOurServerNothingInTheClear)
{
    CertificateWish rsa;
    rsa.rsa = true;
    for (const auto& wish : {CertificateWish{}, rsa}) {
        const Mix mix(By::us, By::us, encrypted(Authority().issue(wish)));
        const RecordingProxy wire(mix.port);
        EXPECT_THAT(ask(mix, wire, "upsc", {}).out, HasSubstr("\nups.status: OL\n"));
        expect_encrypted(wire);

        const RecordingProxy logged(mix.port);
        const auto upslog = mix.start_client(By::debian, "upslog",
                                             {"-u", "root", "-F", "-i", "1", "-l", "-", "-f", "%VAR ups.id%",
                                              "-s", fmt::format("u@127.0.0.1:{}", logged.port())});
        EXPECT_TRUE(eventually([&] { return upslog->out().find("\nfirst\n") != std::string::npos; }));
        expect_encrypted(logged);
    }
}

// 2.8.0 never asks for TLS in these two; whoever needs it must use other clients.
TEST(TlsMixes, DebiansUpsrwAndUpscmdSendThePasswordInTheClear)
{
    const Mix mix(By::us, By::us, encrypted(Authority().issue()));
    const RecordingProxy wire(mix.port);
    const auto done = ask(mix, wire, "upsrw", {"-u", "admin", "-p", kPassword, "-s", "ups.id=x"});

    EXPECT_EQ(done.err, "OK\n");
    EXPECT_THAT(wire.from_clients(), StartsWith("USERNAME admin\nPASSWORD " + kPassword + "\nSET "));
    const RecordingProxy lists(mix.port);
    EXPECT_EQ(ask(mix, lists, "upscmd", {"-l"}).exit_code, 0);
    EXPECT_THAT(lists.from_clients(), StartsWith("LIST CMD u\n"));
}

// An upsmon that demands something of a server, and whether they come together.
struct Case {
    std::string name;
    std::string upsd_conf;
    std::map<std::string, std::string> files; // for it
    std::string upsmon_conf;
    bool believed;
    std::string host = "localhost";
    RecordingProxy::Tls between = RecordingProxy::Tls::pass;
};

class Verification : public testing::Test {
protected:
    Verification()
    {
        trusted_.trust(authority_);
        CertificateWish wish;
        wish.common_name = "ups.example";
        wish.names = {"DNS:ups.example"};
        elsewhere_ = authority_.issue(wish);
        wish = {};
        wish.valid_from = -20;
        wish.valid_until = -10;
        expired_ = authority_.issue(wish);
    }

    static std::string strict(const NssDatabase& database)
    {
        return "FORCESSL 1\nCERTVERIFY 1\nCERTPATH " + database.path() + "\n";
    }
    static Case shows(const std::string& name, const Certificate& certificate, const std::string& upsmon_conf,
                      bool believed)
    {
        return {name, "CERTFILE ~/upsd.pem\n", {{"upsd.pem", certificate.pem()}}, upsmon_conf, believed};
    }
    // Side by side: those who are refused are patient.
    static void expect_as_told(const std::vector<Case>& cases)
    {
        std::vector<Scene> scenes;
        for (const auto& one : cases) {
            auto mix = std::make_unique<Mix>(By::us, By::us, with_users(one.upsd_conf, one.files));
            auto wire = std::make_unique<RecordingProxy>(mix->port, one.between);
            auto monitor =
                std::make_unique<Monitor>(By::debian, *mix,
                                          Duty{.monitor = "u@$ 1 mon " + kPassword + " primary",
                                               .more = one.upsmon_conf,
                                               .address = fmt::format("{}:{}", one.host, wire->port())});
            scenes.push_back({std::move(mix), std::move(wire), std::move(monitor)});
        }
        for (std::size_t i = 0; i < cases.size(); ++i) {
            SCOPED_TRACE(cases[i].name);
            expect_as_told(cases[i], scenes[i]);
        }
    }

    Peers peers_;
    Scratch scratch_;
    Authority authority_;
    Certificate good_ = authority_.issue();
    Certificate elsewhere_;
    Certificate expired_;
    NssDatabase empty_{peers_, scratch_, "empty"};
    NssDatabase trusted_{peers_, scratch_, "trusted"};

private:
    struct Scene {
        std::unique_ptr<Mix> mix;
        std::unique_ptr<RecordingProxy> wire;
        std::unique_ptr<Monitor> monitor;
    };

    static void expect_as_told(const Case& one, const Scene& scene)
    {
        const auto says = [&](const std::string& word) {
            return scene.wire->from_clients().find(word) != std::string::npos;
        };
        if (one.believed) {
            EXPECT_TRUE(scene.mix->answers("GET NUMLOGINS u", "NUMLOGINS u 1"))
                << scene.monitor->process->err();
            EXPECT_EQ(says("PASSWORD " + kPassword), one.upsd_conf.empty()) << "in clear text";
            return;
        }
        EXPECT_TRUE(scene.monitor->writes("NOCOMM u@$ UPS u@$ is unavailable"))
            << scene.monitor->process->err();
        EXPECT_FALSE(says("USERNAME"));
        EXPECT_FALSE(says(kPassword));
        EXPECT_EQ(scene.mix->ask("GET NUMLOGINS u"), "NUMLOGINS u 0");
    }
};

TEST_F(Verification, OfOurServerByDebiansUpsmon)
{
    const auto own = self_signed();
    const auto optional = "FORCESSL 0\nCERTVERIFY 1\nCERTPATH " + empty_.path() + "\n";
    const auto careless = "FORCESSL 1\nCERTVERIFY 0\nCERTPATH " + empty_.path() + "\n";
    const auto named = "CERTPATH " + trusted_.path() + "\nCERTHOST localhost ups.example 1 1\n";
    auto by_address = shows("a good one, called by its address", good_, strict(trusted_), true);
    by_address.host = "127.0.0.1";
    auto denied = shows("somebody in between says it has no TLS", good_, strict(trusted_), false);
    denied.between = RecordingProxy::Tls::deny;

    expect_as_told({
        shows("a good one", good_, strict(trusted_), true),
        by_address,
        shows("an unknown authority", good_, strict(empty_), false),
        shows("an unknown authority, TLS not forced", good_, optional, false),
        shows("an unknown authority, nobody minds", good_, careless, true),
        shows("signed by itself", own, strict(trusted_), false),
        shows("issued for another", elsewhere_, strict(trusted_), false),
        shows("issued for another, who is expected", elsewhere_, named, true),
        shows("another is expected", good_, named, false),
        shows("expired", expired_, strict(trusted_), false),
        denied,
        {"it has no TLS, which is forced", "", {}, strict(trusted_), false},
        {"it has no TLS, and need not", "", {}, "FORCESSL 0\nCERTPATH " + trusted_.path() + "\n", true},
    });
}

TEST_F(Verification, OfDebiansUpsmonByOurServer)
{
    const NssDatabase armed(peers_, scratch_, "armed", "database password");
    armed.trust(authority_);
    CertificateWish wish;
    wish.common_name = "monitor";
    wish.names.clear();
    armed.own("monitor", authority_.issue(wish));
    const auto identified = strict(armed) + "CERTIDENT monitor \"database password\"\n";
    const auto wants = [&](const std::string& name, int request, const Authority& of,
                           const std::string& upsmon_conf, bool believed) {
        auto one = shows(name, good_, upsmon_conf, believed);
        one.upsd_conf += fmt::format("CERTREQUEST {}\nCERTPATH ~/ca.pem\n", request);
        one.files["ca.pem"] = of.certificate();
        return one;
    };

    expect_as_told({
        wants("required and shown", 2, authority_, identified, true),
        wants("required and not there", 2, authority_, strict(trusted_), false),
        wants("required of another authority", 2, Authority("other"), identified, false),
        wants("asked for and not there", 1, authority_, strict(trusted_), true),
    });
}

TEST_F(Verification, OfDebiansServerByOurUpsc)
{
    const auto ca = scratch_.write("ca.pem", authority_.certificate());
    const auto other = scratch_.write("other.pem", Authority("other").certificate());
    const auto own = scratch_.write("own.pem", authority_.issue().pem());
    const auto verify = "CERTPATH = " + ca + "\n";
    struct Question {
        std::string auth;
        std::string error; // none: believed
    };
    struct Server {
        Certificate certificate;
        std::string upsd_conf;
        std::vector<Question> questions;
    };
    const std::string failed = "Error: SSL error: certificate verify failed: ";
    const std::vector<Server> servers{
        {good_,
         "",
         {{"", ""},
          {verify, ""},
          {verify + "CERTHOST = " + good_.fingerprint() + "\n", ""},
          {"CERTHOST = " + good_.fingerprint() + "\n", ""},
          {"CERTHOST = " + expired_.fingerprint() + "\n", failed},
          {verify + "CERTHOST = ups.example\n", failed},
          {"CERTPATH = " + other + "\n", failed}}},
        {elsewhere_,
         "",
         {{verify, failed}, {verify + "CERTHOST = ups.example\n", ""}, {"FORCESSL = 1\n", ""}}},
        {expired_, "", {{verify, failed}}},
        // Debian's is built without the validation of clients: with or without one is the same to it.
        {good_, "CERTREQUEST 2\n", {{verify + "CERTFILE = " + own + "\n", ""}, {verify, ""}}},
    };
    int number = 0;
    for (const auto& server : servers) {
        const NssDatabase shown(peers_, scratch_, fmt::format("server{}", number++), "its password");
        shown.trust(authority_);
        shown.own("upsd", server.certificate);
        const Mix mix(By::us, By::debian,
                      with_users("CERTPATH " + shown.path() + "\nCERTIDENT upsd \"its password\"\n"
                                 + server.upsd_conf));
        for (const auto& question : server.questions) {
            SCOPED_TRACE(fmt::format("server {}: {}", number, question.auth));
            const RecordingProxy wire(mix.port);
            const auto auth =
                scratch_.write("auth", "USER = admin\nPASS = " + kPassword + "\n" + question.auth);
            const auto done = mix.client(
                By::us, "upsc", {"-A", auth, fmt::format("u@localhost:{}", wire.port()), "ups.status"});
            expect_encrypted(wire);
            EXPECT_EQ(done.out, question.error.empty() ? "OL\n" : "");
            EXPECT_EQ(done.err.substr(0, question.error.size()), question.error) << done.err;
        }
    }
}

} // namespace
} // namespace upright::test
