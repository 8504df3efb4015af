// Model: the physics of one line-interactive UPS: mains, regulation, battery, charger, self-test, shutdown
// timers. Pure and seeded: it reads no clock, and the same calls give the same answers. Call advance() with
// the simulated time before looking; what is between two looks is worked out then.
#pragma once

#include <cstdint>
#include <optional>

namespace upright::upsim {

struct Rating {
    double watts = 900;        // 100 % load
    double volts = 230;        // mains, nominal
    double frequency = 50;     // Hz
    double battery_volts = 24; // nominal
    double capacity_wh = 216;  // at the 20-hour rate, when new
    double peukert = 1.2;      // 1: capacity doesn't depend on the rate
    double health = 1;         // 0..1: what is left of the capacity
    double charger_watts = 45;
    double low_charge = 0.2;    // battery counts as low below this
    double lowest_volts = 0.72; // of nominal: battery below this, boost below 0.9
    double highest_volts = 1.28;
    double idle_watts = 12; // what the inverter itself takes from the battery
};

enum class Test { none, quick, timed, until_low };
enum class Output { on, off, off_until_mains, off_until_time };

class Model {
public:
    Model(Rating rating, std::uint64_t seed);

    // `now` in simulated seconds since the start; never goes back.
    void advance(double now);

    // What happens outside. Volts 0: off.
    void set_mains(double volts) { mains_volts_ = volts; }
    void set_load(double percent) { load_ = percent / 100; }     // 0..200
    void set_charge(double percent) { charge_ = percent / 100; } // 0..100
    void set_bad_battery(bool bad) { bad_battery_ = bad; }       // the next self-test fails
    // While it leaps the sensors say what can't be: no battery, a load of 999 %. Nothing else changes.
    void set_leaping(bool leaping) { leaping_ = leaping; }
    void set_steady(bool steady) { steady_ = steady; } // readings don't wander

    // What the UPS is told.
    void start_test(Test test, double seconds = 10);
    void stop_test();
    // Output off after `seconds`; on again once mains is there and `back_after` more seconds have passed;
    // never by itself if there is no `back_after`.
    void shut_down(double seconds, std::optional<double> back_after);
    void cancel_shutdown(); // and output on
    void toggle_beeper() { beeper_ = !beeper_; }
    void set_low_charge(double percent) { rating_.low_charge = percent / 100; }
    void set_transfer(double lowest, double highest); // V

    // What can be measured.
    const Rating& rating() const noexcept { return rating_; }
    double input_volts() const;                                  // V
    double fault_volts() const noexcept { return fault_volts_; } // input when it last went to the battery
    double output_volts() const;
    double frequency() const;        // Hz, of the input
    double output_frequency() const; // 0 if the output is off
    double load_percent() const;     // 0 if the output is off
    double battery_volts() const;
    double charge_percent() const noexcept { return leaping_ ? 0 : charge_ * 100; }
    double runtime_left() const; // s, at the present load
    double temperature() const;  // degrees C
    bool mains_usable() const;
    bool on_battery() const { return !mains_usable(); }
    bool battery_low() const noexcept { return charge_ < rating_.low_charge; }
    bool regulating() const; // boost or trim
    bool test_failed() const noexcept { return test_failed_; }
    bool testing() const noexcept { return test_ != Test::none; }
    bool shutting_down() const { return off_at_.has_value() || output_ != Output::on; }
    Output output() const noexcept { return output_; }
    std::optional<double> seconds_to_off() const;
    bool beeper() const noexcept { return beeper_; }
    bool settled() const; // nothing will change by itself
    double now() const noexcept { return now_; }

private:
    void step(double seconds);
    void watch_mains();
    void run_timers();
    double battery_watts() const;     // drawn by the inverter
    double drain(double watts) const; // of the whole charge, per second
    double jitter(int channel) const; // -1..1, another each second

    Rating rating_;
    std::uint64_t seed_;
    double now_ = 0;
    double mains_volts_;
    double fault_volts_;
    double load_ = 1.0 / 3;
    double charge_ = 1;
    double warmth_ = 0; // above the room, degrees C
    bool was_on_battery_ = false;
    bool bad_battery_ = false;
    bool leaping_ = false;
    bool steady_ = false;
    bool beeper_ = true;
    Test test_ = Test::none;
    double test_ends_ = 0;
    bool test_failed_ = false;
    Output output_ = Output::on;
    std::optional<double> off_at_;
    std::optional<double> back_after_; // of the pending or past shutdown
    double on_not_before_ = 0;
};

} // namespace upright::upsim
