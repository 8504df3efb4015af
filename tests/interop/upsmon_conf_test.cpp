// The upsmon.conf that Debian installs is one that ours takes, with the examples in its comments.
#include "clients/upsmon/check.hpp"
#include "clients/upsmon/config.hpp"
#include "tests/interop/peers.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

namespace upright::upsmon {
namespace {

using testing::IsEmpty;

// Whatever of it is an example rather than a description, without its #.
std::string examples(const std::string& text)
{
    static constexpr std::array<std::string_view, 7> kBegin{
        "# MONITOR ", "# NOTIFYCMD /", "# NOTIFYMSG ",     "# NOTIFYFLAG ",
        "# CERT",     "# FORCESSL 1",  "# RUN_AS_USER nut"};
    std::string out;
    std::istringstream in(text);
    for (std::string line; std::getline(in, line);)
        if (std::any_of(kBegin.begin(), kBegin.end(), [&](auto begin) { return line.starts_with(begin); })
            && line.find('<') == line.npos && line.find(" - ") == line.npos)
            out += line.substr(2) + "\n";
    return out;
}

std::vector<std::string> texts(const std::vector<Diagnostic>& problems)
{
    std::vector<std::string> all;
    for (const auto& problem : problems)
        all.push_back(to_string(problem));
    return all;
}

TEST(UpsmonConfOfNut, LoadsWithoutAComplaintAndSoDoItsExamples)
{
    const auto text = read_file(test::Peers().file("etc/nut/upsmon.conf"));
    ASSERT_TRUE(text);

    const auto plain = parse_config("upsmon.conf", *text);
    const auto full = parse_config("upsmon.conf", *text + examples(*text));

    EXPECT_THAT(texts(plain.problems), IsEmpty());
    EXPECT_EQ(plain.value.shutdown_command, "/sbin/shutdown -h +0");
    EXPECT_EQ(plain.value.power_down_flag, "/etc/killpower");
    EXPECT_THAT(texts(full.problems), IsEmpty());
    EXPECT_EQ(full.value.policy.feeds.size(), 3U);
    EXPECT_EQ(full.value.cert_hosts.size(), 1U);
    EXPECT_EQ(full.value.power_value(), 3);
}

// What it lacks, as Debian leaves it to the administrator, is a MONITOR line; then --check has no error for
// it.
TEST(UpsmonConfOfNut, PassesTheCheckWithAMonitorLine)
{
    const auto text = read_file(test::Peers().file("etc/nut/upsmon.conf"));
    ASSERT_TRUE(text);
    const test::Scratch scratch;
    Options options;
    options.config = scratch.write("upsmon.conf",
                                   *text + "MONITOR ups@localhost 1 mon pw primary\nSHUTDOWNCMD /bin/true\n");

    auto* const out = std::fopen(scratch.file("out").c_str(), "w");
    EXPECT_EQ(check(options, out), 0);
    std::fclose(out);
    EXPECT_EQ(scratch.read("out").find("error"), std::string::npos) << scratch.read("out");
}

} // namespace
} // namespace upright::upsmon
