// Every recorded device, served all at once: what upsc shows must be what its file says, name by name.
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <fstream>
#include <map>
#include <sstream>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using Values = std::map<std::string, std::string>;

// The value behind "name: " by the rules of the format: a comment ends it, a backslash keeps the next
// character, blanks are trimmed and runs of them are one. Written for this test alone.
std::string value_of_line(const std::string& text)
{
    const auto first = text.find_first_not_of(" \t");
    const auto last = text.find_last_not_of(" \t\r");
    if (first != text.npos && last > first && text.find_first_not_of('#', first) > last)
        return text.substr(first, last - first + 1); // a serial number of nothing but ####
    std::string value;
    bool blank = false;
    for (std::size_t i = 0; i < text.size() && text[i] != '#'; ++i) {
        const bool escaped = text[i] == '\\' && i + 1 < text.size();
        const char c = escaped ? text[++i] : text[i];
        if (!escaped && (c == ' ' || c == '\t' || c == '\r')) {
            blank = !value.empty();
            continue;
        }
        if (blank)
            value += ' ';
        blank = false;
        value += c;
    }
    std::erase_if(value, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }); // the wire is ASCII
    return value.substr(0, 255);
}

bool belongs_to_the_driver_or_server(const std::string& name)
{
    return name.starts_with("driver.") || name.starts_with("server.");
}

Values expected_of(const fs::path& file)
{
    Values values;
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(':');
        if (line.starts_with('#') || colon == std::string::npos)
            continue;
        const auto name = line.substr(0, colon);
        const auto value = value_of_line(line.substr(colon + 1));
        values.erase(name);
        if (!belongs_to_the_driver_or_server(name) && (!value.empty() || name == "ups.status"))
            values[name] = value;
    }
    return values;
}

Values shown_by_upsc(const std::string& out)
{
    Values values;
    std::istringstream in(out);
    for (std::string line; std::getline(in, line);) {
        const auto colon = line.find(": ");
        const auto name = line.substr(0, std::min(colon, line.size()));
        if (!belongs_to_the_driver_or_server(name))
            values[name] = colon == std::string::npos ? "" : line.substr(colon + 2);
    }
    return values;
}

// What the driver adds to every device: its own names for a UPS without any, and device.* after ups.*.
void expect_additions_only(const Values& expected, Values shown)
{
    for (const auto& [name, value] : expected)
        shown.erase(name);
    const Values own{{"ups.mfr", "Dummy Manufacturer"},
                     {"ups.model", "Dummy UPS"},
                     {"device.type", "ups"},
                     {"ups.status", "OL"}};
    for (const auto& [name, value] : shown) {
        const auto known = own.find(name);
        const auto source = expected.find("ups." + name.substr(std::min(name.find('.') + 1, name.size())));
        if (known != own.end())
            EXPECT_EQ(value, known->second) << name;
        else if (name == "device.mfr" || name == "device.model" || name == "device.serial")
            EXPECT_EQ(value, source != expected.end() ? source->second : own.at("ups." + name.substr(7)))
                << name;
        else
            ADD_FAILURE() << name << ": " << value << " comes from nowhere";
    }
}

TEST(RecordedDevices, AreServedNameByName)
{
    std::vector<fs::path> files;
    for (const auto& entry : fs::directory_iterator(data("devices")))
        if (entry.path().extension() == ".dev")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    ASSERT_GE(files.size(), 239U);
    const Site site;
    std::string sections;
    for (std::size_t i = 0; i < files.size(); ++i)
        sections += Site::dummy(fmt::format("d{}", i), "", "\"" + files[i].string() + "\"");
    site.ups_conf(sections);
    const auto started = run({program("upsdrvctl"), "start"}, site.scratch.environment(), 60s);
    ASSERT_EQ(started.exit_code, 0) << started.err;
    const auto upsd = site.upsd();

    for (std::size_t i = 0; i < files.size(); ++i) {
        SCOPED_TRACE(files[i].filename().string());
        const auto ups = fmt::format("d{}", i);
        const auto expected = expected_of(files[i]);
        const auto served = [&] {
            const auto answer = site.ask("GET VAR " + ups + " ups.status");
            return answer.starts_with("VAR ") && !answer.ends_with("\"WAIT\"");
        };
        EXPECT_TRUE(eventually(served));
        const auto shown = shown_by_upsc(site.upsc({ups}).out);
        for (const auto& [name, value] : expected) {
            const auto it = shown.find(name);
            EXPECT_EQ(it == shown.end() ? "<missing>" : it->second, value) << name;
        }
        expect_additions_only(expected, shown);
    }
    const auto stopped = run({program("upsdrvctl"), "stop"}, site.scratch.environment(), 60s);
    EXPECT_EQ(stopped.exit_code, 0) << stopped.err;
}

} // namespace
} // namespace upright::test
