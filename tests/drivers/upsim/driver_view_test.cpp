// What a driver makes of the model.
#include "drivers/upsim/driver_view.hpp"

#include <gmock/gmock.h>

#include <map>

namespace upright::upsim {
namespace {

TEST(DriverView, StatusFollowsTheModel)
{
    Model model({}, 1);
    EXPECT_EQ(status_words(model, false), "OL");
    EXPECT_EQ(status_words(model, true), "OL CHRG");
    model.set_load(120);
    EXPECT_EQ(status_words(model, false), "OL OVER");
    model.set_load(30);
    model.set_mains(200);
    EXPECT_EQ(status_words(model, false), "OL BOOST");
    model.set_mains(260);
    EXPECT_EQ(status_words(model, false), "OL TRIM");
    model.set_mains(0);
    EXPECT_EQ(status_words(model, true), "OB DISCHRG");
    model.set_charge(15);
    EXPECT_EQ(status_words(model, false), "OB LB DISCHRG");
    model.set_mains(230);
    EXPECT_EQ(status_words(model, false), "OL CHRG");
    model.start_test(upsim::Test::quick, 10);
    EXPECT_EQ(status_words(model, false), "OL DISCHRG CAL");
    model.set_bad_battery(true);
    model.advance(60);
    EXPECT_EQ(status_words(model, false), "OL RB CHRG");
    model.shut_down(0, std::nullopt);
    model.advance(61);
    EXPECT_EQ(status_words(model, false), "OL RB CHRG OFF");
}

TEST(DriverView, IsSettledOnlyWhenNothingGoesOn)
{
    Model model({}, 1);
    EXPECT_TRUE(model.settled());
    model.set_charge(50);
    EXPECT_FALSE(model.settled());
    model.set_charge(100);
    model.set_mains(0);
    EXPECT_FALSE(model.settled());
    model.set_mains(230);
    model.start_test(upsim::Test::quick, 10);
    EXPECT_FALSE(model.settled());
    model.stop_test();
    model.shut_down(20, 30);
    EXPECT_FALSE(model.settled());
}

TEST(DriverView, CommandsReachTheModel)
{
    Model model({}, 1);
    const Settings settings{.shutdown_delay = 5, .start_delay = 60};

    EXPECT_EQ(obey(model, settings, "Beeper.Disable"), Outcome::handled);
    EXPECT_FALSE(model.beeper());
    EXPECT_EQ(obey(model, settings, "beeper.disable"), Outcome::handled); // is disabled already
    EXPECT_FALSE(model.beeper());
    EXPECT_EQ(obey(model, settings, "test.battery.start.deep"), Outcome::handled);
    EXPECT_TRUE(model.testing());
    EXPECT_EQ(obey(model, settings, "shutdown.return"), Outcome::handled);
    EXPECT_EQ(model.seconds_to_off(), 5);
    EXPECT_EQ(obey(model, settings, "shutdown.stop"), Outcome::handled);
    EXPECT_EQ(model.seconds_to_off(), std::nullopt);
    EXPECT_EQ(obey(model, settings, "load.off"), Outcome::handled);
    model.advance(1);
    EXPECT_EQ(model.output(), Output::off);
    EXPECT_EQ(obey(model, settings, "load.on"), Outcome::handled);
    EXPECT_EQ(model.output(), Output::on);
    EXPECT_EQ(obey(model, settings, "no.such"), Outcome::unknown);
}

TEST(DriverView, SettingsHaveLimits)
{
    Settings settings;

    EXPECT_EQ(set(settings, "UPS.Delay.Start", "7200"), Outcome::handled);
    EXPECT_EQ(settings.start_delay, 7200);
    EXPECT_EQ(set(settings, "ups.delay.start", "7201"), Outcome::invalid);
    EXPECT_EQ(set(settings, "ups.delay.shutdown", "-1"), Outcome::invalid);
    EXPECT_EQ(set(settings, "ups.delay.shutdown", "1.5"), Outcome::conversion_failed);
    EXPECT_EQ(set(settings, "ups.id", std::string(32, 'x')), Outcome::handled);
    EXPECT_EQ(set(settings, "ups.id", std::string(33, 'x')), Outcome::invalid);
    EXPECT_EQ(set(settings, "ups.status", "OB"), Outcome::unknown);
    EXPECT_EQ(settings.shutdown_delay, 20);
}

TEST(DriverView, AnnouncesWhatItObeysOnce)
{
    std::map<std::string, int> names;
    for (const auto& change : constants(Model({}, 1), "ups1", {})) {
        if (const auto* const command = std::get_if<AddCommand>(&change))
            ++names[command->command];
        if (const auto* const value = std::get_if<SetValue>(&change))
            ++names[value->variable];
    }
    for (const auto& reading : readings())
        ++names[std::string(reading.variable)];
    for (const auto& reading : text_readings())
        ++names[std::string(reading.variable)];

    for (const auto& [name, count] : names)
        EXPECT_EQ(count, 1) << name;
    EXPECT_EQ(names.count("ups.load"), 1U);
    EXPECT_EQ(names.count("load.off"), 1U);
}

} // namespace
} // namespace upright::upsim
