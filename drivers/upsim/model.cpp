#include "drivers/upsim/model.hpp"

#include <algorithm>
#include <cmath>

namespace upright::upsim {
namespace {

constexpr double kInverterEfficiency = 0.85;
constexpr double kBoost = 1.15;
constexpr double kTrim = 0.87;
constexpr double kBoostBelow = 0.9; // of nominal
constexpr double kTrimAbove = 1.1;
constexpr double kRoom = 22;        // degrees C
constexpr double kWarming = 900;    // s, time constant
constexpr double kShortestStep = 1; // s
constexpr double kMostSteps = 2000; // for one advance(), however far
constexpr double kRestart = 10;     // s between mains back and output on

std::uint64_t mixed(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

} // namespace

Model::Model(Rating rating, std::uint64_t seed)
    : rating_(rating), seed_(mixed(seed)), mains_volts_(rating.volts), fault_volts_(rating.volts)
{
}

double Model::jitter(int channel) const
{
    if (steady_)
        return 0;
    const auto second = static_cast<std::uint64_t>(now_);
    const auto bits = mixed(seed_ ^ mixed(second * 16 + static_cast<std::uint64_t>(channel)));
    return static_cast<double>(bits >> 11) / 4503599627370496.0 - 1; // 53 bits into -1..1
}

bool Model::mains_usable() const
{
    return mains_volts_ >= rating_.lowest_volts * rating_.volts
           && mains_volts_ <= rating_.highest_volts * rating_.volts;
}

bool Model::regulating() const
{
    return output_ == Output::on && mains_usable()
           && (mains_volts_ < kBoostBelow * rating_.volts || mains_volts_ > kTrimAbove * rating_.volts);
}

double Model::input_volts() const
{
    return mains_volts_ <= 0 ? 0 : std::max(0.0, mains_volts_ + 0.4 * jitter(0));
}

double Model::output_volts() const
{
    if (output_ != Output::on)
        return 0;
    if (!mains_usable())
        return rating_.volts + 0.2 * jitter(1);
    if (!regulating())
        return input_volts();
    return input_volts() * (mains_volts_ < rating_.volts ? kBoost : kTrim);
}

double Model::frequency() const
{
    const bool dead = mains_volts_ <= 0;
    return dead ? 0 : rating_.frequency + 0.04 * jitter(2);
}

double Model::output_frequency() const
{
    if (output_ != Output::on)
        return 0;
    return mains_usable() ? frequency() : rating_.frequency;
}

double Model::load_percent() const
{
    if (leaping_)
        return 999;
    return output_ == Output::on ? load_ * 100 : 0;
}

double Model::battery_watts() const
{
    if (output_ != Output::on)
        return 0;
    return load_ * rating_.watts / kInverterEfficiency + rating_.idle_watts;
}

// Peukert: what the battery gives up for `watts` is more than that, the faster the worse.
double Model::drain(double watts) const
{
    const double capacity = std::max(rating_.capacity_wh * rating_.health, 0.001);
    const double rated = capacity / 20;
    return watts * std::pow(std::max(watts / rated, 1.0), rating_.peukert - 1) / (capacity * 3600);
}

double Model::runtime_left() const
{
    const double rate = drain(battery_watts());
    return rate > 0 ? charge_ / rate : 0;
}

// A lead battery: nearly straight between a quarter and full, falling off below; lower the harder it is drawn
// on, the more so when it has aged; held up by the charger.
double Model::battery_volts() const
{
    if (leaping_)
        return 0;
    const double blocks = rating_.battery_volts / 12;
    const double knee = charge_ < 0.25 ? (0.25 - charge_) * (0.25 - charge_) * 16 : 0;
    const double rest = 11.75 + 1.0 * charge_ - 1.0 * knee;
    const bool discharging = (on_battery() || testing()) && output_ == Output::on;
    if (!discharging && mains_usable())
        return blocks * (rest + 0.8 + 0.05 * charge_) + 0.01 * jitter(3);
    const double rate = battery_watts() / std::max(rating_.capacity_wh * rating_.health, 0.001);
    return std::max(0.0, blocks * (rest - 0.25 * rate) + 0.01 * jitter(3));
}

double Model::temperature() const { return kRoom + warmth_ + 0.1 * jitter(4); }

std::optional<double> Model::seconds_to_off() const
{
    return off_at_ ? std::optional(std::max(0.0, *off_at_ - now_)) : std::nullopt;
}

bool Model::settled() const
{
    constexpr double kFull = 0.9995;
    return mains_usable() && output_ == Output::on && !off_at_ && !testing() && charge_ >= kFull;
}

void Model::set_transfer(double lowest, double highest)
{
    rating_.lowest_volts = lowest / rating_.volts;
    rating_.highest_volts = highest / rating_.volts;
}

void Model::start_test(Test test, double seconds)
{
    if (on_battery() || output_ != Output::on)
        return; // it takes mains to come back to
    test_ = test;
    test_ends_ = now_ + seconds;
}

void Model::stop_test() { test_ = Test::none; }

void Model::shut_down(double seconds, std::optional<double> back_after)
{
    off_at_ = now_ + seconds;
    back_after_ = back_after;
}

void Model::cancel_shutdown()
{
    off_at_.reset();
    if (!on_battery() || charge_ > 0)
        output_ = Output::on;
}

void Model::advance(double now)
{
    if (now <= now_) {
        watch_mains();
        return;
    }
    const double stride = std::max(kShortestStep, (now - now_) / kMostSteps);
    while (now_ < now) {
        // Never step over the moment at which something is due.
        double until = std::min(now, now_ + stride);
        if (off_at_ && *off_at_ > now_)
            until = std::min(until, *off_at_);
        if (testing() && test_ends_ > now_)
            until = std::min(until, test_ends_);
        step(until - now_);
        now_ = until;
        watch_mains();
        run_timers();
    }
}

void Model::step(double seconds)
{
    const bool discharging = (on_battery() || testing()) && output_ == Output::on;
    if (discharging)
        charge_ -= drain(battery_watts()) * seconds;
    else if (mains_usable()) { // slower towards full
        const double power = rating_.charger_watts * std::clamp((1 - charge_) / 0.2, 0.05, 1.0);
        charge_ += power * seconds / (std::max(rating_.capacity_wh * rating_.health, 0.001) * 3600);
    }
    charge_ = std::clamp(charge_, 0.0, 1.0);
    const double heat = load_percent() / 100 * 12 + (discharging ? 5 : 0);
    warmth_ += (heat - warmth_) * (1 - std::exp(-seconds / kWarming));
}

void Model::watch_mains()
{
    const bool battery = on_battery();
    if (battery && !was_on_battery_) {
        fault_volts_ = std::max(mains_volts_, 0.0);
        stop_test();
    }
    if (!battery && was_on_battery_)
        on_not_before_ = std::max(on_not_before_, now_ + kRestart);
    was_on_battery_ = battery;
}

void Model::run_timers()
{
    if (testing() && (now_ >= test_ends_ || (test_ == Test::until_low && battery_low()))) {
        test_ = Test::none;
        test_failed_ = bad_battery_ || rating_.health < 0.5;
    }
    if (off_at_ && now_ >= *off_at_) {
        off_at_.reset();
        stop_test();
        output_ = back_after_ ? Output::off_until_time : Output::off;
        on_not_before_ = now_ + std::max(back_after_.value_or(0), kRestart);
    }
    if (output_ == Output::on && on_battery() && charge_ <= 0) {
        output_ = Output::off_until_mains;
        on_not_before_ = now_;
    }
    const bool waits = output_ == Output::off_until_mains || output_ == Output::off_until_time;
    if (waits && mains_usable() && now_ >= on_not_before_)
        output_ = Output::on;
}

} // namespace upright::upsim
