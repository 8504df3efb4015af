// upscmd, upsrw and upslog with our own server and driver.
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

namespace upright::test {
namespace {

using testing::HasSubstr;

class ClientPrograms : public testing::Test {
protected:
    ClientPrograms()
    {
        site.scratch.write("rw.dev", "ups.status: OL\nups.id: first\n");
        site.ups_conf(Site::dummy("u", "mode = dummy-once\n", "rw.dev"));
        site.scratch.write("upsd.users",
                           "[admin]\npassword = \"p w \\\"\\#\\\\\"\nactions = SET\ninstcmds = ALL\n");
        site.scratch.write("nutauth.conf",
                           fmt::format("[admin@127.0.0.1:{}]\nPASS = \"p w \\\"\\#\\\\\"\n", site.port));
        for (const auto* const secret : {"upsd.users", "nutauth.conf"})
            std::filesystem::permissions(site.scratch.file(secret), std::filesystem::perms::owner_read);
        driver = site.driver("u");
        upsd = site.upsd();
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
};

TEST_F(ClientPrograms, SetAndCommandAndSeeTheResult)
{
    ASSERT_TRUE(site.has_status("u", "OL"));

    const auto set = site.finish("upsrw", {"-w", "-s", "ups.id=two \"words\"", "u" + site.at()});
    EXPECT_EQ(set.exit_code, 0);
    EXPECT_EQ(set.err, "SUCCESS\n");
    EXPECT_TRUE(site.answers("GET VAR u ups.id", "VAR u ups.id \"two \\\"words\\\"\""));
    EXPECT_THAT(site.finish("upsrw", {"u" + site.at()}).out, HasSubstr("\nValue: two \"words\"\n"));
    EXPECT_THAT(site.finish("upsrw", {"-j", "u" + site.at()}).out,
                HasSubstr("\"value\": \"two \\\"words\\\"\""));

    EXPECT_THAT(site.finish("upscmd", {"-l", "u" + site.at()}).out, HasSubstr("\nload.off - "));
    const auto command = site.finish("upscmd", {"-w", "u" + site.at(), "load.off"});
    EXPECT_EQ(command.exit_code, 0);
    EXPECT_EQ(command.err, "SUCCESS\n");
    EXPECT_TRUE(eventually([&] {
        return site.upsc({"u", "ups.status"}).out.find("OFF") != std::string::npos;
    }));
}

TEST_F(ClientPrograms, LogWhatChanges) // Trap 64
{
    ASSERT_TRUE(site.has_status("u", "OL"));
    const auto log = site.scratch.file("log");
    const auto upslog =
        site.start("upslog", {"-u", "root", "-F", "-i", "1", "-m", "u" + site.at() + "," + log});
    const auto logs = [&](const std::string& text) {
        return eventually([&] { return site.scratch.read("log").find(text) != std::string::npos; }, 30s);
    };

    EXPECT_TRUE(logs(" [OL] "));
    site.scratch.write("rw.dev", "ups.status: OB\n");
    EXPECT_TRUE(logs(" [OB] "));
}

} // namespace
} // namespace upright::test
