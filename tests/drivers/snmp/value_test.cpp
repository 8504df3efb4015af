#include "drivers/io/snmp/value.hpp"

#include <gtest/gtest.h>

namespace upright::snmp {
namespace {

TEST(Oids, AreReadAndPrinted)
{
    EXPECT_EQ(Oid::parse("1.3.6.1"), (Oid{1, 3, 6, 1}));
    EXPECT_EQ(Oid::parse(".1.3.6.4294967295"), (Oid{1, 3, 6, 4294967295U}));
    EXPECT_EQ(to_string(Oid{1, 3, 6}), ".1.3.6");
    for (const std::string_view wrong : {"", ".", "1.", "1..2", "1.-3", "1.4294967296", "1.3.a", " 1.3"})
        EXPECT_FALSE(Oid::parse(wrong)) << wrong;
    std::string longest = "1";
    for (std::size_t i = 1; i < Oid::kLongest; ++i)
        longest += ".1";
    EXPECT_TRUE(Oid::parse(longest));
    EXPECT_FALSE(Oid::parse(longest + ".1"));
}

TEST(Oids, AreOrderedAsAgentsOrderThem)
{
    EXPECT_LT((Oid{1, 3, 6, 9}), (Oid{1, 3, 6, 10}));
    EXPECT_LT((Oid{1, 3, 6}), (Oid{1, 3, 6, 0}));
    EXPECT_TRUE((Oid{1, 3}).begins(Oid{1, 3, 6}));
    EXPECT_FALSE((Oid{1, 3, 6}).begins(Oid{1, 3}));
    EXPECT_FALSE((Oid{1, 3, 6, 1}).begins(Oid{1, 3, 6, 10}));
}

TEST(Values, AsNumbers)
{
    using Type = Value::Type;
    EXPECT_EQ(as_number(Value::of(-5)), -5);
    EXPECT_EQ(as_number(Value::of(4294967295, Type::gauge)), 4294967295.0);
    EXPECT_EQ(as_number(Value::of(12345, Type::ticks)), 123);
    EXPECT_EQ(as_number(Value::of(std::string(" 231.5 V"))), 231.5);
    EXPECT_EQ(as_number(Value::of(std::string("+3"))), 3);
    EXPECT_FALSE(as_number(Value::of(std::string("n/a"))));
    EXPECT_FALSE(as_number(Value::of(std::string("inf"))));
    EXPECT_FALSE(as_number(Value::of(std::string("nan"))));
    EXPECT_FALSE(as_number(Value{}));
    EXPECT_FALSE(as_number(Value::of(Oid{1, 3})));
}

TEST(Values, AsTexts)
{
    EXPECT_EQ(as_text(Value::of(std::string("  Smart-UPS \0\0", 14))), "Smart-UPS");
    EXPECT_EQ(as_text(Value::of(7)), "7");
    EXPECT_EQ(as_text(Value::of(Oid{1, 3, 6})), ".1.3.6");
    EXPECT_EQ(as_text(Value::failure()), "");
}

} // namespace
} // namespace upright::snmp
