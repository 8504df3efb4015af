// Programs of others that read UPSes and control them: what they show of our upsd is what they show of
// Debian's.
#include "tests/interop/nss_database.hpp"
#include "tests/interop/one_ups.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <regex>
#include <sstream>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

Setup with_values()
{
    auto setup = one_ups();
    setup.files["one.dev"] = "ups.status: OL\nups.id: first\nups.load: 33\nups.temperature: 25.5\n"
                             "battery.charge: 90\nbattery.voltage: 27.3\nbattery.runtime: 1234\n"
                             "input.voltage: 230.1\ninput.frequency: 50.0\noutput.voltage: 229.9\n"
                             "ups.mfr: \"<b>M & Co</b>\"\nups.model: M1\n";
    return setup;
}

std::vector<std::unique_ptr<Mix>> both_servers()
{
    std::vector<std::unique_ptr<Mix>> mixes;
    for (const auto server : {By::debian, By::us})
        mixes.push_back(std::make_unique<Mix>(By::us, server, with_values()));
    return mixes;
}

TEST(Applications, PyNutDoesWithOursWhatItDoesWithDebians) // Trap 72
{
    std::optional<Finished> expected;
    for (const auto& mix : both_servers()) {
        auto environment = mix->scratch.environment();
        environment["PYTHONPATH"] = mix->peers.file("usr/lib/python3/dist-packages");
        environment["PYTHONDONTWRITEBYTECODE"] = "1";
        environment["PYTHONWARNINGS"] = "ignore";
        const auto shown =
            run({"/usr/bin/python3", source_dir() + "/tests/interop/pynut.py", std::to_string(mix->port)},
                environment);
        if (!expected)
            expected = shown;
        expect_equal(shown, *expected);
        EXPECT_EQ(shown.exit_code, 0);
        EXPECT_THAT(shown.out, HasSubstr("\nset u ups.id second -> OK\n"));
        EXPECT_THAT(shown.out, HasSubstr("\nforced shutdown seen: True\n"));
        EXPECT_EQ(mix->ask("GET VAR u ups.id"), "VAR u ups.id \"second\"");
    }
}

TEST(Applications, CheckUpsFindsTheState)
{
    struct Case {
        std::string status;
        int exit_code; // OK, WARNING, CRITICAL, UNKNOWN
    };
    const std::vector<Case> cases{{"OL", 0},     {"OB DISCHRG", 1}, {"OL RB", 1},  {"OB LB", 2},
                                  {"FSD OL", 0}, {"OFF", 2},        {"OL CHRG", 0}};
    std::vector<Finished> expected;
    for (const auto& mix : both_servers()) {
        std::vector<Finished> all;
        const auto check = [&](const std::string& ups) {
            return mix->client(By::debian, "check_ups",
                               {"-H", "127.0.0.1", "-p", std::to_string(mix->port), "-u", ups});
        };
        for (const auto& one : cases) {
            ASSERT_TRUE(mix->set_status("u", one.status));
            all.push_back(check("u"));
            EXPECT_EQ(all.back().exit_code, one.exit_code) << one.status << ": " << all.back().out;
        }
        for (const auto* const ups : {"gone", "nosuch"})
            all.push_back(check(ups));
        if (expected.empty())
            expected = all;
        for (std::size_t i = 0; i < all.size(); ++i)
            expect_equal(all[i], expected[i]);
    }
}

const std::map<std::string, std::string> kCollected{
    {"frequency-input", "50.000000"}, {"percent-charge", "90.000000"},     {"percent-load", "33.000000"},
    {"temperature-ups", "25.500000"}, {"timeleft-battery", "1234.000000"}, {"voltage-battery", "27.300000"},
    {"voltage-input", "230.100000"},  {"voltage-output", "229.900000"},
};

// Values by the names of collectd's files, once it has written them all.
std::map<std::string, std::string> collected(const Mix& mix, const std::string& options)
{
    const Scratch scratch;
    const auto conf = scratch.write(
        "collectd.conf",
        fmt::format("Hostname \"test\"\nBaseDir \"{0}\"\nPIDFile \"{0}/pid\"\nPluginDir \"{1}\"\n"
                    "TypesDB \"{2}\"\nInterval 1\nLoadPlugin nut\nLoadPlugin csv\n"
                    "<Plugin csv>\nDataDir \"{0}/csv\"\n</Plugin>\n<Plugin nut>\nUPS "
                    "\"u@localhost:{3}\"\n{4}</Plugin>\n",
                    scratch.path(), mix.peers.file("usr/lib/collectd"),
                    mix.peers.file("usr/share/collectd/types.db"), mix.port, options));
    Process collectd({mix.peers.program("collectd"), "-f", "-C", conf}, mix.peers.environment(scratch));
    std::map<std::string, std::string> values;
    eventually([&] {
        std::error_code none_yet;
        for (const auto& file : fs::directory_iterator(scratch.file("csv/test/nut-u"), none_yet)) {
            std::istringstream text(scratch.read(fs::relative(file.path(), scratch.path()).string()));
            std::string line;
            std::getline(text, line); // a heading
            const auto name = file.path().filename().string();
            if (std::getline(text, line)) // seconds,value; the name has the date behind
                values[name.substr(0, name.size() - 11)] = line.substr(line.find(',') + 1);
        }
        return values.size() >= kCollected.size();
    });
    EXPECT_EQ(values.size(), kCollected.size()) << collectd.err() << collectd.out();
    return values;
}

TEST(Applications, CollectdReadsOursAsDebians)
{
    for (const auto& mix : both_servers())
        EXPECT_EQ(collected(*mix, ""), kCollected) << whose(mix->server);
}

TEST(Applications, CollectdVerifiesOurServer)
{
    const Authority authority;
    auto setup = with_values();
    setup.files["upsd.pem"] = authority.issue().pem();
    setup.upsd_conf = "CERTFILE ~/upsd.pem\n";
    const Mix mix(By::us, By::us, setup);
    const NssDatabase trusted(mix.peers, mix.scratch, "trusted");
    trusted.trust(authority);

    EXPECT_EQ(collected(mix, "ForceSSL true\nVerifyPeer true\nCAPath \"" + trusted.path() + "\"\n"),
              kCollected);
}

struct Page {
    std::string program;
    std::string query;
    std::string form; // posted, if there is one
};

// What nut-cgi answers, with "$" for the server's address and "<now>" for the time.
std::string fetch(const Mix& mix, const Page& page, bool own_etc = false)
{
    auto environment = mix.peers.environment(mix.scratch);
    environment["REQUEST_METHOD"] = page.form.empty() ? "GET" : "POST";
    environment["QUERY_STRING"] = replaced(page.query, "$", mix.address());
    const auto form = replaced(page.form, "$", mix.address());
    environment["CONTENT_LENGTH"] = std::to_string(form.size());
    std::vector<std::string> words{mix.peers.program(page.program)};
    if (own_etc)
        words = mix.peers.with_etc_nut(mix.scratch.path(), words);
    Process process(words, environment);
    process.type(form);
    const auto answer = mix.common_form(process.wait().out);
    return std::regex_replace(answer, std::regex("\\w{3} \\w{3} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d [^<]*"),
                              "<now>");
}

// The files of nut-cgi for this UPS.
void configure_pages(const Mix& mix)
{
    for (const auto* const name : {"upsstats.html", "upsstats-single.html"})
        fs::copy_file(mix.peers.file(std::string("etc/nut/") + name), mix.scratch.file(name));
    mix.scratch.write("hosts.conf", "MONITOR u@" + mix.address() + " \"Desk\"\n");
    mix.scratch.write("upsset.conf", "I_HAVE_SECURED_MY_CGI_DIRECTORY\n");
}

TEST(Applications, CgiPagesShowOfOursWhatTheyShowOfDebians)
{
    const std::string admin = "username=admin&password=pw&monups=u@$&";
    const std::vector<Page> pages{
        {"upsstats.cgi", "host=u@$", ""},
        {"upsstats.cgi", "host=u@$&treemode", ""},
        {"upsstats.cgi", "host=other@$", ""},
        {"upsset.cgi", "", ""},
        {"upsset.cgi", "", "username=admin&password=pw&function=pickups"},
        {"upsset.cgi", "", admin + "function=showsettings"},
        {"upsset.cgi", "", admin + "function=showcmds"},
        {"upsset.cgi", "", admin + "function=savesettings&UPSVAR_ups.id=third&UPSVAR_ups.model=M1"},
        {"upsset.cgi", "", admin + "function=docmd&upscommand=load.off"},
        {"upsset.cgi", "", "username=admin&password=no&monups=u@$&function=docmd&upscommand=load.off"},
        {"upsset.cgi", "", "username=admin&password=no&monups=u@$&function=savesettings&UPSVAR_ups.id=4"},
    };
    std::vector<std::string> expected;
    for (const auto& mix : both_servers()) {
        configure_pages(*mix);
        std::vector<std::string> shown;
        for (const auto& page : pages)
            shown.push_back(fetch(*mix, page));
        if (expected.empty())
            expected = shown;
        for (std::size_t i = 0; i < pages.size(); ++i)
            EXPECT_EQ(shown[i], expected[i]) << whose(mix->server) << pages[i].query << pages[i].form;
        for (const auto* const value : {"ONLINE", "90", "33", "230.1", "229.9"})
            EXPECT_THAT(shown[0], HasSubstr(value));
        EXPECT_THAT(shown[1], HasSubstr("<TD>battery.runtime</TD>\n<TD>:</TD>\n<TD>1234<br></TD>"));
        EXPECT_THAT(shown[5], HasSubstr("NAME=\"UPSVAR_ups.id\" VALUE=\"first\""));
        EXPECT_TRUE(mix->answers("GET VAR u ups.id", "VAR u ups.id \"third\""));
        EXPECT_TRUE(mix->answers("GET VAR u ups.status", "VAR u ups.status \"OL OFF\""));
    }
}

TEST(Applications, CgiListShowsOfOursWhatItShowsOfDebians) // it reads /etc/nut whatever NUT_CONFPATH says
{
    std::optional<std::string> expected;
    for (const auto& mix : both_servers()) {
        if (!mix->peers.can_be_apart())
            GTEST_SKIP() << "namespaces are forbidden here, and the page reads /etc/nut";
        configure_pages(*mix);
        const auto shown = fetch(*mix, {"upsstats.cgi", "", ""}, true);
        if (!expected)
            expected = shown;
        EXPECT_EQ(shown, *expected);
        for (const auto* const value : {"Desk", "ONLINE", "90", "33", "230.1"})
            EXPECT_THAT(shown, HasSubstr(value));
    }
}

} // namespace
} // namespace upright::test
