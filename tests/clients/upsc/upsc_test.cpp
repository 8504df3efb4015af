// The whole program against scripted servers: what it says to people and scripts when a server misbehaves.
#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"
#include "tests/support/raw_server.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

struct Case {
    std::string reply;
    Finished expected;
};

Finished upsc(std::vector<std::string> arguments, std::map<std::string, std::string> extra = {})
{
    const Scratch scratch;
    extra.merge(scratch.environment());
    arguments.insert(arguments.begin(), program("upsc"));
    return run(arguments, extra);
}

void expect(const Finished& got, const Finished& expected)
{
    EXPECT_EQ(got.exit_code, expected.exit_code);
    EXPECT_EQ(got.out, expected.out);
    EXPECT_EQ(got.err, expected.err);
}

// Answers the first question with `reply` and hangs up behind it, LOGOUT politely.
RawServer::Answer once(const std::string& reply)
{
    return [reply](const std::string& line) -> std::optional<std::string> {
        return line == "LOGOUT" ? "OK Goodbye\n" : reply;
    };
}

TEST(Upsc, TellsWhatTheServerRefused)
{
    const std::vector<Case> cases{
        {"ERR VAR-NOT-SUPPORTED\n", {1, "", "Error: Variable not supported by UPS\n"}}, // Trap 54
        {"ERR UNKNOWN-UPS and more\n", {1, "", "Error: Unknown UPS\n"}},
        {"ERR DRIVER-NOT-CONNECTED\n", {1, "", "Error: Driver not connected\n"}},
        {"ERR DATA-STALE\n", {1, "", "Error: Data stale\n"}},
        {"ERR ACCESS-DENIED\n", {1, "", "Error: Access denied\n"}},
        {"ERR SOMETHING-NEW\n", {1, "", "Error: Unknown error\n"}},
        {"ERR\n", {1, "", "Error: Unknown error\n"}},
        {"VAR u other.name \"x\"\n", {1, "", "Error: Protocol error\n"}},
        {"VAR u ups.status\n", {1, "", "Error: Protocol error\n"}},
        {"garbage\n", {1, "", "Error: Protocol error\n"}},
        {"\n", {1, "", "Error: Protocol error\n"}},
        {"VAR U Ups.Status \"a\\\"b\\\\c\" extra\r\n", {0, "a\"b\\c\n", ""}},
        {"VAR u ups.status \"a#b\"\n", {0, "a#b\n", ""}}, // an old server's unescaped text
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.reply);
        const RawServer server(once(c.reply));
        expect(upsc({"u@" + server.address(), "ups.status"}), c.expected);
        EXPECT_THAT(server.requests(), testing::Contains("GET VAR u ups.status"));
    }
}

TEST(Upsc, RefusesBrokenLists)
{
    const std::string row = "VAR u a.b \"1\"\n";
    const std::vector<Case> cases{
        {"BEGIN LIST VAR u\n" + row + "END LIST VAR u\n", {0, "a.b: 1\n", ""}},
        {"BEGIN LIST VAR U\nEND LIST VAR U\n", {0, "", ""}},
        {"BEGIN LIST VAR x\nEND LIST VAR x\n", {1, "", "Error: Protocol error\n"}},
        {"BEGIN LIST VAR u\nVAR x a.b \"1\"\nEND LIST VAR u\n", {1, "", "Error: Protocol error\n"}},
        {"BEGIN LIST VAR u\nVAR u a.b\nEND LIST VAR u\n", {1, "", "Error: Protocol error\n"}},
        {"BEGIN LIST VAR u\nERR DATA-STALE\n", {1, "", "Error: Data stale\n"}},
        {row, {1, "", "Error: Protocol error\n"}},
        {"OK\n", {1, "", "Error: Protocol error\n"}},
        {"ERR DRIVER-NOT-CONNECTED\n", {1, "", "Error: Driver not connected\n"}}, // Trap 56
    };
    for (const auto& c : cases) {
        SCOPED_TRACE(c.reply);
        const RawServer server(once(c.reply));
        expect(upsc({"u@" + server.address()}), c.expected);
    }
}

TEST(Upsc, PrintsErrorsAsJsonToo)
{
    const RawServer server(once("ERR DRIVER-NOT-CONNECTED\n"));

    expect(upsc({"-j", "u@" + server.address()}),
           {1, "{\n  \"error\": \"Driver not connected\"\n}\n", "Error: Driver not connected\n"});
    expect(upsc({"-j", "u@" + server.address(), "a.b"}),
           {1, "{\"error\": \"Driver not connected\"}\n", "Error: Driver not connected\n"});
}

TEST(Upsc, ReportsAServerThatHangsUp) // Trap 60
{
    const RawServer server([](const std::string&) { return std::nullopt; });

    expect(upsc({"u@" + server.address()}), {1, "", "Error: Server disconnected\n"});
}

TEST(Upsc, ReportsAListThatBreaksOffAtAnyByte)
{
    const std::string whole = "BEGIN LIST VAR u\nVAR u a.b \"1\"\nEND LIST VAR u\n";
    for (std::size_t length = 0; length + 1 < whole.size(); ++length) {
        SCOPED_TRACE(length);
        bool first = true;
        const RawServer server([&](const std::string&) -> std::optional<std::string> {
            return std::exchange(first, false) ? std::optional(whole.substr(0, length) + "\n\n")
                                               : std::nullopt;
        });
        const auto got = upsc({"u@" + server.address()});
        EXPECT_EQ(got.exit_code, 1);
        EXPECT_EQ(got.out, "");
        EXPECT_THAT(got.err, testing::AnyOf("Error: Protocol error\n", "Error: Server disconnected\n"));
    }
}

TEST(Upsc, RefusesALineWithoutEnd)
{
    const RawServer server(once(std::string(100'000, 'x')));

    expect(upsc({"u@" + server.address(), "a.b"}), {1, "", "Error: Protocol error\n"});
}

TEST(Upsc, RefusesBadDesignationsAndLimits)
{
    expect(upsc({"ups@[::1"}),
           {1, "", "Error: invalid UPS definition.\nRequired format: upsname[@hostname[:port]]\n"});
    expect(upsc({"-l", "::1"}), {1, "", "Error: invalid hostname.\nRequired format: [hostname[:port]]\n"});
    expect(upsc({"-W", "soon", "ups"}), {1, "", "Error: invalid network timeout: soon\n"});
}

TEST(Upsc, SendsCredentialsOfTheFileAndGoesOnWithoutThem)
{
    const Scratch scratch;
    const RawServer server([](const std::string& line) -> std::optional<std::string> {
        return line.starts_with("GET") ? "VAR u a.b \"1\"\n" : "ERR ACCESS-DENIED\n";
    });
    const auto file = scratch.write("auth", "[@" + server.address() + "]\nUSER = me\nPASS = \"p w\\\"\"\n");

    expect(upsc({"-A", file, "u@" + server.address(), "a.b"}), {0, "1\n", ""});
    EXPECT_THAT(server.requests(), testing::ElementsAre("USERNAME me", "GET VAR u a.b", "LOGOUT"));
}

TEST(Upsc, NeverSpeaksInClearTextWhereTlsIsDemanded)
{
    const Scratch scratch;
    const RawServer server(once("VAR u a.b \"1\"\n"));
    for (const auto* const demand : {"FORCESSL = 1\n", "CERTVERIFY = 1\n"}) {
        const auto file = scratch.write("auth", demand);
        expect(upsc({"-A", file, "u@" + server.address(), "a.b"}), {1, "", "Error: SSL is not available\n"});
    }
    EXPECT_THAT(server.requests(), testing::IsEmpty());
}

TEST(Upsc, SpeaksWithTlsAndSaysNothingOfIt) // D52
{
    const auto certificate = self_signed();
    const Scratch scratch;
    tls::ServerSettings settings;
    settings.certfile = scratch.write("upsd.pem", certificate.pem());
    const RawServer server(once("VAR u a.b \"1\"\n"), *tls::server_context(settings));

    expect(upsc({"u@" + server.address(), "a.b"}), {0, "1\n", ""});
    const auto file = scratch.write("auth", "CERTHOST = " + certificate.fingerprint() + "\nFORCESSL = 1\n");
    expect(upsc({"-A", file, "u@" + server.address(), "a.b"}), {0, "1\n", ""});
    EXPECT_THAT(server.requests(),
                testing::ElementsAre("GET VAR u a.b", "LOGOUT", "GET VAR u a.b", "LOGOUT"));
}

TEST(Upsc, SendsNoPasswordToAServerItCannotVerify)
{
    const Scratch scratch;
    tls::ServerSettings settings;
    settings.certfile = scratch.write("upsd.pem", self_signed().pem());
    const RawServer server(once("OK\n"), *tls::server_context(settings));
    const auto ca = scratch.write("ca.pem", Authority().certificate());
    const auto file = scratch.write("auth", "USER = me\nPASS = secret\nCERTPATH = \"" + ca + "\"\n");

    expect(upsc({"-A", file, "u@" + server.address(), "a.b"}),
           {1, "", "Error: SSL error: certificate verify failed: self-signed certificate\n"});
    EXPECT_THAT(server.requests(), testing::IsEmpty());
}

TEST(Upsc, NamesTheLibraryAndItsTls)
{
    EXPECT_THAT(upsc({"-h"}).out, testing::AllOf(testing::HasSubstr("Using NUT libupsclient library"),
                                                 testing::HasSubstr("built with SSL support: OpenSSL")));
}

} // namespace
} // namespace upright::test
