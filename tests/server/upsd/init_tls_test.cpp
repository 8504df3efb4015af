// What --init-tls makes must do for our own clients, and stay where it is.
#include "common/tls/context.hpp"
#include "server/upsd/init_tls.hpp"
#include "tests/common/tls_pair.hpp"

#include <gmock/gmock.h>

#include <sys/stat.h>

namespace upright::upsd {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

class InitTls : public testing::Test {
protected:
    tls::Channel::Status meet(const tls::ClientSettings& settings, const std::string& host) const
    {
        tls::ServerSettings serving;
        serving.certfile = path_;
        const test::SocketPair sockets;
        const auto client = tls::open(*tls::client_context(settings, host), sockets.ends[0]);
        const auto server = tls::open(*tls::server_context(serving), sockets.ends[1]);
        return test::shake_hands(*client, *server).client;
    }

    test::Scratch scratch_;
    std::string path_ = scratch_.file("upsd.pem");
};

TEST_F(InitTls, CertificateServesClientsThatVerifyIt)
{
    const auto fingerprint = write_certificate(
        path_, {"ups.example", "localhost", "127.0.0.1", "::1", "192.0.2.7", "2001:db8::7"});
    ASSERT_TRUE(fingerprint) << to_string(fingerprint.error());

    tls::ClientSettings by_file;
    by_file.ca_path = path_; // a copy of it, without the key
    by_file.verify = true;
    for (const auto* const host :
         {"ups.example", "localhost", "127.0.0.1", "::1", "192.0.2.7", "2001:db8::7"})
        EXPECT_EQ(meet(by_file, host), tls::Channel::Status::done) << host;
    EXPECT_EQ(meet(by_file, "other.example"), tls::Channel::Status::error);
    tls::ClientSettings by_pin;
    ASSERT_TRUE(by_pin.expect(*fingerprint));
    EXPECT_EQ(meet(by_pin, "whatever"), tls::Channel::Status::done);
}

TEST_F(InitTls, CertificateSaysWhatItIsFor)
{
    ASSERT_TRUE(write_certificate(path_, {"ups.example", "192.0.2.7"}));

    const auto text = test::run({"/usr/bin/openssl", "x509", "-noout", "-text", "-in", path_}, {}).out;
    for (const auto* const part :
         {"Subject: CN = ups.example", "Issuer: CN = ups.example", "NIST CURVE: P-256", "CA:FALSE",
          "TLS Web Server Authentication", "DNS:ups.example, IP Address:192.0.2.7"})
        EXPECT_THAT(text, HasSubstr(part));
    EXPECT_EQ(test::run({"/usr/bin/openssl", "x509", "-noout", "-checkend", "315000000", "-in", path_}, {})
                  .exit_code,
              0);
    EXPECT_EQ(test::run({"/usr/bin/openssl", "x509", "-noout", "-checkend", "315500000", "-in", path_}, {})
                  .exit_code,
              1);
}

TEST_F(InitTls, KeyIsForNobodyElse)
{
    ASSERT_TRUE(write_certificate(path_, {"localhost"}));

    struct stat status {};
    ASSERT_EQ(::stat(path_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07137U, 0U); // at most rw-r-----
    EXPECT_EQ(status.st_mode & 0600U, 0600U);
    EXPECT_EQ(status.st_nlink, 1U); // and nothing is left beside it
}

TEST_F(InitTls, NothingIsEverOverwritten)
{
    const auto mine = scratch_.write("upsd.pem", "mine");
    const auto again = write_certificate(mine, {"localhost"});
    EXPECT_FALSE(again);
    EXPECT_THAT(to_string(again.error()), HasSubstr("upsd.pem exists and is not overwritten"));
    EXPECT_EQ(scratch_.read("upsd.pem"), "mine");

    const auto dangling = scratch_.file("dangling.pem");
    ASSERT_EQ(::symlink("/nonexistent/elsewhere", dangling.c_str()), 0);
    EXPECT_FALSE(write_certificate(dangling, {"localhost"}));
    EXPECT_THAT(to_string(write_certificate(scratch_.file("no/such/upsd.pem"), {"localhost"}).error()),
                HasSubstr("No such file or directory"));
}

TEST_F(InitTls, LongOrStrangeNamesDoNoHarm)
{
    const std::string longest = std::string(63, 'a') + "." + std::string(63, 'b') + ".example";
    ASSERT_TRUE(write_certificate(path_, {longest, "x,DNS:evil.example"}));

    const auto text = test::run({"/usr/bin/openssl", "x509", "-noout", "-subject", "-in", path_}, {}).out;
    EXPECT_THAT(text, HasSubstr("x,DNS:evil.example")); // one name, not two
    tls::ClientSettings by_file;
    by_file.ca_path = path_;
    by_file.verify = true;
    EXPECT_EQ(meet(by_file, longest), tls::Channel::Status::done);
    EXPECT_EQ(meet(by_file, "evil.example"), tls::Channel::Status::error);
}

TEST(NamesOfThisHost, HaveTheAddressesOfListenButNoWildcards)
{
    const auto names = names_of_this_host({{"*", "3493"},
                                           {"0.0.0.0", "3493"},
                                           {"::", "1"},
                                           {"192.0.2.7", "3493"},
                                           {"127.0.0.1", "2"},
                                           {"ups.example", "3493"},
                                           {"bad name", "1"},
                                           {"x,DNS:evil", "1"}});

    for (const auto* const name : {"localhost", "127.0.0.1", "::1", "192.0.2.7", "ups.example"})
        EXPECT_EQ(std::count(names.begin(), names.end(), name), 1) << name;
    for (const auto* const name : {"*", "0.0.0.0", "::", "", "bad name", "x,DNS:evil"})
        EXPECT_THAT(names, Not(Contains(name)));
}

TEST_F(InitTls, PrintsWhatToWriteWhere)
{
    testing::internal::CaptureStdout();
    const int code = init_tls(scratch_.path(), {});
    const auto out = testing::internal::GetCapturedStdout();

    EXPECT_EQ(code, 0);
    const auto host = names_of_this_host({}).front();
    EXPECT_THAT(out, HasSubstr("\n    CERTFILE " + path_ + "\n"));
    EXPECT_THAT(out, HasSubstr("\n    CERTHOST " + host + " sha256:"));
    EXPECT_THAT(out, HasSubstr("\n    [@" + host + "]\n    CERTHOST = sha256:"));

    testing::internal::CaptureStderr();
    EXPECT_EQ(init_tls(scratch_.path(), {}), 1);
    EXPECT_THAT(testing::internal::GetCapturedStderr(), HasSubstr("exists and is not overwritten"));
}

} // namespace
} // namespace upright::upsd
