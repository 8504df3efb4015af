// Recorded walks of real cards: each is recognised, and what an independent monitor decoded of it we publish.
// docs/snmp-coverage.md has the table.
#include "tests/drivers/snmp/coverage.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <map>

namespace upright::snmp {
namespace {

const std::filesystem::path kWalks = test::data("snmp");

// walk: family, by what the device is.
std::map<std::string, std::string> families()
{
    std::map<std::string, std::string> all;
    std::ifstream in(kWalks / "families.tsv");
    for (std::string walk, family; in >> walk >> family;)
        all.emplace(walk, family);
    return all;
}

class Walks : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(Walks, AreRecognisedAndUnderstood)
{
    static const auto known = families();
    const auto walk = cover({std::string(UPRIGHT_SNMP_DEVICES)}, GetParam());
    const auto family = known.find(walk.walk);
    ASSERT_NE(family, known.end()) << "families.tsv doesn't say what this is";
    if (family->second == "none") { // no UPS and no PDU
        EXPECT_EQ(walk.family, "");
        return;
    }
    EXPECT_EQ(walk.family, family->second) << walk.reason;
    constexpr std::size_t kPercent = 80;
    EXPECT_GE(walk.hits.size() * 100, walk.expected.size() * kPercent);
    for (const auto& [wanted, why] : walk.misses)
        if (walk.hits.size() * 100 < walk.expected.size() * kPercent)
            ADD_FAILURE() << wanted.kind << " " << wanted.oid << " = " << wanted.number << ": " << why;
}

INSTANTIATE_TEST_SUITE_P(All, Walks, testing::ValuesIn(walks_in(kWalks)), [](const auto& one) {
    auto name = one.param.stem().string();
    for (auto& c : name)
        if (std::isalnum(static_cast<unsigned char>(c)) == 0)
            c = '_';
    return name;
});

} // namespace
} // namespace upright::snmp
