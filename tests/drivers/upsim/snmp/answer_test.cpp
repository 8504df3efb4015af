// What an agent answers: each request, each refusal, each fault, over a tree that is small enough to be seen.
#include "drivers/upsim/snmp/answer.hpp"

#include <gmock/gmock.h>

namespace upright::upsim::snmp {
namespace {

using Kind = Request::Kind;
using testing::ElementsAre;

const Oid kText{1, 3, 6, 1, 4, 1, 99, 1, 0};
const Oid kNumber{1, 3, 6, 1, 4, 1, 99, 2, 0};
const Oid kBig{1, 3, 6, 1, 4, 1, 99, 3, 0};
const Oid kFixed{1, 3, 6, 1, 4, 1, 99, 4, 0};

class SnmpAnswer : public testing::Test {
protected:
    SnmpAnswer()
    {
        tree.add(kText, {.read = [] { return std::optional(Value::text("hello")); }});
        tree.add(kNumber, {.read = [this] { return std::optional(Value::of(Type::integer, number)); },
                           .check =
                               [](const Value& value) {
                                   return value.type != Type::integer ? Status::wrong_type
                                          : value.number > 9          ? Status::wrong_value
                                                                      : Status::none;
                               },
                           .write = [this](const Value& value) { number = value.number; }});
        tree.add(kBig, {.read = [] { return std::optional(Value::of(Type::counter64, 1LL << 40)); }});
        tree.add(kFixed, {.read = [this]() -> std::optional<Value> {
                     return there ? std::optional(Value::of(Type::gauge, 4)) : std::nullopt;
                 }});
    }

    Response ask(Kind kind, const std::vector<Oid>& oids, bool v1 = false)
    {
        Request request{.kind = kind, .v1 = v1};
        for (const auto& oid : oids)
            request.bindings.push_back({oid, {}});
        return answer(tree, faults, request);
    }
    Response set(std::vector<Binding> bindings, bool v1 = false, bool may_write = true)
    {
        return answer(tree, faults,
                      {.kind = Kind::set, .v1 = v1, .may_write = may_write, .bindings = std::move(bindings)});
    }
    Response bulk(int once, int rounds, const std::vector<Oid>& oids, std::size_t longest = 1400)
    {
        Request request{.kind = Kind::bulk, .once = once, .rounds = rounds, .longest = longest};
        for (const auto& oid : oids)
            request.bindings.push_back({oid, {}});
        return answer(tree, faults, request);
    }
    static std::vector<Oid> names(const Response& response)
    {
        std::vector<Oid> all;
        for (const auto& binding : response.bindings)
            all.push_back(binding.oid);
        return all;
    }

    Tree tree;
    Faults faults;
    std::int64_t number = 5;
    bool there = true;
};

TEST_F(SnmpAnswer, GivesWhatIsAskedForInItsOrder)
{
    const auto response = ask(Kind::get, {kNumber, kText});
    EXPECT_EQ(response.status, Status::none);
    EXPECT_THAT(response.bindings, ElementsAre(Binding{kNumber, Value::of(Type::integer, 5)},
                                               Binding{kText, Value::text("hello")}));
}

TEST_F(SnmpAnswer, TellsWhatIsMissingByItself)
{
    there = false;
    const auto response = ask(Kind::get, {kFixed, kText, below(kText, {7}), Oid{1, 3, 6, 2, 1}});
    EXPECT_EQ(response.status, Status::none);
    ASSERT_EQ(response.bindings.size(), 4U);
    EXPECT_EQ(response.bindings[0].value.type, Type::no_such_instance);
    EXPECT_EQ(response.bindings[1].value.type, Type::octets);
    EXPECT_EQ(response.bindings[3].value.type, Type::no_such_object);
}

TEST_F(SnmpAnswer, RefusesAllOfAnSnmpv1GetForOneThatIsMissing)
{
    const auto response = ask(Kind::get, {kText, Oid{1, 3, 6, 2, 1}}, true);
    EXPECT_EQ(response.status, Status::no_such_name);
    EXPECT_EQ(response.index, 2);
    EXPECT_EQ(names(response), (std::vector{kText, Oid{1, 3, 6, 2, 1}}));
}

TEST_F(SnmpAnswer, WalksInOrderAndSkipsWhatIsNotThere)
{
    there = false;
    EXPECT_THAT(names(ask(Kind::next, {{1}, kText, kNumber, kBig})), ElementsAre(kText, kNumber, kBig, kBig));
    EXPECT_EQ(ask(Kind::next, {kBig}).bindings[0].value.type, Type::end_of_view);
    EXPECT_EQ(ask(Kind::next, {kBig}, true).status, Status::no_such_name);
}

TEST_F(SnmpAnswer, HidesCounter64FromSnmpv1)
{
    EXPECT_EQ(ask(Kind::get, {kBig}, true).status, Status::no_such_name);
    EXPECT_THAT(names(ask(Kind::next, {kNumber}, true)), ElementsAre(kFixed));
}

TEST_F(SnmpAnswer, RepeatsTheOthersOfABulkRequest)
{
    EXPECT_THAT(names(bulk(1, 2, {{1}, kText, kNumber})), ElementsAre(kText, kNumber, kBig, kBig, kFixed));
    EXPECT_THAT(names(bulk(0, 100, {kBig})), ElementsAre(kFixed, kFixed)); // and the end
    EXPECT_THAT(names(bulk(5, 0, {{1}, kText})), ElementsAre(kText, kNumber));
}

TEST_F(SnmpAnswer, CutsABulkAnswerThatGetsTooLong)
{
    const auto response = bulk(0, 100, {{1}}, 100);
    EXPECT_EQ(response.status, Status::none);
    EXPECT_EQ(response.bindings.size(), 2U);
}

TEST_F(SnmpAnswer, TellsThatAnAnswerWouldBeTooBig)
{
    Request request{.longest = 30, .bindings = {{kText, {}}, {kNumber, {}}}};
    EXPECT_EQ(answer(tree, faults, request).status, Status::too_big);
    EXPECT_TRUE(answer(tree, faults, request).bindings.empty());
}

TEST_F(SnmpAnswer, SetsAllOrNothing)
{
    const auto seven = Value::of(Type::integer, 7);
    const auto refused = set({{kNumber, seven}, {kText, Value::text("x")}});
    EXPECT_EQ(refused.status, Status::not_writable);
    EXPECT_EQ(refused.index, 2);
    EXPECT_EQ(number, 5);

    EXPECT_EQ(set({{kNumber, seven}}).status, Status::none);
    EXPECT_EQ(number, 7);
}

TEST_F(SnmpAnswer, SaysWhyItDoesNotSet)
{
    EXPECT_EQ(set({{kNumber, Value::text("7")}}).status, Status::wrong_type);
    EXPECT_EQ(set({{kNumber, Value::of(Type::integer, 10)}}).status, Status::wrong_value);
    EXPECT_EQ(set({{{1, 3, 6, 1, 4, 1, 99, 2, 1}, Value::of(Type::integer, 1)}}).status, Status::no_creation);
    EXPECT_EQ(set({{{1, 3, 6, 2, 1, 1}, Value::of(Type::integer, 1)}}).status, Status::not_writable);
    EXPECT_EQ(set({{kNumber, Value::of(Type::integer, 1)}}, false, false).status, Status::no_access);
    EXPECT_EQ(set({{kNumber, Value::text("7")}}, true).status, Status::bad_value);
    EXPECT_EQ(set({{kText, Value::text("7")}}, true).status, Status::no_such_name);
    EXPECT_EQ(number, 5);
}

TEST_F(SnmpAnswer, FaultsHideObjects)
{
    faults.missing = {{1, 3, 6, 1, 4, 1, 99, 1}};
    EXPECT_EQ(ask(Kind::get, {kText}).bindings[0].value.type, Type::no_such_instance);
    EXPECT_EQ(ask(Kind::get, {kText}, true).status, Status::no_such_name);
    EXPECT_THAT(names(ask(Kind::next, {{1}})), ElementsAre(kNumber));
}

TEST_F(SnmpAnswer, FaultsChangeTypes)
{
    faults.wrong_type = {{1, 3, 6, 1, 4, 1, 99}};
    EXPECT_THAT(ask(Kind::get, {kText, kNumber}).bindings,
                ElementsAre(Binding{kText, Value::of(Type::integer, 0)}, Binding{kNumber, Value::text("?")}));
}

TEST_F(SnmpAnswer, FaultsRefuseWhatIsTooMuchAndWhatIsWritten)
{
    faults.most_variables = 1;
    faults.read_only = true;
    EXPECT_EQ(ask(Kind::get, {kText, kNumber}).status, Status::too_big);
    EXPECT_EQ(ask(Kind::get, {kText}).status, Status::none);
    EXPECT_EQ(set({{kNumber, Value::of(Type::integer, 1)}}).status, Status::no_access);
}

TEST_F(SnmpAnswer, FrozenValuesStayAsTheyWere)
{
    faults.frozen = std::map<Oid, Value>{{kNumber, Value::of(Type::integer, 1)}};
    EXPECT_EQ(ask(Kind::get, {kNumber}).bindings[0].value.number, 1);
    EXPECT_THAT(names(ask(Kind::next, {{1}})), ElementsAre(kNumber));
}

} // namespace
} // namespace upright::upsim::snmp
