// MegatecDriver over a real (pseudo) terminal, with upsim at its other end.
#include "drivers/io/serial.hpp"
#include "tests/drivers/megatec/fixture.hpp"
#include "tests/support/simulator.hpp"

namespace upright::megatec {
namespace {

using namespace std::chrono_literals;
using test::value;
using upright::test::eventually;
using upright::test::Simulator;

DeviceError::Kind kind_of(const std::function<void()>& act)
{
    try {
        act();
    } catch (const DeviceError& e) {
        return e.kind();
    }
    ADD_FAILURE() << "no DeviceError";
    return DeviceError::Kind::fatal;
}

struct MegatecPty : testing::Test {
    Simulator simulator{{"--seed", "5"}};
    std::unique_ptr<MegatecDriver> driver = make();

    std::unique_ptr<MegatecDriver> make() const
    {
        DriverOptions options;
        options.port = simulator.port();
        auto dialects = load_dialects({test::device_folder()}).value;
        for (auto& dialect : dialects)
            dialect.silence_ms = 150; // upsim answers in less than one
        return std::make_unique<MegatecDriver>(options, std::make_unique<io::Serial>(simulator.port()),
                                               std::move(dialects));
    }
    void SetUp() override
    {
        ASSERT_TRUE(simulator.ready()) << simulator.process().err();
        driver->open();
    }
};

TEST_F(MegatecPty, FollowsTheMains)
{
    EXPECT_EQ(driver->poll(Depth::full).status.joined(), "OL");
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OB");
    simulator.ctl({"all", "battery", "10"});
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OB LB");
    simulator.ctl({"ups1", "battery", "90"});
    simulator.ctl({"ups1", "mains", "195"});
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL BOOST");
    simulator.ctl({"ups1", "mains", "265"});
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL TRIM");
    simulator.ctl({"ups1", "mains", "120"});
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OB");
    simulator.ctl({"ups1", "mains", "on"});
    simulator.ctl({"ups1", "load", "77"});
    EXPECT_EQ(value(driver->poll(Depth::quick), "ups.load"), "77");
}

TEST_F(MegatecPty, DoesWhatItIsTold)
{
    EXPECT_EQ(driver->command("test.battery.start.quick", {}), Outcome::handled);
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL CAL");
    EXPECT_EQ(driver->command("test.battery.stop", {}), Outcome::handled);
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL");
    EXPECT_EQ(driver->command("beeper.disable", {}), Outcome::handled);
    EXPECT_EQ(simulator.status("beeper"), "off");
    EXPECT_EQ(driver->power_off(), Outcome::handled);
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL FSD");
    EXPECT_THAT(simulator.status("shutdown"), testing::StartsWith("in "));
}

TEST_F(MegatecPty, CountsSilenceAsAMissedPoll)
{
    simulator.ctl({"ups1", "fault", "mute", "2"});
    EXPECT_EQ(kind_of([&] { driver->poll(Depth::quick); }), DeviceError::Kind::no_answer);
    EXPECT_EQ(kind_of([&] { driver->poll(Depth::quick); }), DeviceError::Kind::no_answer);
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL");
}

TEST_F(MegatecPty, CountsGarbageAsAMissedPoll)
{
    simulator.ctl({"ups1", "fault", "garble", "3"});
    for (int i = 0; i < 3; ++i)
        EXPECT_EQ(kind_of([&] { driver->poll(Depth::quick); }), DeviceError::Kind::no_answer);
    EXPECT_EQ(driver->poll(Depth::quick).status.joined(), "OL");
}

// The answer to one question must not be taken for the answer to the next.
TEST_F(MegatecPty, ForgetsAnAnswerThatComesTooLate)
{
    simulator.ctl({"ups1", "fault", "slow", "1"}); // 0.7 s, and it has 0.15
    EXPECT_EQ(kind_of([&] { driver->poll(Depth::quick); }), DeviceError::Kind::no_answer);
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_TRUE(eventually([&] {
        try {
            return driver->poll(Depth::quick).status.joined() == "OB";
        } catch (const DeviceError& e) {
            EXPECT_EQ(e.kind(), DeviceError::Kind::no_answer);
            return false;
        }
    }));
}

TEST_F(MegatecPty, OpensAgainAfterTheCableWasPulled)
{
    simulator.ctl({"ups1", "fault", "drop"});
    EXPECT_EQ(kind_of([&] { driver->poll(Depth::quick); }), DeviceError::Kind::lost);
    EXPECT_TRUE(upright::test::eventually([&] { // the cable is out for a moment
        try {
            driver->open();
            return true;
        } catch (const DeviceError&) {
            return false;
        }
    }));
    EXPECT_EQ(driver->poll(Depth::full).status.joined(), "OL");
}

TEST_F(MegatecPty, KeepsASecondDriverOut)
{
    const auto second = make();
    EXPECT_EQ(kind_of([&] { second->open(); }), DeviceError::Kind::lost);
    driver.reset();
    EXPECT_NO_THROW(second->open());
}

TEST(Serial, SaysWhatIsWrongWithThePort)
{
    const upright::test::Scratch scratch;
    io::Serial missing(scratch.file("none"));
    EXPECT_EQ(kind_of([&] { missing.open(); }), DeviceError::Kind::lost);
    EXPECT_EQ(kind_of([&] { missing.exchange("Q1\r", {}); }), DeviceError::Kind::lost);
    io::Serial file(scratch.write("file", "text"));
    EXPECT_EQ(kind_of([&] { file.open(); }), DeviceError::Kind::fatal);
}

TEST(Serial, KnowsTheCables)
{
    EXPECT_EQ(io::cable_power("reverse"), io::CablePower::reverse);
    EXPECT_EQ(io::cable_power("Both"), std::nullopt);
}

} // namespace
} // namespace upright::megatec
