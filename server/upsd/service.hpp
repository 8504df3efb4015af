// Service: all that the commands of clients work on. Server owns one.
#pragma once

#include "common/tls/context.hpp"
#include "server/upsd/access.hpp"
#include "server/upsd/audit.hpp"
#include "server/upsd/descriptions.hpp"
#include "server/upsd/failed_logins.hpp"
#include "server/upsd/proofs.hpp"
#include "server/upsd/tracking.hpp"
#include "server/upsd/upses.hpp"
#include "server/upsd/users.hpp"

#include <cstdint>

namespace upright::upsd {

struct Service {
    Upses upses;
    Descriptions descriptions;
    AccessLists access;
    Users users;
    std::uint64_t generation = 1; // of users and access; proofs of older ones don't count
    Proofs proofs;
    FailedLogins failed_logins;
    Tracking tracking;
    Audit audit;
    tls::Context tls; // empty: not configured
    bool force_tls = false;
    bool anonymous_reads = true;
    TimePoint clear_password_logged{};
};

} // namespace upright::upsd
