// Stages: the ordered shutdown of what one UPS feeds (docs/virtual-ups.md). It owns, for each stage, whether
// it has fired; it decides when the next one may. Pure: the clock is an argument.
#pragma once

#include "server/upsd/virtual_group.hpp"

#include <span>

namespace upright::upsd {

class Stages {
public:
    // The stages of one UPS. adopt() takes new ones: a stage that keeps its name keeps its latch.
    explicit Stages(std::vector<VirtualSettings> settings) { adopt(std::move(settings)); }
    void adopt(std::vector<VirtualSettings> settings);

    std::size_t size() const noexcept { return stages_.size(); }
    const VirtualSettings& settings(std::size_t stage) const
    {
        return stages_[stage].settings;
    } // in their turn

    // What each stage shows, in their turn; `own` likewise.
    std::vector<Shown> show(const UpsView& ups, std::span<const OwnView> own, TimePoint now);

private:
    struct Stage {
        VirtualSettings settings;
        std::optional<TimePoint> low_since; // a charge or runtime that makes it due
        std::string due;                    // why it is due, else empty
        bool fired = false;
        std::string fired_by;
        Latch latch;
    };

    void look_at(const UpsView& ups, TimePoint now);
    std::string why_due(Stage& stage, const UpsView& ups, TimePoint now) const;
    void fire_what_may(std::span<const OwnView> own, std::vector<Shown>& shown, TimePoint now);
    bool is_done(std::size_t stage, const OwnView& own, TimePoint now) const;
    void end_what_has_served(const UpsView& ups, std::span<const OwnView> own, std::vector<Shown>& shown,
                             TimePoint now);
    void fill(std::size_t stage, const UpsView& ups, const OwnView& own, Shown& shown) const;

    std::vector<Stage> stages_; // by their turn
    std::optional<TimePoint> on_battery_since_;
    bool on_battery_ = false; // now, as far as is known
};

} // namespace upright::upsd
