// A UPS from a file, with a clock that moves only when told to.
#include "drivers/dummy/file_ups.hpp"

#include "tests/support/process.hpp"

#include <gmock/gmock.h>

using namespace std::chrono_literals;

namespace upright::dummy {
namespace {

class DummyFile : public testing::Test {
protected:
    FileUps& ups(std::string_view text, Mode mode = Mode::once)
    {
        write(text);
        ups_ = std::make_unique<FileUps>(scratch_.file("x.dev"), mode, "a-mode", [this] { return now_; });
        ups_->open();
        return *ups_;
    }

    // Each writing has a time of its own, however fast the test is.
    void write(std::string_view text)
    {
        const auto path = scratch_.write("x.dev", text);
        std::filesystem::last_write_time(path, std::filesystem::file_time_type{} + ++writes_ * 1h);
    }

    std::string status() { return ups_->poll(Depth::full).status.joined(); }
    std::string value(std::string_view name)
    {
        const auto snapshot = ups_->poll(Depth::full);
        const auto it = snapshot.variables.find(name);
        return it == snapshot.variables.end() ? "<none>" : it->second.value;
    }
    std::vector<std::string> alarms() { return ups_->poll(Depth::full).alarms; }

    upright::test::Scratch scratch_;
    FileUps::Clock::time_point now_{};
    int writes_ = 0;
    std::unique_ptr<FileUps> ups_;
};

TEST_F(DummyFile, IsADummyUpsUntilItSaysMore) // Trap 59
{
    ups("");

    EXPECT_EQ(status(), "OL");
    EXPECT_EQ(value("ups.mfr"), "Dummy Manufacturer");
    EXPECT_EQ(value("ups.model"), "Dummy UPS");
    EXPECT_EQ(value("driver.parameter.mode"), "a-mode");
}

TEST_F(DummyFile, TakesValuesStatusAndDeletions)
{
    ups("ups.status: OB LB\nbattery.charge: 20\nups.mfr:\n");

    EXPECT_EQ(status(), "OB LB");
    EXPECT_EQ(value("battery.charge"), "20");
    EXPECT_EQ(value("ups.mfr"), "<none>");
}

TEST_F(DummyFile, MakesEveryVariableWritable)
{
    const auto snapshot = ups("battery.charge: 20\n").poll(Depth::full);

    for (const auto* const name : {"battery.charge", "ups.mfr", "ups.status"}) {
        const auto& variable = snapshot.variables.at(name);
        EXPECT_TRUE(variable.flags.rw && variable.flags.text) << name;
        EXPECT_EQ(variable.max_length, 32) << name;
    }
}

TEST_F(DummyFile, PausesAtATimer)
{
    auto& dummy = ups("ups.status: OL\nTIMER 5\nups.status: OB\nTIMER 10\nups.status: OB LB\n");

    EXPECT_EQ(status(), "OL");
    EXPECT_EQ(dummy.poll_again_in(), 5001ms);
    now_ += 4999ms;
    EXPECT_EQ(status(), "OL");
    now_ += 1ms;
    EXPECT_EQ(status(), "OB");
    now_ += 9s;
    EXPECT_EQ(status(), "OB");
    EXPECT_EQ(dummy.poll_again_in(), 1001ms);
    now_ += 1s;
    EXPECT_EQ(status(), "OB LB");
    EXPECT_EQ(dummy.poll_again_in(), std::nullopt);
}

TEST_F(DummyFile, StartsOverInALoop)
{
    auto& dummy = ups("ups.status: OL\nTIMER 5\nups.status: OB\n", Mode::loop);

    EXPECT_EQ(status(), "OL");
    now_ += 5s;
    EXPECT_EQ(status(), "OB");
    EXPECT_EQ(dummy.poll_again_in(), 1001ms) << "a second between two rounds";
    now_ += 999ms;
    EXPECT_EQ(status(), "OB");
    now_ += 1ms;
    EXPECT_EQ(status(), "OL");
}

TEST_F(DummyFile, TakesWhatWasEditedWithTheNextRound)
{
    ups("ups.status: OL\nbattery.charge: 5\n", Mode::loop);
    EXPECT_EQ(status(), "OL");

    write("ups.status: OB\n");
    EXPECT_EQ(status(), "OL");
    now_ += 1s;
    EXPECT_EQ(status(), "OB");
    EXPECT_EQ(value("battery.charge"), "5") << "what the file no longer names keeps its value";
}

TEST_F(DummyFile, ReadOnceKeepsWhatClientsSet)
{
    auto& dummy = ups("battery.charge: 20\n");
    EXPECT_EQ(value("battery.charge"), "20");

    EXPECT_EQ(dummy.set("Battery.Charge", "55"), Outcome::handled);
    EXPECT_EQ(dummy.set("ups.id", "mine"), Outcome::handled);
    EXPECT_EQ(dummy.set("ups.status", "OB  LB OB"), Outcome::handled);
    EXPECT_EQ(dummy.set("ups.model", ""), Outcome::handled);
    now_ += 1h;
    EXPECT_EQ(value("battery.charge"), "55");
    EXPECT_EQ(value("ups.id"), "mine");
    EXPECT_EQ(value("ups.model"), "<none>");
    EXPECT_EQ(status(), "OB LB");
    EXPECT_EQ(dummy.set("driver.debug", "1"), Outcome::unknown);

    write("battery.charge: 21\n");
    EXPECT_EQ(value("battery.charge"), "21");
    EXPECT_EQ(value("ups.id"), "mine");
}

TEST_F(DummyFile, WinsAgainInALoop)
{
    auto& dummy = ups("battery.charge: 20\n", Mode::loop);
    EXPECT_EQ(value("battery.charge"), "20");

    dummy.set("battery.charge", "55");
    EXPECT_EQ(value("battery.charge"), "55");
    now_ += 1s;
    EXPECT_EQ(value("battery.charge"), "20");
}

TEST_F(DummyFile, CommitsAlarmsAtATimerAndAtTheEnd)
{
    ups("ALARM [one]\nALARM [two]\nTIMER 5\nALARM [two]\nALARM [three]\nTIMER 5\nALARM\nTIMER 5\nALARM "
        "[last]\n");

    EXPECT_THAT(alarms(), testing::ElementsAre("[one]", "[two]"));
    now_ += 5s;
    EXPECT_THAT(alarms(), testing::ElementsAre("[one]", "[two]", "[three]"));
    now_ += 5s;
    EXPECT_THAT(alarms(), testing::IsEmpty());
    now_ += 5s;
    EXPECT_THAT(alarms(), testing::ElementsAre("[last]"));
}

TEST_F(DummyFile, SwitchesItsLoad) // D36
{
    auto& dummy = ups("ups.status: OL\n");

    EXPECT_THAT(dummy.poll(Depth::full).commands, testing::ElementsAre("load.off", "load.on"));
    EXPECT_EQ(dummy.command("Load.Off", std::nullopt), Outcome::handled);
    EXPECT_EQ(status(), "OL OFF");
    EXPECT_EQ(dummy.command("load.on", std::nullopt), Outcome::handled);
    EXPECT_EQ(status(), "OL");
    EXPECT_EQ(dummy.command("beeper.on", std::nullopt), Outcome::unknown);
    EXPECT_EQ(dummy.power_off(), Outcome::unknown);
}

TEST_F(DummyFile, IsLostWithItsFileAndComesBack)
{
    auto& dummy = ups("ups.status: OL\n");
    status();
    std::filesystem::remove(scratch_.file("x.dev"));
    try {
        dummy.poll(Depth::full);
        FAIL() << "a file that is gone is no UPS";
    } catch (const DeviceError& e) {
        EXPECT_EQ(e.kind(), DeviceError::Kind::lost);
    }
    EXPECT_THROW(dummy.open(), DeviceError);

    write("ups.status: OB\n");
    dummy.open();
    EXPECT_EQ(status(), "OB");
}

TEST_F(DummyFile, WithoutAnyPauseDoesNotSpin)
{
    auto& dummy = ups("", Mode::loop);
    dummy.poll(Depth::full);

    EXPECT_EQ(dummy.poll_again_in(), 1001ms);
}

TEST(DummyPath, IsBelowTheConfigurationUnlessItSaysOtherwise)
{
    EXPECT_EQ(definition_path("x.dev", "/etc/nut"), "/etc/nut/x.dev");
    EXPECT_EQ(definition_path("/a/x.dev", "/etc/nut"), "/a/x.dev");
    EXPECT_EQ(definition_path("./x.dev", "/etc/nut"), "./x.dev");
}

} // namespace
} // namespace upright::dummy
