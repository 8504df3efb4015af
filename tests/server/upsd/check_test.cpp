// upsd --check: every problem of the files and between them, with its place, and the exit code.
#include "server/upsd/check.hpp"

#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"

#include <cstdlib>
#include <gmock/gmock.h>
#include <sstream>
#include <sys/stat.h>

namespace upright::upsd {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A folder of configuration that has nothing wrong in it, for tests to spoil.
class UpsdCheck : public testing::Test {
protected:
    UpsdCheck()
    {
        ::setenv("NUT_CONFPATH", scratch_.path().c_str(), 1); // NOLINT(concurrency-mt-unsafe)
        write("upsd.conf", "MAXAGE 15\n");
        write("ups.conf",
              "[desk]\ndriver = dummy-ups\nport = a.dev\n[Rack]\ndriver = dummy-ups\nport = b.dev\n");
        write("upsd.users",
              "[mon]\npassword = secret\nupsmon primary\n[second]\npassword = other\nupsmon secondary\n");
        write("upsmon.conf",
              "MONITOR desk@localhost 1 mon secret primary\n"
              "MONITOR rack 1 second other slave\nMONITOR ups@elsewhere 1 nobody nothing primary\n");
    }
    ~UpsdCheck() override
    {
        for (const auto* const name : {"NUT_CONFPATH", "NUT_SYSMAXCONN_LIMIT"})
            ::unsetenv(name); // NOLINT(concurrency-mt-unsafe)
    }

    void write(const std::string& name, std::string_view text) const
    {
        ::chmod(scratch_.write(name, text).c_str(), 0640);
    }

    // What is printed, without the folder's name and, unless all is wanted, without lines and carets.
    std::vector<std::string> check(bool all = false)
    {
        auto* const out = std::fopen(scratch_.file("out").c_str(), "w");
        code_ = upsd::check(out);
        std::fclose(out);
        std::vector<std::string> lines;
        std::istringstream in(scratch_.read("out"));
        for (std::string line; std::getline(in, line);) {
            const bool problem = line.starts_with(scratch_.path());
            for (auto at = line.find(scratch_.path()); at != line.npos; at = line.find(scratch_.path()))
                line.erase(at, scratch_.path().size() + 1);
            if (problem || all)
                lines.push_back(line);
        }
        return lines;
    }

    upright::test::Scratch scratch_;
    int code_ = -1;
};

TEST_F(UpsdCheck, SaysNothingOfWhatIsRight)
{
    EXPECT_THAT(check(true), IsEmpty());
    EXPECT_EQ(code_, 0);
}

TEST_F(UpsdCheck, ShowsTheLineAndThePlace)
{
    write("upsd.conf", "# first\n  MAXAG 15\n");
    write("upsd.users",
          "[mon]\n\tpassword = two words\n\tupsmon primary\n[second]\npassword = other\nupsmon secondary\n");

    EXPECT_THAT(check(true),
                ElementsAre("upsd.conf:2:3: error: invalid directive MAXAG (did you mean \"MAXAGE\"?)",
                            "  MAXAG 15", "  ^",
                            "upsd.users:2:17: error: only the first word is the password: put it in quotes",
                            "\tpassword = *** *****", "\t               ^",
                            "upsmon.conf:1:30: error: this is not the password that upsd.users:1 has for mon",
                            "MONITOR desk@localhost 1 mon ****** *******", "                             ^"));
    EXPECT_EQ(code_, 1);
}

TEST_F(UpsdCheck, NeedsUpsdConfAndUpsConf)
{
    std::remove(scratch_.file("upsd.conf").c_str());
    std::remove(scratch_.file("ups.conf").c_str());
    std::remove(scratch_.file("upsd.users").c_str());
    std::remove(scratch_.file("upsmon.conf").c_str());

    EXPECT_THAT(check(), ElementsAre("upsd.conf: error: No such file or directory",
                                     "ups.conf: error: No such file or directory",
                                     "upsd.users: warning: No such file or directory"));
    EXPECT_EQ(code_, 1);
}

TEST_F(UpsdCheck, FailsOnErrorsOnly)
{
    ::chmod(scratch_.file("upsd.users").c_str(), 0644);
    ::chmod(scratch_.file("upsmon.conf").c_str(), 0644);
    write("upsd.conf", "LISTEN ::1\nLISTEN 127.0.0.1\nLISTEN ::1 3493\n");

    EXPECT_THAT(check(),
                ElementsAre("upsd.conf:3:8: warning: the same LISTEN came before",
                            "upsd.users: warning: everybody can read this file, and the passwords in it: "
                            "chmod o= it",
                            "upsmon.conf: warning: everybody can read this file, and the passwords in it: "
                            "chmod o= it"));
    EXPECT_EQ(code_, 0);
}

TEST_F(UpsdCheck, LooksAtEverySectionOfUpsConf)
{
    write("ups.conf",
          "[desk]\ndriver = dummy-ups\nport = a.dev\n[RACK]\nport = x\n[rack]\ndriver = x\nport = y\n"
          "[Desk]\ndriver = x\nport = y\n[default]\nx = y\n[a=b]\n[\"x\"]\n[half]\ndriver = x\n");

    EXPECT_THAT(check(),
                testing::IsSupersetOf(
                    {"ups.conf:4:1: error: [RACK] is left out: it needs driver = and port =",
                     "ups.conf:9:1: error: [Desk] is left out: there is one whose name differs only in case",
                     "ups.conf:16:1: error: [half] is left out: it needs port ="}));
    EXPECT_EQ(code_, 1);

    write("ups.conf", "# nothing\n");
    write("upsmon.conf", "");
    EXPECT_THAT(check(),
                ElementsAre("ups.conf: error: no UPS is defined: upsd does not start, unless upsd.conf says "
                            "ALLOW_NO_DEVICE yes"));
    write("upsd.conf", "ALLOW_NO_DEVICE yes\n");
    EXPECT_THAT(check(), IsEmpty());
}

TEST_F(UpsdCheck, KnowsVirtualUpses)
{
    write("ups.conf",
          "[desk]\ndriver = dummy-ups\nport = a.dev\n[rack]\ndriver = virtual\nof = desk\nstage = 1\n"
          "after = 5\n[other]\ndriver = virtual\nof = dsk\n");
    write("upsmon.conf", "MONITOR rack 1 mon secret primary\nMONITOR other 1 mon secret primary\n");

    EXPECT_THAT(
        check(),
        ElementsAre(
            "ups.conf:11:6: error: [other] is left out: there is no UPS \"dsk\" (did you mean \"desk\"?)",
            "upsmon.conf:2:9: error: ups.conf has no UPS \"other\""));
}

TEST_F(UpsdCheck, ComparesMonitorLinesWithUpsesAndUsers)
{
    write("upsd.users", "[mon]\npassword = secret\nupsmon primary\nups = desk rak\n"
                        "[second]\npassword = other\nupsmon secondary\n"
                        "[half]\npassword = x\nactions = PRIMARY LOGIN\n"
                        "[admin]\npassword = x\nactions = SET\n"
                        "[broken]\npassword = x\nupsmon primary\nallowfrom = lan\n");
    write("upsmon.conf", "MONITOR dekk@localhost 1 mon secret primary\n"
                         "MONITOR rack@127.0.0.1 1 mon secret primary\n"
                         "MONITOR desk@[::1]:3493 1 mno secret primary\n"
                         "MONITOR desk 1 second other primary\n"
                         "MONITOR desk 1 second Other secondary\n"
                         "MONITOR desk 1 admin x secondary\n"
                         "MONITOR desk 1 half x master\n"
                         "MONITOR desk 1 broken x primary\n"
                         "MONITOR desk@localhost:3494 1 nobody x primary\n" // another upsd
                         "MONITOR desk 1 short primary\n"
                         "MONITOR @@ 1 a b primary\n");

    EXPECT_THAT(
        check(),
        ElementsAre(
            "upsd.users:4:12: error: ups.conf has no UPS \"rak\" (did you mean \"Rack\"?)",
            "upsd.users:14:1: error: broken can do nothing until the mistakes here are mended",
            "upsd.users:17:13: error: upsd.conf has no ACL \"lan\": broken can log in from "
            "nowhere",
            "upsmon.conf:1:9: error: ups.conf has no UPS \"dekk\" (did you mean \"desk\"?)",
            "upsmon.conf:1:26: error: the ups = lines of mon leave out dekk",
            "upsmon.conf:2:26: error: the ups = lines of mon leave out rack",
            "upsmon.conf:3:27: error: upsd.users has no user \"mno\" (did you mean \"mon\"?)",
            "upsmon.conf:4:29: error: second is no primary for upsd: upsd.users:5 lacks \"upsmon primary\"",
            "upsmon.conf:5:23: error: this is not the password that upsd.users:5 has for second",
            "upsmon.conf:6:16: error: admin has no upsmon line in upsd.users:11",
            "upsmon.conf:7:23: error: half is no primary for upsd: upsd.users:8 lacks \"upsmon primary\"",
            "upsmon.conf:8:16: error: broken can do nothing: see upsd.users:14"));
}

TEST_F(UpsdCheck, ComparesAlsoHashedPasswords)
{
    write("upsd.users", "[mon]\npassword_hash = "
                        "\"$2b$04$lMfrr0XX4F4vsgXShbydteIpDo4Y../WNhPhQYc1JpZIVgD8dSI42\"\nupsmon primary\n");
    write("upsmon.conf",
          "MONITOR desk@localhost 1 mon secret primary\nMONITOR rack@localhost 1 mon Secret primary\n");

    EXPECT_THAT(
        check(),
        ElementsAre("upsmon.conf:2:30: error: this is not the password that upsd.users:1 has for mon"));
}

TEST_F(UpsdCheck, KnowsFromWhereAnUpsmonComes)
{
    write("upsd.conf", "ACL lan 192.0.2.0/24\nACL here ::1\nACL spare 10.0.0.0/8\nREJECT lan\nACCEPT here\n"
                       "LISTEN 127.0.0.1\nLISTEN ::1\n");
    write("upsd.users", "[mon]\npassword = secret\nupsmon primary\nallowfrom = lan\n");
    write("upsmon.conf", "MONITOR desk@localhost 1 mon secret primary\n");

    EXPECT_THAT(
        check(),
        ElementsAre(
            "upsd.conf:3:5: warning: ACL spare is never used",
            "upsd.conf:4:8: warning: ACCEPT and REJECT decide who may connect here (NUT has ignored them for "
            "years)",
            "upsmon.conf:1:9: warning: upsd.conf rejects 127.0.0.1, from where this comes",
            "upsmon.conf:1:26: error: the allowfrom lines of mon leave out ::1, from where this comes",
            "upsmon.conf:1:26: warning: the allowfrom lines of mon leave out 127.0.0.1, from where this "
            "comes"));
}

TEST_F(UpsdCheck, KnowsWhereUpsdListens)
{
    write("upsd.conf", "LISTEN 127.0.0.2 4000\nLISTEN 127.0.0.3\n");
    write("upsmon.conf", "MONITOR desk@localhost 1 mon secret primary\n"
                         "MONITOR desk@127.0.0.2:4000 1 mon secret primary\n"
                         "MONITOR desk@127.0.0.3 1 mon wrong primary\n");

    EXPECT_THAT(
        check(),
        ElementsAre(
            "upsmon.conf:1:9: error: upsd does not listen on localhost port 3493: see LISTEN in upsd.conf",
            "upsmon.conf:3:30: error: this is not the password that upsd.users:1 has for mon"));

    for (const auto* const listen :
         {"LISTEN *\n", "LISTEN localhost nut\n", "LISTEN 0.0.0.0\n", "LISTEN ::\n"}) {
        write("upsd.conf", listen);
        write("upsmon.conf", "MONITOR desk@localhost 1 mon secret primary\n");
        EXPECT_THAT(check(), IsEmpty()) << listen;
    }
}

TEST_F(UpsdCheck, LooksAtTheHost)
{
    ::setenv("NUT_SYSMAXCONN_LIMIT", "100", 1); // NOLINT(concurrency-mt-unsafe)
    write("upsd.conf", "LISTEN 192.0.2.77\nLISTEN 127.0.0.1\nMAXCONN 101\nSTATEPATH " + scratch_.file("none")
                           + "\nDATAPATH " + scratch_.file("upsd.users") + "\nCERTPATH " + scratch_.path()
                           + "\nCERTREQUEST 1\n");

    EXPECT_THAT(
        check(),
        ElementsAre("upsd.conf:1:8: warning: no network interface has this address now",
                    "upsd.conf:3:9: warning: more than the 100 file descriptors that a process may have here",
                    "upsd.conf:4:11: error: No such file or directory",
                    "upsd.conf:5:10: error: this is no folder",
                    "upsd.conf:6:10: warning: CERTPATH has no effect: without CERTFILE there is no TLS",
                    "upsd.conf:7:13: warning: CERTREQUEST has no effect: without CERTFILE there is no TLS"));
}

TEST_F(UpsdCheck, LoadsTheCertificate)
{
    write("upsd.conf", "CERTFILE " + scratch_.file("none.pem") + "\n");
    EXPECT_THAT(
        check(),
        ElementsAre("upsd.conf:1:10: error: no usable certificate in none.pem: No such file or directory"));

    write("empty.pem", "nothing\n");
    ::chmod(scratch_.file("empty.pem").c_str(), 0644);
    write("upsd.conf", "CERTFILE " + scratch_.file("empty.pem") + "\n");
    EXPECT_THAT(
        check(),
        ElementsAre("upsd.conf:1:10: error: everybody can read the key in it: chmod o= that file",
                    testing::StartsWith("upsd.conf:1:10: error: no usable certificate in empty.pem")));
    EXPECT_EQ(code_, 1);

    const upright::test::Authority authority;
    write("good.pem", authority.issue().pem());
    write("ca.pem", authority.certificate());
    upright::test::CertificateWish old;
    old.valid_from = -9;
    old.valid_until = -1;
    write("old.pem", authority.issue(old).pem());
    const auto with = [&](const std::string& file, const std::string& ca) {
        write("upsd.conf",
              "CERTFILE " + scratch_.file(file) + "\nCERTPATH " + scratch_.file(ca) + "\nCERTREQUEST 2\n");
        return check();
    };
    EXPECT_THAT(with("good.pem", "ca.pem"), IsEmpty());
    EXPECT_THAT(with("old.pem", "ca.pem"),
                ElementsAre("upsd.conf:1:10: warning: this certificate has expired"));
    EXPECT_THAT(
        with("good.pem", "none.pem"),
        ElementsAre("upsd.conf:2:10: error: no usable certificate in none.pem: No such file or directory"));
}

} // namespace
} // namespace upright::upsd
