#include "drivers/upsim/simulated_ups.hpp"

#include <utility>

namespace upright::upsim {

SimulatedUps::SimulatedUps(std::string name, std::string place, Rating rating, std::uint64_t seed,
                           double time_scale)
    : name_(std::move(name)), place_(std::move(place)), model_(rating, seed), time_scale_(time_scale)
{
}

Model& SimulatedUps::model()
{
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - started_;
    model_.advance(passed.count() * time_scale_);
    return model_;
}

} // namespace upright::upsim
