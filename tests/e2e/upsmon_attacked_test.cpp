// upsmon and servers that lie, flood, or are not whom they claim to be: it neither ends nor grows nor shuts
// its host down, and tells nobody its password whom it can't trust.
#include "tests/e2e/watched.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/raw_server.hpp"

#include <random>

namespace upright::test {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

constexpr long kMostKilobytes = 64 * 1024;

// ---- what hostile servers say ----------------------------------------------------------------------------

// As an honest server, up to the state of its UPS, which `rest` takes over.
RawServer::Answer honest_until_subscribed(const std::function<std::optional<std::string>()>& rest)
{
    return [rest](const std::string& line) -> std::optional<std::string> {
        if (line.starts_with("SUBSCRIBE") || line.starts_with("GET"))
            return rest();
        return "OK\n";
    };
}

std::string block(const std::string& status)
{
    return "BEGIN SUBSCRIBE UPS u\nSTATE u OK\nVAR u ups.status \"" + status + "\"\nEND SUBSCRIBE UPS u\n";
}

std::string random_bytes(std::size_t count)
{
    static std::minstd_rand random(1);
    std::string bytes;
    while (bytes.size() < count)
        bytes += static_cast<char>(random() & 0xFFU);
    return bytes;
}

std::string flood(const std::string& line, std::size_t bytes)
{
    std::string all;
    for (std::size_t i = 0; all.size() < bytes; ++i)
        all += fmt::format(fmt::runtime(line), i) + "\n";
    return all;
}

struct Hostile {
    const char* name;
    RawServer::Answer answer;
    const char* seen; // in upsmon's log when it has met it
};

std::vector<Hostile> hostile_servers()
{
    const std::string ok = block("OL");
    return {
        {"random bytes at once", [](const std::string&) { return random_bytes(4096) + "\n"; }, "Poll UPS"},
        {"random bytes for the block", honest_until_subscribed([] { return random_bytes(100000); }),
         "Poll UPS"},
        {"a line without end", [](const std::string&) { return std::string(4U << 20U, 'x'); }, "Poll UPS"},
        {"a block of other things", honest_until_subscribed([] { return "BEGIN LIST VAR u\nVAR u a b\n"; }),
         "Poll UPS"},
        {"half a block, then the end",
         [](const std::string& line) -> std::optional<std::string> {
             if (line.starts_with("GET"))
                 return std::nullopt;
             return line.starts_with("SUBSCRIBE") ? "BEGIN SUBSCRIBE UPS u\nSTATE u OK\nVAR u ups.status \"O"
                                                  : "OK\n";
         },
         ""},
        {"an empty status", honest_until_subscribed([] { return block(""); }), "Poll UPS"},
        {"a status of 60000 letters", honest_until_subscribed([] { return block(std::string(60000, 'X')); }),
         ""},
        {"a flood of news", honest_until_subscribed([ok] {
             return ok + flood("NOTIFY VAR u outlet.{}.status \"x\"", 8U << 20U);
         }),
         ""},
        {"a flood of alarms", honest_until_subscribed([ok] {
             return ok + flood("NOTIFY VAR u ups.alarm \"{}\"", 1U << 20U)
                    + "NOTIFY VAR u ups.status \"ALARM OL\"\n";
         }),
         ""},
        {"numbers that are none", honest_until_subscribed([] {
             return "BEGIN SUBSCRIBE UPS u\nVAR u ups.status \"OB\"\nVAR u battery.charge \"nan\"\n"
                    "VAR u battery.runtime \"-1e999\"\nVAR u ups.status \"OL\"\nEND SUBSCRIBE UPS u\n";
         }),
         ""},
    };
}

class UpsmonAttacked : public Watched {
protected:
    UpsmonAttacked() { site.scratch.write("ca.pem", authority.certificate()); }
    void serve_with(const Certificate& certificate)
    {
        site.scratch.write("upsd.pem", certificate.pem());
        serve({"u"}, fmt::format("CERTFILE {}\n", site.scratch.file("upsd.pem")));
    }
    std::unique_ptr<Guard> guard_with(const std::string& more) const
    {
        return guard("u@$ 1 mon pw primary",
                     fmt::format("CERTPATH {}\n{}", site.scratch.file("ca.pem"), more));
    }
    // It has no connection, says why, and has sent no password.
    void expect_refused(Guard& upsmon, const std::string& why) const
    {
        EXPECT_TRUE(upsmon.writes("COMMBAD u@$")) << upsmon.process->err();
        EXPECT_TRUE(upsmon.logs(why)) << upsmon.process->err();
        EXPECT_EQ(upsmon.upsmon({"--status"}).exit_code, 1);
        EXPECT_EQ(site.ask("GET NUMLOGINS u"), "NUMLOGINS u 0");
        expect_not_shut_down(upsmon);
    }

    Authority authority;
};

TEST_F(UpsmonAttacked, OutlivesHostileServers)
{
    const auto all = hostile_servers();
    std::vector<std::unique_ptr<RawServer>> servers;
    std::vector<std::unique_ptr<Guard>> guards;
    for (const auto& hostile : all) {
        servers.push_back(std::make_unique<RawServer>(hostile.answer, RawServer::Starttls::as_answer));
        Guard::Wish wish;
        wish.more = "SHUTDOWNWHEN * charge 50 runtime 100\n";
        guards.push_back(std::make_unique<Guard>(servers.back()->address(), wish));
    }
    for (std::size_t i = 0; i < all.size(); ++i) {
        SCOPED_TRACE(all[i].name);
        auto& upsmon = *guards[i];
        EXPECT_TRUE(eventually([&] { return servers[i]->requests().size() >= 3; }));
        EXPECT_TRUE(upsmon.logs(all[i].seen)) << upsmon.process->err();
        EXPECT_NE(upsmon.upsmon({"--status"}).exit_code, 2); // it runs, and answers
        EXPECT_TRUE(built_with_asan() || resident_kilobytes(upsmon.child()) < kMostKilobytes);
        expect_not_shut_down(upsmon);
    }
}

TEST_F(UpsmonAttacked, ShutsDownInAFlood)
{
    const auto news = flood("NOTIFY VAR u ups.alarm \"{}\"", 1U << 20U);
    const RawServer server([&](const std::string& line) {
        if (line.starts_with("SUBSCRIBE"))
            return block("OL") + news;
        if (line.starts_with("GET VAR u ups.status"))
            return news + "VAR u ups.status \"OL\"\n" + news;
        return line.starts_with("FSD") ? news + "OK FSD-SET\n" + news : "OK\n";
    });
    Guard upsmon(server.address(), {});
    ASSERT_TRUE(upsmon.is_protected()) << upsmon.process->err();

    EXPECT_EQ(upsmon.upsmon({"-c", "fsd"}).exit_code, 0);

    EXPECT_TRUE(upsmon.is_shut_down()) << upsmon.process->err();
}

TEST_F(UpsmonAttacked, LosesNothingByReconnecting)
{
    const RawServer server([](const std::string& line) -> std::optional<std::string> {
        if (line.starts_with("SUBSCRIBE"))
            return std::nullopt;
        return "OK\n";
    });
    Guard::Wish wish;
    wish.more = "POLLFREQ 0\nPOLLFREQALERT 0\n";
    Guard upsmon(server.address(), wish);
    const auto connections = [&] {
        const auto requests = server.requests();
        return std::count(requests.begin(), requests.end(), "LOGIN u");
    };
    const auto descriptors = [&] {
        namespace fs = std::filesystem;
        const fs::directory_iterator all(fmt::format("/proc/{}/fd", upsmon.child()));
        return std::distance(begin(all), end(all));
    };
    ASSERT_TRUE(eventually([&] { return connections() >= 3; }));
    const auto before = descriptors();

    ASSERT_TRUE(eventually([&] { return connections() >= 30; }, 30s));

    EXPECT_LE(descriptors(), before + 1); // one connection, at most
    expect_not_shut_down(upsmon);
}

TEST_F(UpsmonAttacked, NotifiesOfWhatServersSayAsText)
{
    const RawServer server(honest_until_subscribed([] {
        return "BEGIN SUBSCRIBE UPS u\nVAR u ups.alarm \"$(touch /tmp/x) `id` %s%n \x1b[31m; rm\"\n"
               "VAR u ups.status \"ALARM OL\"\nEND SUBSCRIBE UPS u\n";
    }));
    Guard upsmon(server.address(), {});

    EXPECT_TRUE(
        upsmon.writes("ALARM u@$ UPS u@$: one or more active alarms: [$(touch /tmp/x) `id` %s%n [31m; rm]"))
        << testing::PrintToString(upsmon.journal());
    EXPECT_EQ(upsmon.process->err().find('\x1b'), std::string::npos);
}

TEST_F(UpsmonAttacked, VerifiesItsServerWhenTold)
{
    serve_with(authority.issue());
    const auto verifies = guard_with("CERTVERIFY 1\nFORCESSL 1\n");
    EXPECT_TRUE(verifies->is_protected()) << verifies->process->err();
    EXPECT_THAT(upsd->err(), HasSubstr("User mon@127.0.0.1 logged into UPS [u] (SSL)"));
    EXPECT_EQ(verifies->stop(), 0);
    EXPECT_TRUE(has_logins(0));

    const auto named = guard_with("CERTHOST 127.0.0.1 localhost 1 1\n");
    EXPECT_TRUE(named->is_protected()) << named->process->err();
    EXPECT_EQ(named->stop(), 0);
    EXPECT_TRUE(has_logins(0));

    const auto other_name = guard_with("CERTHOST 127.0.0.1 somebody.example 1 1\n");
    expect_refused(*other_name, "Poll UPS [u@$] failed - ");
    site.scratch.write("ca.pem", Authority("somebody else").certificate());
    const auto other_authority = guard_with("CERTVERIFY 1\nFORCESSL 1\n");
    expect_refused(*other_authority, "Poll UPS [u@$] failed - ");
    EXPECT_EQ(upsd->err().find("(SSL)\nUser mon@127.0.0.1 logged into UPS [u]\n"), std::string::npos);

    const auto trusting = guard_with("CERTVERIFY 0\n");
    EXPECT_TRUE(trusting->is_protected()) << trusting->process->err();
}

TEST_F(UpsmonAttacked, SendsNoPasswordInTheClearWhenTold)
{
    const RawServer server([](const std::string&) { return "OK\n"; }); // refuses STARTTLS
    Guard::Wish wish;
    wish.more = "FORCESSL 1\n";
    Guard upsmon(server.address(), wish);

    EXPECT_TRUE(upsmon.writes("COMMBAD u@$"));
    EXPECT_TRUE(upsmon.writes("NOCOMM u@$"));
    EXPECT_EQ(upsmon.stop(), 0);
    EXPECT_THAT(server.requests(), Not(Contains(StartsWith("PASSWORD"))));
    EXPECT_THAT(server.requests(), Not(Contains(StartsWith("USERNAME"))));
}

TEST_F(UpsmonAttacked, ShowsNoSecrets)
{
    serve();
    Guard::Wish wish;
    wish.options = {"-F", "-u", "root", "-DDDDDD"};
    wish.monitor = "u@$ 1 mon S3cret primary";
    const auto upsmon = guard(wish);
    ASSERT_TRUE(upsmon->writes("UNPROTECTED"));
    const auto status = upsmon->upsmon({"--status", "-j"});

    EXPECT_EQ(upsmon->stop(), 0);
    EXPECT_EQ((upsmon->process->err() + upsmon->process->out() + status.out).find("S3cret"),
              std::string::npos);
    EXPECT_EQ(upsmon->scratch.read("journal").find("S3cret"), std::string::npos);
}

} // namespace
} // namespace upright::test
