#include "drivers/usbhid/ups_status.hpp"

#include <gmock/gmock.h>

using namespace upright;
using namespace std::chrono_literals;
using testing::ElementsAre;
using usbhid::StatusFlags;
using usbhid::UpsStatus;

namespace {

using Given = std::vector<std::pair<std::string, std::optional<std::string>>>;

struct Told {
    explicit Told(const Given& given = {}, std::string_view product = "Back-UPS",
                  std::string_view vendor = "American Power Conversion")
        : status(options(given))
    {
        status.begin(product, vendor);
    }
    static DriverOptions options(const Given& given)
    {
        DriverOptions all;
        for (const auto& [name, value] : given)
            all.set(name, value);
        return all;
    }
    Snapshot operator()(std::string_view words, std::optional<double> charge = 50)
    {
        StatusFlags flags;
        flags.apply(words);
        Snapshot snapshot;
        status.add_to(snapshot, flags, charge, now);
        return snapshot;
    }
    std::string words(std::string_view flags, std::optional<double> charge = 50)
    {
        return (*this)(flags, charge).status.joined();
    }

    UpsStatus status;
    UpsStatus::Clock::time_point now{1h};
};

TEST(UpsStatus, TellsMainsFromBattery)
{
    Told told;
    EXPECT_EQ("OL", told.words("online"));
    EXPECT_EQ("OB", told.words("offline"));
    EXPECT_EQ("OB DISCHRG", told.words("offline dischrg"));
    EXPECT_EQ("OB DISCHRG", told.words("dischrg")) << "nobody says that there is mains";
    EXPECT_EQ("OB", told.words("offline dischrg depleted"));
}

TEST(UpsStatus, TakesOnLineAndDischargingAsItIsTold)
{
    EXPECT_EQ("OL DISCHRG", Told().words("online dischrg"));
    EXPECT_EQ("CAL OL DISCHRG", Told(Given{{"onlinedischarge_calibration", {}}}).words("online dischrg"));
    EXPECT_EQ("OB DISCHRG", Told(Given{{"onlinedischarge_onbattery", {}}}).words("online dischrg"));
    EXPECT_EQ("OB DISCHRG", Told(Given{{"onlinedischarge", {}}}).words("online dischrg"));
}

TEST(UpsStatus, ChargesOnlyABatteryThatIsNotFull)
{
    Told told;
    EXPECT_EQ("OL CHRG", told.words("online chrg notfullycharged"));
    EXPECT_EQ("OL", told.words("online chrg fullycharged"));
    EXPECT_EQ("OL CHRG", told.words("online chrg", 50));
    EXPECT_EQ("OL", told.words("online chrg", 100));
}

TEST(UpsStatus, IsLowByAnyOfThreeFlags)
{
    Told told;
    for (const auto* flag : {"lowbatt", "timelimitexp", "shutdownimm"})
        EXPECT_EQ("OB LB", told.words(std::string("offline ") + flag)) << flag;
}

TEST(UpsStatus, TellsOfTheOtherStates)
{
    Told told;
    EXPECT_EQ("OL RB OVER TRIM BOOST BYPASS OFF CAL",
              told.words("online replacebatt overload trim boost bypassauto off calib"));
    EXPECT_THAT(told("online nobattery fanfail overheat").alarms,
                ElementsAre("Fan failure!", "No battery installed!", "Temperature too high!"));
    EXPECT_EQ("input voltage out of range",
              told("offline vrange").variables.at("input.transfer.reason").value);
    EXPECT_EQ("input frequency out of range",
              told("offline frange").variables.at("input.transfer.reason").value);
    EXPECT_EQ("vendor:eaton:ECO", told("online ecomode").buzzwords.joined());
}

TEST(UpsStatus, WaitsOutTheFlickerOfModelsThatAreKnownForIt)
{
    Told told(Given{}, "Back-UPS BX1600MI");
    EXPECT_EQ("OL", told.words("online lowbatt replacebatt"));
    told.now += 2s;
    EXPECT_EQ("OL", told.words("online lowbatt replacebatt"));
    told.now += 1s;
    EXPECT_EQ("OL LB RB", told.words("online lowbatt replacebatt"));
    EXPECT_EQ("OL", told.words("online"));
    EXPECT_EQ("OL", told.words("online lowbatt")) << "it begins anew";
    EXPECT_EQ("OB LB", told.words("offline lowbatt")) << "never on battery";
}

TEST(UpsStatus, WaitsOutTheFlickerOfCalibrationIfItShall)
{
    Told told(Given{{"lbrb_log_delay_sec", "5"}});
    EXPECT_EQ("OL LB", told.words("online lowbatt"));
    Told always(Given{{"lbrb_log_delay_sec", "5"}, {"lbrb_log_delay_without_calibrating", {}}});
    EXPECT_EQ("OL", always.words("online lowbatt"));
    Told calibrating(Given{{"lbrb_log_delay_sec", "5"}});
    EXPECT_EQ("OL CAL", calibrating.words("online calib lowbatt"));
}

} // namespace
