// Our upsc and Debian's against Debian's upsd: what they print and how they end must be the same.
#include "tests/interop/peers.hpp"

#include <gtest/gtest.h>

namespace upright::test {
namespace {

class UpscBesideDebians : public testing::Test {
protected:
    UpscBesideDebians()
    {
        scratch_.write("one.dev", "battery.charge: 90\n"
                                  "ups.status: OL\n"
                                  "input.voltage: 230.1\n"
                                  "ups.serial: \"a \\\"q\\\" \\\\ b \\# c\"\n");
        scratch_.write("two.dev", "ups.status: OB LB\n");
        scratch_.write("ups.conf",
                       "user = root\n"
                       "[zeta]\ndriver = dummy-ups\nport = one.dev\ndesc = \"Rack \\\"A\\\" \\# 1\"\n"
                       "[Alpha]\ndriver = dummy-ups\nport = two.dev\n"
                       "[dead]\ndriver = dummy-ups\nport = two.dev\n");
        server_.emplace(peers_, scratch_, std::vector<std::string>{"zeta", "Alpha"});
    }

    void expect_same(std::vector<std::string> arguments)
    {
        auto ours = arguments;
        ours.insert(ours.begin(), program("upsc"));
        arguments.insert(arguments.begin(), peers_.program("upsc"));
        const auto expected = run(arguments, peers_.environment(scratch_));
        const auto got = run(ours, scratch_.environment());

        EXPECT_EQ(got.out, expected.out);
        EXPECT_EQ(got.exit_code, expected.exit_code);
        // A remark about TLS that scripts have learnt to ignore.
        const std::string remark = "Init SSL without certificate database\n";
        auto err = expected.err;
        if (const auto at = err.find(remark); at != std::string::npos)
            err.erase(at, remark.size());
        EXPECT_EQ(got.err, err);
    }

    Peers peers_;
    Scratch scratch_;
    std::optional<PeerServer> server_;
};

// Traps 2, 5, 6, 34, 53, 54, 56.
TEST_F(UpscBesideDebians, PrintsWhatDebiansPrints)
{
    const auto at = "@" + server_->address();
    const std::vector<std::vector<std::string>> questions{
        {"zeta" + at},
        {"ZETA" + at},
        {"Alpha" + at},
        {"zeta" + at, "Ups.Serial"},
        {"zeta" + at, "ups.status"},
        {"zeta" + at, "server.version"},
        {"zeta" + at, "bogus.var"},
        {"zeta" + at, "status"},
        {"zeta" + at, "ups.status", "more"},
        {"nosuch" + at},
        {"nosuch" + at, "ups.status"},
        {"dead" + at},
        {"dead" + at, "ups.status"},
        {"-l", server_->address()},
        {"-L", server_->address()},
        {"-c", "zeta" + at},
        {"-c", "nosuch" + at},
        {"zeta@127.0.0.1:1"},
        {"zeta@no-such-host.invalid"},
    };
    for (const auto& question : questions) {
        SCOPED_TRACE(testing::PrintToString(question));
        expect_same(question);
    }
}

TEST_F(UpscBesideDebians, ListsTheClientsThatDebiansDoes)
{
    RawClient monitor(server_->port());
    EXPECT_EQ(monitor.ask("USERNAME admin"), "OK");
    EXPECT_EQ(monitor.ask("PASSWORD pw"), "OK");
    EXPECT_EQ(monitor.ask("LOGIN zeta"), "OK");

    expect_same({"-c", "zeta@" + server_->address()});
    const auto ours = run({program("upsc"), "-c", "ZETA@" + server_->address()}, scratch_.environment());
    EXPECT_EQ(ours.out, "127.0.0.1\n");
}

} // namespace
} // namespace upright::test
