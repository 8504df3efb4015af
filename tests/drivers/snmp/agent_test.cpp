// Many objects in few requests, whatever the agent can do.
#include "drivers/io/snmp/agent.hpp"

#include "tests/drivers/snmp/recorded_agent.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

namespace upright::snmp {
namespace {

class Asked : public testing::TestWithParam<bool> {
protected:
    Asked()
    {
        for (int i = 1; i <= 25; ++i)
            objects.set(fmt::format("1.3.6.1.4.1.9.1.{}.0", i), i);
        for (int row = 1; row <= 12; ++row)
            for (int column = 1; column <= 3; ++column)
                objects.set(fmt::format("1.3.6.1.4.1.9.2.1.{}.{}", column, row), column * 100 + row);
        auto made = std::make_unique<RecordedAgent>(objects, GetParam());
        link = made.get();
        agent = std::make_unique<Agent>(std::move(made));
    }

    static std::vector<Oid> scalars()
    {
        std::vector<Oid> oids;
        for (int i = 1; i <= 25; ++i)
            oids.push_back(*Oid::parse(fmt::format("1.3.6.1.4.1.9.1.{}.0", i)));
        return oids;
    }
    void expect_all(const std::vector<Value>& values)
    {
        ASSERT_EQ(values.size(), 25U);
        for (std::size_t i = 0; i < values.size(); ++i)
            EXPECT_EQ(values[i], Value::of(static_cast<std::int64_t>(i) + 1));
    }

    Objects objects;
    RecordedAgent* link = nullptr;
    std::unique_ptr<Agent> agent;
};

TEST_P(Asked, ManyComeInFewRequests)
{
    expect_all(agent->get(scalars()));
    EXPECT_EQ(link->requests, GetParam() ? 3 : 2) << "ten, and as that went well twenty";
}

TEST_P(Asked, FewerAtOnceIfThatIsTooBigForTheAgent)
{
    link->most = 3;
    expect_all(agent->get(scalars()));
    const auto before = link->requests;
    expect_all(agent->get(scalars()));
    EXPECT_EQ(link->requests - before, 13) << "two at once, and no more attempts at more";
}

TEST_P(Asked, OneByOneIfTheAgentDropsLargeRequests)
{
    link->dropped_from = 2;
    expect_all(agent->get(scalars()));
}

TEST_P(Asked, WhatIsMissingSpoilsNothingElse)
{
    objects.all.erase(*Oid::parse("1.3.6.1.4.1.9.1.4.0"));
    objects.all.erase(*Oid::parse("1.3.6.1.4.1.9.1.9.0"));
    link->broken.insert(*Oid::parse("1.3.6.1.4.1.9.1.6.0"));
    const auto values = agent->get(scalars());
    EXPECT_EQ(values[3], Value{});
    EXPECT_EQ(values[8], Value{});
    EXPECT_EQ(values[5], Value::failure());
    EXPECT_EQ(values[4], Value::of(5));
    EXPECT_EQ(values[9], Value::of(10));
    EXPECT_EQ(values[24], Value::of(25));
}

TEST_P(Asked, ColumnsAreWalkedTogether)
{
    const std::vector<Oid> columns{*Oid::parse("1.3.6.1.4.1.9.2.1.1"), *Oid::parse("1.3.6.1.4.1.9.2.1.2"),
                                   *Oid::parse("1.3.6.1.4.1.9.2.1.3"), *Oid::parse("1.3.6.1.4.1.9.7")};
    const auto found = agent->walk(columns, 100);
    for (std::size_t column = 0; column < 3; ++column) {
        ASSERT_EQ(found[column].size(), 12U);
        EXPECT_EQ(found[column].back().value, Value::of(static_cast<std::int64_t>(column) * 100 + 112));
    }
    EXPECT_TRUE(found[3].empty());
    EXPECT_LE(link->requests, GetParam() ? 20 : 5);
}

TEST_P(Asked, AWalkHasAnEnd)
{
    const std::vector<Oid> column{*Oid::parse("1.3.6.1.4.1.9.2.1.1")};
    EXPECT_EQ(agent->walk(column, 5).front().size(), 5U);
}

INSTANTIATE_TEST_SUITE_P(Versions, Asked, testing::Bool(),
                         [](const auto& one) { return one.param ? "v1" : "v2c"; });

// An agent that answers with what is before the question would be walked for ever.
class Backwards final : public Link {
public:
    Response exchange(const Request& request) override
    {
        Response response;
        for (const auto& binding : request.bindings)
            response.bindings.push_back({binding.oid, Value::of(1)});
        return response;
    }
    bool has_bulk() const override { return true; }
};

TEST(Agent, IsNotWalkedInCircles)
{
    Agent agent(std::make_unique<Backwards>());
    const std::vector<Oid> columns{Oid{1, 3, 6}, Oid{1, 3, 7}};
    const auto found = agent.walk(columns, 100);
    EXPECT_TRUE(found[0].empty());
    EXPECT_LE(agent.requests(), 2);
}

class Empty final : public Link {
public:
    Response exchange(const Request&) override { return {}; }
    bool has_bulk() const override { return true; }
};

TEST(Agent, MayAnswerWithNothingAtAll)
{
    Agent agent(std::make_unique<Empty>());
    const std::vector<Oid> columns{Oid{1, 3, 6}, Oid{1, 3, 7}, Oid{1, 3, 8}};
    EXPECT_EQ(agent.walk(columns, 100).size(), 3U);
    EXPECT_EQ(agent.get(columns), std::vector<Value>(3));
    EXPECT_LE(agent.requests(), 10);
}

// Whatever is asked, the first object is to blame.
class Blaming final : public Link {
public:
    explicit Blaming(Error error, int index) : error_(error), index_(index) {}
    Response exchange(const Request& request) override { return {error_, index_, request.bindings}; }
    bool has_bulk() const override { return false; }

private:
    Error error_;
    int index_;
};

TEST(Agent, MayRefuseWhateverItIsAsked)
{
    const std::vector<Oid> some(25, Oid{1, 3, 6, 1});
    for (const auto error : {Error::too_big, Error::no_such_name, Error::failed, Error::no_access})
        for (const int index : {-1, 0, 1, 2, 10, 11, 1000}) {
            Agent agent(std::make_unique<Blaming>(error, index));
            EXPECT_EQ(agent.get(some).size(), 25U);
            EXPECT_EQ(agent.walk(some, 10).size(), 25U);
            EXPECT_LE(agent.requests(), 400);
        }
}

class Forbidding final : public Link {
public:
    Response exchange(const Request& request) override { return {Error::authorization, 1, request.bindings}; }
    bool has_bulk() const override { return true; }
};

TEST(Agent, ThatForbidsIsARefusal)
{
    Agent agent(std::make_unique<Forbidding>());
    try {
        agent.get(Oid{1, 3, 6});
        FAIL();
    } catch (const SnmpError& e) {
        EXPECT_EQ(e.cause(), SnmpError::Cause::refused);
    }
}

} // namespace
} // namespace upright::snmp
