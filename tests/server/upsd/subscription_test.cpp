// SUBSCRIBE: the block, then every change once, and never more than the newest to one who falls behind.
#include "tests/server/upsd/desk.hpp"

#include <gmock/gmock.h>

#include <random>

namespace upright::upsd::test {
namespace {

class Subscribing : public testing::Test {
protected:
    Subscribing() : ups(desk.ups("u"))
    {
        ups.apply(SetValue{"ups.status", "OL"});
        ups.apply(SetValue{"battery.charge", "90"});
        ups.dump_done();
        publish();
    }

    void publish() { ups.publish(desk.now, desk.upses.max_age); }
    void change(const Change& change)
    {
        ups.apply(change);
        publish();
    }
    std::string told() { return std::exchange(desk.told, {}); }
    std::string produced(std::size_t room = std::string::npos)
    {
        std::string out;
        desk.client.subscription->produce(out, room);
        return out;
    }

    Desk desk;
    CachedUps& ups;
};

TEST_F(Subscribing, BeginsWithEverything)
{
    EXPECT_EQ(desk.ask("subscribe ups U"), "BEGIN SUBSCRIBE UPS u\nSTATE u OK\nVAR u battery.charge \"90\"\n"
                                           "VAR u ups.status \"OL\"\nEND SUBSCRIBE UPS u\n");
    EXPECT_EQ(desk.ask("SUBSCRIBE UPS u"), "ERR ALREADY-SUBSCRIBED\n");
    EXPECT_EQ(desk.ask("SUBSCRIBE UPS Quiet"),
              "BEGIN SUBSCRIBE UPS Quiet\nSTATE Quiet DRIVER-NOT-CONNECTED\nEND SUBSCRIBE UPS Quiet\n");
    EXPECT_EQ(desk.ask("SUBSCRIBE UPS nosuch"), "ERR UNKNOWN-UPS\n");
    EXPECT_EQ(desk.ask("SUBSCRIBE"), "ERR INVALID-ARGUMENT\n");
    EXPECT_EQ(desk.ask("SUBSCRIBE VAR u"), "ERR INVALID-ARGUMENT\n");
}

TEST_F(Subscribing, TellsEachChangeOnce)
{
    change(SetValue{"battery.charge", "91"});
    EXPECT_EQ(told(), "");
    desk.ask("SUBSCRIBE UPS u");

    change(SetValue{"battery.charge", "89"});
    EXPECT_EQ(told(), "NOTIFY VAR u battery.charge \"89\"\n");
    change(SetValue{"battery.charge", "89"});
    EXPECT_EQ(told(), "");
    ups.apply(SetValue{"battery.charge", "88"});
    ups.apply(SetValue{"ups.status", "OB \"x\""});
    publish();
    EXPECT_EQ(told(), "NOTIFY VAR u battery.charge \"88\"\nNOTIFY VAR u ups.status \"OB \\\"x\\\"\"\n");
    change(RemoveVariable{"battery.charge"});
    EXPECT_EQ(told(), "NOTIFY DELVAR u battery.charge\n");
    change(SetFlags{"ups.status", {.rw = true}});
    EXPECT_EQ(told(), "") << "flags are no values";
    ups.set_fsd();
    publish();
    EXPECT_EQ(told(), "NOTIFY VAR u ups.status \"FSD OB \\\"x\\\"\"\n");
}

TEST_F(Subscribing, TellsWhenTheDataAreGoodAndWhenNot)
{
    desk.ask("SUBSCRIBE UPS u");

    change(SetFresh{false});
    EXPECT_EQ(told(), "NOTIFY STATE u DATA-STALE\n");
    change(SetFresh{true});
    EXPECT_EQ(told(), "NOTIFY STATE u OK\n");
    desk.now += std::chrono::seconds(17);
    publish();
    EXPECT_EQ(told(), "NOTIFY STATE u DATA-STALE\n");
    ups.disconnected();
    publish();
    EXPECT_EQ(told(), "NOTIFY STATE u DRIVER-NOT-CONNECTED\n");
    ups.connected(desk.now);
    change(SetValue{"ups.status", "OB"});
    EXPECT_EQ(told(), "NOTIFY STATE u OK\nNOTIFY VAR u ups.status \"OB\"\n");
}

TEST_F(Subscribing, TellsASlowOneTheNewestOnly)
{
    desk.ask("SUBSCRIBE UPS u");
    desk.outlet_ready = false;
    for (int i = 0; i < 1000; ++i)
        change(SetValue{"battery.charge", std::to_string(i)});
    change(SetValue{"new.one", "1"});
    change(RemoveVariable{"new.one"});
    EXPECT_EQ(told(), "");
    EXPECT_TRUE(desk.client.subscription->is_behind());

    EXPECT_EQ(produced(), "NOTIFY VAR u battery.charge \"999\"\nNOTIFY DELVAR u new.one\n");
    EXPECT_FALSE(desk.client.subscription->is_behind());
    desk.outlet_ready = true;
    change(SetValue{"battery.charge", "5"});
    EXPECT_EQ(told(), "NOTIFY VAR u battery.charge \"5\"\n");
}

TEST_F(Subscribing, TellsASlowOneOfADriverThatWasReplacedMeanwhile)
{
    desk.ask("SUBSCRIBE UPS u");
    desk.outlet_ready = false;
    ups.disconnected();
    publish();
    ups.connected(desk.now);
    change(SetValue{"ups.status", "OB"});

    EXPECT_EQ(produced(),
              "NOTIFY STATE u DRIVER-NOT-CONNECTED\nNOTIFY STATE u OK\nNOTIFY VAR u ups.status \"OB\"\n");
}

TEST_F(Subscribing, ToAllTellsOfEachInOrderAndOfThoseThatCome)
{
    EXPECT_EQ(desk.ask("SUBSCRIBE ALL"), "");
    EXPECT_EQ(desk.after, After::produce);
    change(SetValue{"battery.charge", "1"}); // before its block is made: it is in there
    EXPECT_EQ(told(), "");
    const auto blocks = produced();
    EXPECT_THAT(blocks, testing::ContainsRegex("UPS desk\n.*UPS Quiet\n.*UPS old\n.*UPS u\n"));
    EXPECT_THAT(blocks, testing::HasSubstr("VAR u battery.charge \"1\"\n"));
    EXPECT_TRUE(blocks.ends_with("END SUBSCRIBE UPS u\nOK SUBSCRIBE ALL\n"));
    EXPECT_EQ(desk.ask("SUBSCRIBE ALL"), "ERR ALREADY-SUBSCRIBED\n");
    EXPECT_EQ(desk.ask("SUBSCRIBE UPS u"), "ERR ALREADY-SUBSCRIBED\n");

    auto& added = desk.ups("new");
    added.apply(SetValue{"ups.status", "OL"});
    added.publish(desk.now, desk.upses.max_age);
    EXPECT_EQ(
        told() + produced(),
        "NOTIFY STATE new DRIVER-NOT-CONNECTED\nNOTIFY STATE new OK\nNOTIFY VAR new ups.status \"OL\"\n");
    desk.upses.remove(added);
    EXPECT_EQ(told(), "NOTIFY STATE new REMOVED\n");
}

TEST_F(Subscribing, ToAllIsToldPieceByPiece)
{
    for (int i = 0; i < 20; ++i)
        desk.ups("ups" + std::to_string(i)).apply(SetValue{"ups.status", "OL"});
    desk.ask("SUBSCRIBE ALL");

    std::string all;
    int pieces = 0;
    while (desk.client.subscription->has_blocks()) {
        const auto piece = produced(200);
        EXPECT_LT(piece.size(), 600U);
        all += piece;
        ++pieces;
    }
    EXPECT_GT(pieces, 5);
    EXPECT_TRUE(all.ends_with("OK SUBSCRIBE ALL\n"));
    EXPECT_EQ(desk.ask("UNSUBSCRIBE UPS ups3"), "OK\n");
    EXPECT_EQ(desk.ask("UNSUBSCRIBE ALL"), "OK\n");
    EXPECT_EQ(desk.ask("UNSUBSCRIBE ALL"), "OK\n");
}

TEST_F(Subscribing, EndsWhenAskedTo)
{
    EXPECT_EQ(desk.ask("UNSUBSCRIBE UPS u"), "ERR NOT-SUBSCRIBED\n");
    desk.ask("SUBSCRIBE UPS u");
    EXPECT_EQ(desk.ask("UNSUBSCRIBE UPS nosuch"), "ERR UNKNOWN-UPS\n");
    EXPECT_EQ(desk.ask("UNSUBSCRIBE UPS U"), "OK\n");
    change(SetValue{"battery.charge", "1"});
    EXPECT_EQ(told(), "");
    EXPECT_EQ(desk.ask("SUBSCRIBE UPS u").substr(0, 10), "BEGIN SUBS");
    desk.reconnect();
    change(SetValue{"battery.charge", "2"});
    EXPECT_EQ(told(), "");
}

// A mirror made of what a subscriber is told: whatever happens and however slow it is, it ends up equal.
class Mirror {
public:
    void take(const std::string& text)
    {
        WordStream lines;
        lines.feed(text, [&](Words words, const char* error) {
            EXPECT_EQ(error, nullptr);
            if (words[0] == "NOTIFY" && words[1] == "VAR")
                values_[std::string(words[3])] = words[4];
            else if (words[0] == "VAR")
                values_[std::string(words[2])] = words[3];
            else if (words[0] == "NOTIFY" && words[1] == "DELVAR")
                values_.erase(std::string(words[3])); // which may have come and gone unheard
            else if (words[0] == "NOTIFY" && words[3] == "DRIVER-NOT-CONNECTED")
                values_.clear();
            return true;
        });
    }

    std::map<std::string, std::string, CaseLess> values_;
};

TEST_F(Subscribing, KeepsAMirrorEqualWhateverHappens)
{
    std::mt19937 random(7);
    const auto below = [&](unsigned n) { return static_cast<int>(random() % n); };
    Mirror mirror;
    mirror.take(desk.ask("SUBSCRIBE UPS u"));

    for (int step = 0; step < 20'000; ++step) {
        const auto name = "v" + std::to_string(below(10));
        switch (below(12)) {
        case 0:
            ups.disconnected();
            publish();
            if (below(2) == 0)
                ups.connected(desk.now);
            break;
        case 1:
            if (!ups.is_connected())
                ups.connected(desk.now);
            break;
        case 2:
            if (ups.is_connected())
                ups.apply(RemoveVariable{name});
            break;
        case 3: desk.outlet_ready = !desk.outlet_ready; break;
        case 4: publish(); break;
        default:
            if (ups.is_connected())
                ups.apply(SetValue{name, std::to_string(below(3))});
        }
        if (below(3) == 0)
            publish();
        mirror.take(told());
        if (desk.outlet_ready)
            mirror.take(produced());
        if (below(50) != 0)
            continue;
        desk.outlet_ready = true;
        publish();
        mirror.take(told() + produced());
        std::map<std::string, std::string, CaseLess> truth;
        for (const auto& [variable, value] : ups.state().variables())
            truth.emplace(variable, value.value);
        ASSERT_EQ(mirror.values_, truth) << step;
    }
}

} // namespace
} // namespace upright::upsd::test
