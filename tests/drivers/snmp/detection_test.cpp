// Which family a device is.
#include "drivers/snmp/detection.hpp"

#include "tests/drivers/snmp/one_family.hpp"

namespace upright::snmp {
namespace {

class Detected : public testing::Test {
protected:
    void add(const std::string& name, const std::string& toml)
    {
        heads.push_back(parse_family_head(name + ".toml", "version = \"1\"\n" + toml).value);
    }
    std::string family(const std::optional<std::string>& only = {})
    {
        Agent agent(std::make_unique<RecordedAgent>(objects));
        found = detect(agent, heads, only);
        return found.family == nullptr ? "" : found.family->name;
    }

    std::vector<FamilyHead> heads;
    Objects objects;
    Detection found;
};

TEST_F(Detected, ByItsSysObjectIdIfAProbeConfirmsIt)
{
    add("ats", "object_ids = [\"1.9.1\"]\nprobes = [\"1.7.2.0\"]\n");
    add("ups", "object_ids = [\"1.9.1\"]\nprobes = [\"1.7.1.0\"]\n");
    objects.set("1.3.6.1.2.1.1.2.0", Value::of(Oid{1, 9, 1}));
    objects.set("1.7.1.0", std::string("Pulsar"));
    EXPECT_EQ(family(), "ups");
    objects.set("1.7.2.0", std::string("ATS 16"));
    EXPECT_EQ(family(), "ats") << "the earlier of two";
}

TEST_F(Detected, BySysObjectIdThatIsAText)
{
    add("ups", "object_ids = [\"1.9.1\"]\ntrees = [\"1.7\"]\n");
    objects.set("1.3.6.1.2.1.1.2.0", std::string(".1.9.1"));
    objects.set("1.7.1.0", 1);
    EXPECT_EQ(family(), "ups");
}

TEST_F(Detected, ByTheLongestBeginning)
{
    add("makers", "object_ids = [\"1.9.*\"]\ntrees = [\"1.7\"]\n");
    add("pdus", "object_ids = [\"1.9.4.*\"]\ntrees = [\"1.7\"]\n");
    objects.set("1.3.6.1.2.1.1.2.0", Value::of(Oid{1, 9, 4, 6}));
    objects.set("1.7.1.0", 1);
    EXPECT_EQ(family(), "pdus");
}

TEST_F(Detected, ByAProbeBeforeAnyTree)
{
    add("tree", "trees = [\"1.7\"]\n");
    add("probe", "probes = [\"1.7.1.0\"]\n");
    objects.set("1.7.1.0", std::string("model"));
    EXPECT_EQ(family(), "probe");
    objects.set("1.7.1.0", std::string());
    EXPECT_EQ(family(), "tree") << "an empty text says nothing";
}

TEST_F(Detected, OnlyAmongThoseThatTheUserWants)
{
    add("one", "names = [\"uno\"]\ntrees = [\"1.7\"]\n");
    add("two", "trees = [\"1.7\"]\n");
    objects.set("1.7.1.0", 1);
    EXPECT_EQ(family("two"), "two");
    EXPECT_EQ(family("uno"), "one");
    EXPECT_EQ(family("three"), "");
}

TEST_F(Detected, NeverAsWhatOnlySupplements)
{
    add("system", "supplement_only = true\ntrees = [\"1.3.6.1.2.1.1\"]\n");
    objects.set("1.3.6.1.2.1.1.2.0", Value::of(Oid{1, 9, 1}));
    EXPECT_EQ(family(), "");
    EXPECT_EQ(found.reason, "no family fits: sysObjectID .1.9.1, sysDescr ");
}

TEST_F(Detected, WithTheSupplementsThatItHas)
{
    add("ups", "trees = [\"1.7\"]\nsupplements = [\"sensors\", \"other\"]\n");
    add("sensors", "supplement_only = true\ntrees = [\"1.8\"]\n");
    add("other", "supplement_only = true\ntrees = [\"1.6\"]\n");
    add("ietf", "trees = [\"1.3.6.1.2.1.33\"]\n");
    objects.set("1.7.1.0", 1);
    objects.set("1.8.1.0", 1);
    objects.set("1.3.6.1.2.1.33.1.0", 1);
    EXPECT_EQ(family(), "ups");
    ASSERT_EQ(found.supplements.size(), 2U);
    EXPECT_EQ(found.supplements[0]->name, "sensors");
    EXPECT_EQ(found.supplements[1]->name, "ietf");
}

TEST_F(Detected, BySysObjectIdAloneIfNothingAnswersYet)
{
    add("other", "object_ids = [\"1.9.2\"]\ntrees = [\"1.6\"]\n");
    add("ups", "object_ids = [\"1.9.1\"]\ntrees = [\"1.7\"]\n");
    objects.set("1.3.6.1.2.1.1.2.0", Value::of(Oid{1, 9, 1}));
    EXPECT_EQ(family(), "ups");
}

} // namespace
} // namespace upright::snmp
