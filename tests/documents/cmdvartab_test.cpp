// The descriptions that upsd hands out: well formed, and there for whatever our drivers publish.
#include "common/config/document.hpp"
#include "common/text/case_less.hpp"
#include "drivers/snmp/families.hpp"
#include "drivers/snmp/table_rows.hpp"
#include "server/upsd/descriptions.hpp"
#include "server/upsd/virtual_stages.hpp"
#include "tests/documents/documents.hpp"

#include <gmock/gmock.h>

#include <regex>
#include <set>

namespace upright {
namespace {

namespace fs = std::filesystem;
using test::document;
using test::source_dir;

constexpr auto kFile = "conf/cmdvartab";

upsd::Descriptions descriptions() { return upsd::Descriptions::parse(document(kFile)); }

TEST(CmdVarTab, EveryLineIsANameOnceAndAText)
{
    const auto parsed = parse_document(kFile, document(kFile));

    EXPECT_THAT(parsed.problems, testing::IsEmpty());
    EXPECT_GT(parsed.value.statements.size(), 500U);
    std::set<std::string, CaseLess> variables;
    std::set<std::string, CaseLess> commands;
    for (const auto& [words, line] : parsed.value.statements) {
        SCOPED_TRACE(testing::Message() << kFile << ":" << line);
        ASSERT_EQ(words.size(), 3U);
        ASSERT_THAT(words[0].text, testing::AnyOf("VARDESC", "CMDDESC"));
        EXPECT_THAT(words[1].text, testing::MatchesRegex("[A-Za-z0-9_-]+([.][A-Za-z0-9_-]+)+"));
        EXPECT_TRUE((words[0].text == "VARDESC" ? variables : commands).insert(words[1].text).second)
            << words[1].text;
        EXPECT_FALSE(words[2].text.empty());
        EXPECT_LE(words[2].text.size(), 100U);
    }
}

TEST(CmdVarTab, IsWhatTheInstalledServerReads)
{
    EXPECT_EQ(test::text_of(UPRIGHT_STAGE "/share/upright/cmdvartab"), document(kFile));
}

TEST(CmdVarTab, OneEntryServesEveryIndexAndPhase)
{
    auto texts = descriptions();

    for (const auto& [name, like] : std::vector<std::pair<std::string, std::string>>{
             {"outlet.17.status", "outlet.1.status"},
             {"outlet.group.2.phase", "outlet.group.1.phase"},
             {"ambient.3.contacts.4.name", "ambient.1.contacts.1.name"},
             {"output.L3.power", "output.L1.power"},
             {"input.bypass.l2-l3.voltage", "input.bypass.L1-L2.voltage"},
             {"input.L3-N.voltage.maximum", "input.L1-N.voltage.maximum"}}) {
        SCOPED_TRACE(name);
        ASSERT_TRUE(texts.of_variable(like).has_value());
        EXPECT_EQ(texts.of_variable(name), texts.of_variable(like));
    }
    EXPECT_NE(texts.of_variable("outlet.1.status"), texts.of_variable("outlet.status"));
    EXPECT_EQ(texts.of_variable("input.L7.current"), std::nullopt);
    EXPECT_EQ(texts.of_command("outlet.9.load.off"), texts.of_command("outlet.1.load.off"));
}

std::set<std::string> names_in(const std::string& text, const char* pattern)
{
    const std::regex expression(pattern);
    std::set<std::string> names;
    for (std::sregex_iterator match(text.begin(), text.end(), expression), end; match != end; ++match)
        names.insert((*match)[1].str());
    return names;
}

TEST(CmdVarTab, DescribesWhatDeviceFilesName)
{
    auto texts = descriptions();
    std::size_t variables = 0;
    std::size_t commands = 0;
    for (const auto& entry : fs::recursive_directory_iterator(source_dir() + "/drivers")) {
        const bool device =
            entry.path().extension() == ".toml" && entry.path().parent_path().filename() == "devices";
        if (!device
            || entry.path().string().find("/snmp/") != std::string::npos) // names with placeholders: below
            continue;
        SCOPED_TRACE(entry.path());
        const auto text = test::text_of(entry.path());
        const auto hidden = names_in(text, "variable *= *\"([^\"]+)\"[^\n]*hidden *= *true");
        for (const auto& name : names_in(text, "variable *= *\"([^\"]+)\"")) {
            ++variables;
            EXPECT_TRUE(hidden.contains(name) || texts.of_variable(name)) << name;
        }
        for (const auto& name : names_in(text, "(?:\\[\\[command\\]\\]\\n|\\{ )name *= *\"([^\"]+)\"")) {
            ++commands;
            EXPECT_TRUE(texts.of_command(name)) << name;
        }
    }
    EXPECT_GT(variables, 100U);
    EXPECT_GT(commands, 20U);
}

// As the driver names them, on a device with one line and on one with three.
TEST(CmdVarTab, DescribesWhatSnmpDevicesTell)
{
    auto texts = descriptions();
    const snmp::Families families({source_dir() + "/drivers/snmp/devices"});
    std::size_t names = 0;
    for (const auto& head : families.heads()) {
        SCOPED_TRACE(head.name);
        const auto file = source_dir() + "/drivers/snmp/devices/" + head.name + ".toml";
        const auto family = snmp::parse_family(file, test::text_of(file)).value;
        const auto is_described = [&](const std::string& name) {
            ++names;
            EXPECT_TRUE(texts.of_variable(name)) << name;
        };
        for (const auto& row : family.values)
            is_described(row.variable);
        for (const auto& [variable, text] : family.constants)
            is_described(variable);
        for (const auto& row : family.commands)
            EXPECT_TRUE(texts.of_command(row.name)) << row.name;
        for (const auto& table : family.tables)
            for (const int lines : {1, 3}) {
                snmp::TableRow row;
                row.number = row.line = 1;
                row.lines = lines;
                for (const auto& value : table.values)
                    is_described(snmp::name_for(table.prefix + value.variable, row));
                for (const auto& command : table.commands)
                    EXPECT_TRUE(texts.of_command(snmp::name_for(table.prefix + command.name, row)))
                        << command.name;
            }
    }
    EXPECT_GT(names, 3000U);
}

TEST(CmdVarTab, DescribesWhatVirtualUpsesShow)
{
    using namespace std::chrono_literals;
    auto texts = descriptions();
    State state;
    state.apply(SetValue{"ups.status", "OB"});
    const upsd::UpsView view{&state, true, false};
    upsd::VirtualSettings group;
    group.of = {"a"};
    upsd::VirtualSettings stage = group;
    stage.stage = 1;
    stage.after = 0s;
    stage.charge = 1;
    stage.runtime = 1s;

    auto shown = upsd::Group(group).show(std::span(&view, 1), {}, {}).variables;
    shown.merge(upsd::Stages({stage}).show(view, std::vector<upsd::OwnView>(1), {}).front().variables);

    EXPECT_TRUE(shown.contains("ups.stage.reason"));
    EXPECT_TRUE(shown.contains("ups.virtual.1.supply"));
    for (const auto& [name, value] : shown)
        EXPECT_TRUE(texts.of_variable(name)) << name;
}

} // namespace
} // namespace upright
