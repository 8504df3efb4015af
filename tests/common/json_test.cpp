#include "common/client/json.hpp"

#include <gtest/gtest.h>

namespace upright {
namespace {

TEST(Json, EscapesWhatItMust)
{
    EXPECT_EQ(json_string("a\"b\\c\b\f\n\r\t\x01/"), R"("a\"b\\c\b\f\n\r\t\u0001/")");
    EXPECT_EQ(json_string(std::string_view("\0", 1)), R"("\u0000")");
    EXPECT_EQ(json_string(""), "\"\"");
}

TEST(Json, KeepsUtf8)
{
    for (const auto* const text :
         {"\xC2\x80", "Wärme", "€", "\xED\x9F\xBF", "\xEE\x80\x80", "\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF"})
        EXPECT_EQ(json_string(text), "\"" + std::string(text) + "\"");
}

TEST(Json, ReplacesEachByteThatIsNoUtf8)
{
    const std::string replacement = "\xEF\xBF\xBD";
    for (const auto* const text :
         {"\x80", "\xBF", "\xC0", "\xC1", "\xF5", "\xFF", "\xC3", "\xC3(", "\xE2\x82",
          "\xC0\x80",            // overlong
          "\xE0\x80\x80",        // overlong
          "\xF0\x80\x80\x80",    // overlong
          "\xED\xA0\x80",        // a surrogate
          "\xF4\x90\x80\x80"}) { // above U+10FFFF
        SCOPED_TRACE(testing::PrintToString(std::string(text)));
        std::string expected = "\"";
        for (const char c : std::string_view(text))
            expected += static_cast<unsigned char>(c) < 0x80 ? std::string(1, c) : replacement;
        EXPECT_EQ(json_string(text), expected + "\"");
    }
}

TEST(Json, StandsOnALineForEachEntry)
{
    EXPECT_EQ(json_array({"1", "2"}), "[\n  1,\n  2\n]");
    EXPECT_EQ(json_array({}), "[\n\n]");
    EXPECT_EQ(json_object({json_pair("a", "1")}), "{\n  \"a\": 1\n}");
    EXPECT_EQ(json_object({json_pair("a", json_array({"1"}, 1))}), "{\n  \"a\": [\n    1\n  ]\n}");
    EXPECT_EQ(json_error("no \"x\""), "{\n  \"error\": \"no \\\"x\\\"\"\n}");
}

} // namespace
} // namespace upright
