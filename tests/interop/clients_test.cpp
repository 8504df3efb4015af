// Our upscmd, upsrw and upslog beside Debian's, with Debian's upsd: what they print and how they end must be
// the same, but for what is wrong in Debian's: there both are pinned.
#include "tests/interop/peers.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace upright::test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ClientsBesideDebians : public testing::Test {
protected:
    struct Both {
        Finished ours;
        Finished debians;
    };

    ClientsBesideDebians()
    {
        scratch_.write("one.dev", "battery.charge: 90\nups.status: OL\ninput.voltage: 230.1\n"
                                  "input.sensitivity: H\nups.id: \"a b \\\"q\\\" \\# c\"\n"
                                  "ups.delay.shutdown: 20\nups.temperature: 21\n");
        scratch_.write("ups.conf", "user = root\n[zeta]\ndriver = dummy-ups\nport = one.dev\ndesc = Rack\n"
                                   "[dead]\ndriver = dummy-ups\nport = one.dev\n");
        server_.emplace(peers_, scratch_, std::vector<std::string>{"zeta"});
    }

    std::string at(const std::string& ups) const { return ups + "@" + server_->address(); }

    // Without a terminal, on which Debian's would read the password.
    Finished finish(const std::string& path, std::vector<std::string> arguments, std::string_view typed) const
    {
        auto environment = peers_.environment(scratch_);
        environment["NUT_QUIET_OK_NOTRACKING"] = "true";
        arguments.insert(arguments.begin(), {"/usr/bin/setsid", "--wait", path});
        Process process(arguments, environment);
        if (!typed.empty())
            process.type(typed);
        auto done = process.wait();
        const std::string remark = "Init SSL without certificate database\n"; // D52
        if (const auto found = done.err.find(remark); found != std::string::npos)
            done.err.erase(found, remark.size());
        return done;
    }
    Both both(const std::string& name, const std::vector<std::string>& arguments,
              std::string_view typed = "") const
    {
        return {finish(program(name), arguments, typed), finish(peers_.program(name), arguments, typed)};
    }
    void expect_same(const std::string& name, const std::vector<std::string>& arguments,
                     std::string_view typed = "") const
    {
        SCOPED_TRACE(name + " " + testing::PrintToString(arguments));
        const auto got = both(name, arguments, typed);
        EXPECT_EQ(got.ours.out, got.debians.out);
        EXPECT_EQ(got.ours.err, got.debians.err);
        EXPECT_EQ(got.ours.exit_code, got.debians.exit_code);
        EXPECT_FALSE(got.debians.out.empty() && got.debians.err.empty());
    }
    // As the administrator.
    void expect_same_change(const std::string& name, const std::vector<std::string>& arguments) const
    {
        auto all = arguments;
        all.insert(all.begin(), {"-u", "admin", "-p", "pw"});
        expect_same(name, all);
    }

    Peers peers_;
    Scratch scratch_;
    std::optional<PeerServer> server_;
};

TEST_F(ClientsBesideDebians, ListTheSame) // Traps 62 and 63
{
    for (const auto* const ups : {"zeta", "ZETA", "dead", "nosuch"}) {
        expect_same("upsrw", {at(ups)});
        expect_same("upsrw", {"-l", at(ups)});
        expect_same("upscmd", {"-l", at(ups)});
    }
    expect_same("upsrw", {"-s", "ups.id=1", "-l", at("zeta")});
    expect_same("upsrw", {"zeta@127.0.0.1:1"});
    expect_same("upscmd", {"-l", "zeta@127.0.0.1:1"});
    expect_same("upscmd", {"-l", "zeta@no-such-host.invalid"});
}

TEST_F(ClientsBesideDebians, ChangeTheSame) // Trap 61
{
    for (const auto* const setting :
         {"ups.id=x", "ups.id=two words", "ups.id=a=b \"c\" \\ #", "ups.delay.shutdown=30",
          "ups.id=far too long for this variable", "ups.none=1", "old=1"})
        expect_same_change("upsrw", {"-s", setting, at("zeta")});
    expect_same_change("upsrw", {"-w", "-s", "ups.id=y", at("zeta")}); // SUCCESS
    expect_same_change("upsrw", {"-w", "-t", "5", "-s", "ups.none=y", at("zeta")});
    expect_same_change("upscmd", {at("zeta"), "load.off"});
    expect_same_change("upscmd", {at("zeta"), "load.off", "5"});
    expect_same_change("upscmd", {at("zeta"), "no.such"});
    expect_same_change("upscmd", {at("zeta"), "old"});
    for (const auto* const ups : {"dead", "nosuch"}) {
        expect_same_change("upsrw", {"-s", "ups.id=x", at(ups)});
        expect_same_change("upscmd", {at(ups), "load.off"});
    }
    expect_same("upscmd", {"-u", "admin", "-p", "wrong", at("zeta"), "load.off"});
    expect_same("upsrw", {"-u", "nobody", "-p", "pw", "-s", "ups.id=x", at("zeta")});
}

TEST_F(ClientsBesideDebians, AskTheSame)
{
    expect_same("upscmd", {at("zeta"), "load.off"}, "admin\npw\n");
    expect_same("upscmd", {at("zeta"), "load.off"}, "\npw\n");
    expect_same("upscmd", {"-u", "admin", at("zeta"), "load.off"}, "pw\n");
    expect_same("upsrw", {"-s", "ups.id", at("zeta")}, "admin\npw\nnew value\n");
    expect_same("upsrw", {"-s", "ups.id", "-u", "admin", "-p", "pw", at("zeta")}, "new value\n");
    EXPECT_TRUE(eventually([&] {
        return finish(program("upsrw"), {at("zeta")}, "").out.find("\nValue: new value\n")
               != std::string::npos;
    }));
}

TEST_F(ClientsBesideDebians, EndWithOneIfTheResultIsAnError) // D4
{
    const auto got = both("upscmd", {"-w", "-u", "admin", "-p", "pw", at("zeta"), "load.off"});

    EXPECT_EQ(got.debians.err, "ERR UNKNOWN\n");
    EXPECT_EQ(got.debians.exit_code, 0);
    EXPECT_EQ(got.ours.err, "ERR UNKNOWN\n");
    EXPECT_EQ(got.ours.exit_code, 1);
}

TEST_F(ClientsBesideDebians, SendAnyPasswordUnchanged)
{
    const auto got = both("upsrw", {"-u", "odd", "-p", "p w=\\x", "-s", "ups.id=x", at("zeta")});

    EXPECT_THAT(got.debians.err, StartsWith("Unexpected response from upsd: ERR "));
    EXPECT_EQ(got.debians.exit_code, 1);
    EXPECT_EQ(got.ours.err, "OK\n");
    EXPECT_EQ(got.ours.exit_code, 0);
}

TEST_F(ClientsBesideDebians, EndWithOneAfterABadCommandLine) // D33
{
    for (const auto* const name : {"upscmd", "upsrw"}) {
        for (const auto& arguments : {std::vector<std::string>{}, {"-z"}, {"-l"}}) {
            SCOPED_TRACE(name + testing::PrintToString(arguments));
            const auto got = both(name, arguments);
            EXPECT_THAT(got.debians.out, HasSubstr(fmt::format("usage: {}", name)));
            EXPECT_EQ(got.debians.exit_code, 0);
            EXPECT_THAT(got.ours.err, HasSubstr(fmt::format("usage: {}", name)));
            EXPECT_THAT(got.ours.out, IsEmpty());
            EXPECT_EQ(got.ours.exit_code, 1);
        }
    }
}

class UpslogBesideDebians : public ClientsBesideDebians {
protected:
    // The first line of each in that format.
    Both first_lines(const std::string& format)
    {
        const auto line = [&](const std::string& path) {
            const auto file = fmt::format("log{}", ++files_);
            Process upslog({path, "-u", "root", "-F", "-i", "1", "-s", at("zeta"), "-l", scratch_.file(file),
                            "-f", format},
                           peers_.environment(scratch_));
            eventually([&] { return scratch_.read(file).find('\n') != std::string::npos; });
            const auto text = scratch_.read(file);
            return text.substr(0, text.find('\n') + 1);
        };
        return {{0, line(program("upslog")), ""}, {0, line(peers_.program("upslog")), ""}};
    }

    int files_ = 0;
};

TEST_F(UpslogBesideDebians, WritesTheSameLines) // Trap 64
{
    for (const auto* const format :
         {"%TIME @Y@m@d% %VAR battery.charge% %VAR input.voltage% %VAR ups.load% [%VAR ups.status%] "
          "%VAR ups.temperature% %VAR input.frequency%",
          "%HOST%|%UPSHOST%|%%|%var ups.status%|%time @Y%|%HOSTX y%", "%VAR  ups.status%|%VAR ups.status x%",
          "%VAR%|%VAR x%|%VAR %|%VARups.status%|%HUH%|% %", "a %HUH", "a %VAR ups.status", "%",
          "%TIME %|%TIME  @Y%", "%VAR ups.id%|%VAR ups.id%", "plain \\n \"q\""}) {
        SCOPED_TRACE(format);
        const auto got = first_lines(format);
        EXPECT_THAT(got.debians.out, testing::EndsWith("\n"));
        EXPECT_EQ(got.ours.out, got.debians.out);
    }
}

TEST_F(UpslogBesideDebians, KnowsMoreThanThatRelease)
{
    const auto tab = first_lines("%t|");

    EXPECT_EQ(tab.debians.out, "INVALIDt|\n");
    EXPECT_EQ(tab.ours.out, "\t|\n");
}

TEST_F(UpslogBesideDebians, ComplainsTheSame)
{
    const auto expect_same_complaint = [&](std::vector<std::string> arguments) {
        SCOPED_TRACE(testing::PrintToString(arguments));
        arguments.insert(arguments.begin(), {"-u", "root", "-F"});
        const auto got = both("upslog", arguments);
        EXPECT_EQ(got.ours.err, got.debians.err);
        EXPECT_EQ(got.ours.exit_code, got.debians.exit_code);
        EXPECT_FALSE(got.debians.err.empty());
    };
    expect_same_complaint({"-s", at("zeta")});
    expect_same_complaint({"-l", "-"});
    expect_same_complaint({"-s", at("zeta"), "-l", "/nowhere/log"});
}

} // namespace
} // namespace upright::test
