#include "clients/upsrw/report.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace upright::upsrw {
namespace {

Setting setting(const std::string& type, std::string value = "10")
{
    Setting s{"a.b", "Text", {}, std::move(value), {}, {}};
    Row words;
    std::istringstream in(type);
    for (std::string word; in >> word;)
        words.push_back(word);
    s.type = parse_type(words);
    if (s.type.kind == Type::Kind::enumeration)
        s.options = {"10", "20 x"};
    if (s.type.kind == Type::Kind::range)
        s.ranges = {{"1", "5"}, {"8", "12"}};
    return s;
}

// What stands below the description.
std::string lines(const std::string& type, const std::string& value = "10")
{
    const auto text = settings_text({setting(type, value)}, false);
    const std::string head = "[a.b]\nText\n";
    EXPECT_EQ(text.substr(0, head.size()), head);
    EXPECT_EQ(text.substr(text.size() - 2), "\n\n");
    return text.substr(head.size(), text.size() - head.size() - 1);
}

TEST(UpsrwReport, ShowsEachType) // Trap 62
{
    const std::string options = "Option: \"10\" SELECTED\nOption: \"20 x\"\n";
    const std::string ranges = "Option: \"1-5\"\nOption: \"8-12\" SELECTED\n";

    EXPECT_EQ(lines("RW STRING:16"), "Type: STRING\nMaximum length: 16\nValue: 10\n");
    EXPECT_EQ(lines("RW NUMBER"), "Type: NUMBER\nValue: 10\n");
    EXPECT_EQ(lines("RW ENUM STRING:3"), "Type: ENUM STRING\nMaximum length: 3\n" + options);
    EXPECT_EQ(lines("RW ENUM NUMBER"), "Type: ENUM NUMBER\n" + options);
    EXPECT_EQ(lines("RW RANGE NUMBER"), "Type: RANGE NUMBER\n" + ranges);
    EXPECT_EQ(lines("RW ENUM RANGE STRING:3"), "Type: RANGE NUMBER\n" + ranges);
    EXPECT_EQ(lines("rw string:x", ""), "Type: STRING\nMaximum length: 0\nValue: \n");
}

TEST(UpsrwReport, CopesWithOldServersTypes)
{
    EXPECT_EQ(lines("RW ENUM"), "Type: ENUM\nOption: \"10\" SELECTED\nOption: \"20 x\"\n");
    EXPECT_EQ(lines("RW RANGE"), "Type: RANGE NUMBER\nOption: \"1-5\"\nOption: \"8-12\" SELECTED\n");
    EXPECT_EQ(lines("UNKNOWN"), "Type: UNKNOWN (unrecognized)\n");
    EXPECT_EQ(lines("RW HUH STRING:4"),
              "Type: HUH (unrecognized)\nType: STRING\nMaximum length: 4\nValue: 10\n");
    EXPECT_EQ(lines(""), "Unknown type\n");
    EXPECT_EQ(lines("RW"), "Unknown type\n");
}

TEST(UpsrwReport, MarksTheRangeThatHoldsTheValue)
{
    EXPECT_TRUE(in_range("1", {"1", "5"}));
    EXPECT_TRUE(in_range("5.0", {"1", "5"}));
    EXPECT_TRUE(in_range("0.25", {"0.2", "0.3"}));
    EXPECT_FALSE(in_range("5.5", {"1", "5"}));
    EXPECT_FALSE(in_range("x", {"1", "5"}));
    EXPECT_FALSE(in_range("", {"0", "5"}));
    EXPECT_FALSE(in_range("3", {"one", "5"}));
}

TEST(UpsrwReport, IsOneJsonObject)
{
    auto text = setting("RW STRING:16", "it's \"q\"");
    auto choice = setting("RW ENUM STRING:4");
    auto number = setting("RW RANGE NUMBER");
    auto plain = setting("HUH");
    choice.name = "c.d";
    number.name = "e.f";
    plain.name = "g.h";

    EXPECT_EQ(settings_text({text, choice, number, plain}, true), R"({
  "a.b": {
    "description": "Text",
    "type": "STRING",
    "maximum_length": "16",
    "value": "it's \"q\""
  },
  "c.d": {
    "description": "Text",
    "type": "ENUM STRING",
    "maximum_length": "4",
    "value": "10",
    "options": [
      "10",
      "20 x"
    ]
  },
  "e.f": {
    "description": "Text",
    "type": "RANGE NUMBER",
    "value": "10",
    "ranges": [
      {"minimum": "1", "maximum": "5"},
      {"minimum": "8", "maximum": "12"}
    ]
  },
  "g.h": {
    "description": "Text",
    "type": "UNKNOWN",
    "value": "10"
  }
}
)");
    EXPECT_EQ(settings_text({}, true), "{\n\n}\n");
    EXPECT_EQ(settings_text({}, false), "");
}

} // namespace
} // namespace upright::upsrw
