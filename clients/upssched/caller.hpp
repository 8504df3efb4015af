// Caller: one call of upssched speaking to the timer daemon, which it starts if there is none. Every wait has
// a limit; a daemon that ends or is killed meanwhile is replaced.
#pragma once

#include "clients/upssched/config.hpp"
#include "clients/upssched/request.hpp"
#include "common/result.hpp"

#include <string>
#include <vector>

namespace upright::upssched {

enum class Delivered { yes, no_daemon };

class Caller {
public:
    // PIPEFN and LOCKFN must be set.
    explicit Caller(const Config& config) : config_(config) {}

    // What cancels starts no daemon: without one there is nothing to cancel.
    Result<Delivered> deliver(const Request& request) const;

    // The columns of every timer; fails with Errc::disconnected if there is no daemon.
    Result<std::vector<std::vector<std::string>>> list() const;

private:
    const Config& config_;
};

} // namespace upright::upssched
