// SocketUps: a UPS with its driver: it publishes the model on a Unix socket by the driver protocol. It owns
// the socket and what was last told of each reading; look() must be called once a second unless settled().
#pragma once

#include "drivers/runtime/publisher.hpp"
#include "drivers/upsim/driver_view.hpp"
#include "drivers/upsim/simulated_ups.hpp"

#include <optional>
#include <random>
#include <string>
#include <vector>

namespace upright::upsim {

class SocketUps final : public SimulatedUps {
public:
    // `stamped`: the variable upsim.stamp says when the last change was written, in nanoseconds of the
    // monotonic clock, so that whoever reads it on the same machine knows how long it was under way.
    SocketUps(Poller& poller, std::string name, std::string socket, Rating rating, std::uint64_t seed,
              double time_scale, bool stamped);

    Result<void> open() override; // makes the socket; clients are served from here on

    // Publishes what has changed in the model.
    void look();
    void changed() override { look(); }
    bool settled() const { return at_rest_; } // look() would find nothing

    // Moves one reading, or now and then the status, and publishes that alone.
    void fidget(std::mt19937_64& random);

    Result<void> set_fault(Fault fault) override; // mute: the data are stale
    Result<void> drop() override;                 // as a driver that is started again: clients lose it

private:
    struct Told {
        std::optional<double> exact; // before rounding
        double moved = 0;            // away from what the model says
    };

    void run(const driver_protocol::InstantCommand& command, const Publisher::Reply& reply);
    void assign(const driver_protocol::SetVariable& request, const Publisher::Reply& reply);
    void publish(std::vector<Change> changes);
    void note(std::vector<Change>& changes, std::string_view variable, std::string_view value) const;
    void note_reading(std::vector<Change>& changes, std::size_t index, bool any_difference);

    Settings settings_;
    std::vector<Told> told_; // as readings()
    bool charging_ = false;  // as the status says without the model's knowledge
    bool stamped_;
    bool at_rest_ = false;
    Publisher publisher_;
};

} // namespace upright::upsim
