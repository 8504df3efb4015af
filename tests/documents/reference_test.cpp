// The reference pages list exactly what the tables in the programs hold.
#include "clients/upsmon/config.hpp"
#include "clients/upsmon/options.hpp"
#include "clients/upssched/check.hpp"
#include "clients/upssched/config.hpp"
#include "common/client/credentials.hpp"
#include "common/config/ups_conf.hpp"
#include "drivers/powerman/program.hpp"
#include "drivers/snmp/program.hpp"
#include "drivers/usbhid/program.hpp"
#include "server/upsd/commands/command.hpp"
#include "server/upsd/config.hpp"
#include "server/upsd/users.hpp"
#include "server/upsd/virtual_settings.hpp"
#include "tests/documents/documents.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

namespace upright {
namespace {

namespace fs = std::filesystem;
using test::document;
using test::first_column;
using test::section;
using test::source_dir;
using testing::IsSupersetOf;
using testing::UnorderedElementsAreArray;

TEST(Reference, ProtocolListsEveryCommandAndNoOther)
{
    std::vector<std::string> usages;
    for (const auto& command : upsd::commands())
        usages.emplace_back(command.usage);

    EXPECT_THAT(first_column(section(document("docs/protocol.md"), "## Commands")),
                UnorderedElementsAreArray(usages));
}

TEST(Reference, ConfigurationListsEveryUpsdDirectiveWithItsMeaning)
{
    const auto page = section(document("docs/configuration.md"), "## upsd.conf");
    std::vector<std::string> usages;
    for (const auto& directive : upsd::directives()) {
        usages.emplace_back(directive.usage);
        EXPECT_NE(page.find(std::string(directive.help)), std::string::npos)
            << directive.name << ": " << directive.help;
    }

    EXPECT_THAT(first_column(page), UnorderedElementsAreArray(usages));
}

TEST(Reference, ConfigurationListsEveryUpsmonDirectiveWithItsMeaning)
{
    const auto whole = section(document("docs/configuration.md"), "## upsmon.conf");
    const auto page = whole.substr(0, whole.find("\n### "));
    std::vector<std::string> usages;
    for (const auto& directive : upsmon::directives()) {
        usages.emplace_back(directive.usage);
        EXPECT_NE(page.find(std::string(directive.help)), std::string::npos)
            << directive.name << ": " << directive.help;
    }

    EXPECT_THAT(first_column(page), UnorderedElementsAreArray(usages));
}

TEST(Reference, ConfigurationListsEveryEventOfUpsmonWithItsText)
{
    const auto page = section(document("docs/configuration.md"), "### Events");
    std::vector<std::string> names;
    for (const auto& row : notify_names()) {
        names.emplace_back(row.name);
        EXPECT_NE(page.find(fmt::format("\n| `{}` | {} |", row.name, row.text)), std::string::npos)
            << row.name;
    }

    EXPECT_THAT(first_column(page), UnorderedElementsAreArray(names));
}

// Each word of the help that begins a line as an option stands in the page as code.
TEST(Reference, TheManualOfUpsmonNamesEveryOption)
{
    const auto page = document("docs/manual/upsmon.md");
    const auto help = upsmon::usage();
    int options = 0;
    for (auto at = help.find("\n  -"); at != help.npos; at = help.find("\n  -", at + 1)) {
        const auto name = help.substr(at + 3, help.find_first_of(" ,\n", at + 3) - at - 3);
        ++options;
        const bool named =
            page.find("`" + name + "`") != page.npos || page.find("`" + name + " ") != page.npos;
        EXPECT_TRUE(named) << name;
    }
    EXPECT_GT(options, 15);
}

TEST(Reference, ConfigurationListsEverySettingOfAUserWithItsMeaning)
{
    const auto page = section(document("docs/configuration.md"), "## upsd.users");
    std::vector<std::string> usages;
    for (const auto& setting : upsd::user_settings()) {
        usages.emplace_back(setting.usage);
        EXPECT_NE(page.find(std::string(setting.help)), std::string::npos)
            << setting.name << ": " << setting.help;
    }

    EXPECT_THAT(first_column(page), UnorderedElementsAreArray(usages));
}

TEST(Reference, ConfigurationListsEveryUpsschedDirectiveWithItsMeaning)
{
    const auto page = section(document("docs/configuration.md"), "## upssched.conf");
    std::vector<std::string> usages;
    const auto expect = [&](std::string_view usage, std::string_view help) {
        usages.emplace_back(usage);
        EXPECT_NE(page.find(std::string(help)), std::string::npos) << usage << ": " << help;
    };
    for (const auto& directive : upssched::directives())
        expect(directive.usage, directive.help);
    for (const auto& command : upssched::at_commands())
        expect(command.usage, command.help);

    EXPECT_THAT(first_column(page), UnorderedElementsAreArray(usages));
}

TEST(Reference, VirtualUpsesAreDocumentedWithEveryKey)
{
    const auto page = document("docs/virtual-ups.md");
    const auto keys = page.substr(0, page.find("\n## "));
    std::vector<std::string> usages;
    for (const auto& key : upsd::virtual_keys()) {
        usages.emplace_back(key.usage);
        EXPECT_NE(keys.find(std::string(key.help)), std::string::npos) << key.name << ": " << key.help;
    }

    EXPECT_THAT(first_column(keys), UnorderedElementsAreArray(usages));
}

TEST(Reference, TheExampleOfVirtualUpsesLoads)
{
    const auto page = section(document("docs/virtual-ups.md"), "## Example: three steps with any upsmon");
    const auto begin = page.find("    [desk]");
    const auto conf = parse_ups_conf("ups.conf", page.substr(begin, page.find("\n\n", begin) - begin));
    const auto virtuals = upsd::virtual_upses(conf.value);

    EXPECT_THAT(conf.problems, testing::IsEmpty());
    EXPECT_THAT(virtuals.problems, testing::IsEmpty());
    EXPECT_EQ(virtuals.value.size(), 2U);
}

TEST(Reference, ConfigurationListsEveryKeyOfUpsConf)
{
    const auto page = document("docs/configuration.md");
    const auto names = [](std::span<const std::string_view> keys) {
        return std::vector<std::string>(keys.begin(), keys.end());
    };

    EXPECT_THAT(first_column(section(page, "### Keys for all UPSes")),
                UnorderedElementsAreArray(names(global_ups_conf_keys())));
    EXPECT_THAT(first_column(section(page, "### Keys of a section")),
                IsSupersetOf(names(section_ups_conf_keys())));
}

TEST(Reference, ConfigurationListsEveryKeyOfNutauthConf)
{
    const auto keys = auth_file_keys();
    auto listed = first_column(section(document("docs/configuration.md"), "## nutauth.conf"));
    for (auto& key : listed)
        std::transform(key.begin(), key.end(), key.begin(), ::tolower);

    EXPECT_THAT(listed, UnorderedElementsAreArray(std::vector<std::string>(keys.begin(), keys.end())));
}

TEST(Reference, EveryProgramHasAManualPage)
{
    int programs = 0;
    for (const auto* const place : {"bin", "sbin", "libexec/upright"}) {
        for (const auto& entry : fs::directory_iterator(fs::path(UPRIGHT_STAGE) / place)) {
            if (entry.is_symlink()) // another name of a program
                continue;
            ++programs;
            const auto page = "docs/manual/" + entry.path().filename().string() + ".md";
            EXPECT_TRUE(fs::exists(source_dir() + "/" + page)) << page;
            EXPECT_NE(document("docs/index.md").find("(" + page.substr(5) + ")"), std::string::npos) << page;
        }
    }
    EXPECT_GT(programs, 0);
}

void expect_every_option_in_its_page(const DriverProgram& program)
{
    const auto page = document(fmt::format("docs/manual/{}.md", program.names.front()));
    for (const auto& option : program.options) {
        const std::string name(option.name);
        const bool named = page.find("`" + name + "`") != page.npos
                           || page.find("`" + name + " ") != page.npos
                           || page.find("`" + name + "[") != page.npos;
        EXPECT_TRUE(named) << program.names.front() << ": " << name;
    }
}

TEST(Reference, TheManualsOfDriversNameEveryOptionOfThem)
{
    expect_every_option_in_its_page(usbhid::program());
    expect_every_option_in_its_page(snmp::program());
    expect_every_option_in_its_page(powerman::program());
}

TEST(Reference, SamplesLoadWithoutAComplaint)
{
    const auto ups = parse_ups_conf("ups.conf", document("conf/samples/ups.conf"));
    const auto upsd = upsd::parse_config("upsd.conf", document("conf/samples/upsd.conf"));
    const auto users = upsd::parse_users("upsd.users", document("conf/samples/upsd.users"), {});
    const auto upssched = upssched::parse_config("upssched.conf", document("conf/samples/upssched.conf"));

    EXPECT_THAT(ups.problems, testing::IsEmpty());
    EXPECT_THAT(upsd.problems, testing::IsEmpty());
    EXPECT_THAT(users.problems, testing::IsEmpty());
    EXPECT_THAT(upssched.problems, testing::IsEmpty());
}

// What a sample shows in comments must be right, too: without the # of `#key = value` lines it still loads.
std::string uncommented(std::string text)
{
    for (auto at = text.find("\n#"); at != text.npos; at = text.find("\n#", at + 1))
        if (at + 2 < text.size() && text[at + 2] != ' ' && text[at + 2] != '\n')
            text.erase(at + 1, 1);
        else if (text.compare(at, 6, "\n#    ") == 0)
            text.erase(at + 1, 1);
    return text;
}

TEST(Reference, WhatSamplesShowInCommentsIsValid)
{
    const auto ups = parse_ups_conf("ups.conf", uncommented(document("conf/samples/ups.conf")));
    const auto upsd = upsd::parse_config("upsd.conf", uncommented(document("conf/samples/upsd.conf")));
    const auto users =
        upsd::parse_users("upsd.users", uncommented(document("conf/samples/upsd.users")), upsd.value.access);

    EXPECT_THAT(ups.problems, testing::IsEmpty());
    ASSERT_EQ(ups.value.sections.size(), 3U);
    EXPECT_EQ(ups.value.sections[0].settings.value("port"), "/dev/ttyS0");
    EXPECT_THAT(upsd.problems, testing::IsEmpty());
    EXPECT_EQ(upsd.value.listen.size(), 3U);
    EXPECT_TRUE(upsd.value.access.active());
    EXPECT_THAT(users.problems, testing::IsEmpty());
    EXPECT_EQ(users.value.all().size(), 3U);
    const auto upsmon =
        upsmon::parse_config("upsmon.conf", uncommented(document("conf/samples/upsmon.conf")));
    EXPECT_THAT(upsmon.problems, testing::IsEmpty());
    EXPECT_EQ(upsmon.value.policy.feeds.at(0).rules.at(0).limits.size(), 3U);

    const auto upssched =
        upssched::parse_config("upssched.conf", uncommented(document("conf/samples/upssched.conf")));
    EXPECT_THAT(upssched.problems, testing::IsEmpty());
    EXPECT_EQ(upssched.value.rules.size(), 5U);
    EXPECT_THAT(upssched::check_rules("upssched.conf", upssched.value), testing::IsEmpty());
}

} // namespace
} // namespace upright
