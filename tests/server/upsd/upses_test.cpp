// What is kept of a driver, and when it counts.
#include "server/upsd/upses.hpp"

#include <gmock/gmock.h>

using namespace std::chrono_literals;

namespace upright::upsd {
namespace {

constexpr TimePoint kStart = TimePoint{} + 1h;
constexpr auto kMaxAge = 15s;

CachedUps connected()
{
    CachedUps ups;
    ups.name = "u";
    ups.connected(kStart);
    return ups;
}

TEST(CachedUps, IsNotThereUntilItsDriverIs)
{
    const CachedUps ups;

    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), Errc::driver_not_connected);
}

TEST(CachedUps, WaitsForTheDump) // Trap 25
{
    auto ups = connected();

    EXPECT_EQ(ups.state().value("ups.status"), "WAIT");
    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), std::nullopt);
    EXPECT_EQ(ups.var_lines(), "VAR u ups.status \"WAIT\"\n");
}

TEST(CachedUps, HeedsTheDriversWordOnlyBehindTheDump)
{
    auto ups = connected();
    ups.apply(SetFresh{false});
    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), std::nullopt);

    ups.dump_done();
    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), Errc::data_stale);

    ups.apply(SetFresh{true});
    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), std::nullopt);
}

TEST(CachedUps, IsFreshThoughAnOldDriverNeverSaysSo)
{
    auto ups = connected();
    ups.apply(SetValue{"ups.status", "OL"});
    ups.dump_done();

    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), std::nullopt);
}

TEST(CachedUps, GoesStaleAfterMaxAgeAndOneSecondOfSilence)
{
    auto ups = connected();
    ups.heard(kStart + 10s);

    EXPECT_EQ(ups.unavailable(kStart + 26s, kMaxAge), std::nullopt);
    EXPECT_EQ(ups.unavailable(kStart + 26s + 1ms, kMaxAge), Errc::data_stale);
}

TEST(CachedUps, ForgetsEverythingWithItsDriver) // Trap 44
{
    auto ups = connected();
    ups.apply(SetValue{"battery.charge", "90"});
    ups.apply(AddCommand{"load.off"});
    ups.disconnected();

    EXPECT_EQ(ups.unavailable(kStart, kMaxAge), Errc::driver_not_connected);
    EXPECT_TRUE(ups.state().variables().empty());
    EXPECT_TRUE(ups.state().commands().empty());

    ups.connected(kStart);
    EXPECT_EQ(ups.var_lines(), "VAR u ups.status \"WAIT\"\n");
}

TEST(CachedUps, RendersAnewAfterEachChange)
{
    auto ups = connected();
    ups.apply(SetValue{"ups.status", "OL"});
    EXPECT_EQ(ups.var_lines(), "VAR u ups.status \"OL\"\n");

    ups.apply(SetValue{"ups.status", "OB"});
    EXPECT_EQ(ups.var_lines(), "VAR u ups.status \"OB\"\n");

    ups.apply(RemoveVariable{"ups.status"});
    EXPECT_EQ(ups.var_lines(), "");
}

TEST(CachedUps, KeepsNoNameThatTheProtocolCanNotCarry)
{
    auto ups = connected();
    for (const auto* const name : {"a b", "", "a\"b", "a#b", "a=b", "\\", "caf\xC3\xA9"}) {
        ups.apply(SetValue{name, "x"});
        ups.apply(AddCommand{name});
    }
    ups.apply(SetValue{std::string(256, 'n'), "x"});
    ups.apply(AddCommand{std::string(256, 'n')});

    EXPECT_EQ(ups.var_lines(), "VAR u ups.status \"WAIT\"\n");
    EXPECT_TRUE(ups.state().commands().empty());
}

// A driver runs under another account; what it says must not fill upsd's memory.
TEST(CachedUps, IsBoundedWhateverItsDriverSays)
{
    auto ups = connected();
    for (int i = 0; i < 20'000; ++i) {
        const auto name = "v" + std::to_string(i);
        ups.apply(SetValue{name, std::string(60'000, 'x')});
        ups.apply(AddCommand{name});
        ups.apply(AddEnum{"v1", name});
        ups.apply(AddRange{"v1", {i, i}});
    }
    ups.apply(SetValue{"ups.status", "OL"});

    EXPECT_LE(ups.state().variables().size(), 2049U);
    EXPECT_LE(ups.state().commands().size(), 2048U);
    EXPECT_LE(ups.state().find("v1")->enums.size(), 2048U);
    EXPECT_LE(ups.state().find("v1")->ranges.size(), 2048U);
    EXPECT_LE(ups.state().find("v1")->value.size(), 512U);
    EXPECT_EQ(ups.state().value("ups.status"), "OL") << "what is there can still change";
}

TEST(Upses, AreFoundInAnyCaseAndKeepTheirOrder) // Trap 5
{
    Upses upses;
    upses.add("zeta");
    upses.add("Alpha");
    upses.add("mid");

    EXPECT_EQ(upses.find("ALPHA")->name, "Alpha");
    EXPECT_EQ(upses.find("nosuch"), nullptr);
    EXPECT_EQ(upses.all().front()->name, "zeta");

    upses.order_as({"mid", "zeta", "Alpha"});
    EXPECT_EQ(upses.all().front()->name, "mid");
    EXPECT_EQ(upses.all().back()->name, "Alpha");

    upses.remove(*upses.find("zeta"));
    EXPECT_EQ(upses.find("zeta"), nullptr);
    EXPECT_EQ(upses.all().size(), 2U);
}

} // namespace
} // namespace upright::upsd
