// Server: upsd's parts put together. It owns the UPSes, the driver links and the sessions, drives their clock
// and reloads the configuration.
#pragma once

#include "common/config/ups_conf.hpp"
#include "server/upsd/config.hpp"
#include "server/upsd/driver_link.hpp"
#include "server/upsd/sessions.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace upright::upsd {

class Server {
public:
    Server(Poller& poller, std::string state_dir, Descriptions descriptions, int command_line_debug);

    // Takes over both files; used at start and by reload.
    void apply(const Config& config);
    void apply(const UpsConf& conf);

    // SIGHUP: reads the files anew. A file that can't be read leaves everything as it is.
    void reload();

    void start_clock();
    Sessions& sessions() noexcept { return sessions_; }
    Upses& upses() noexcept { return upses_; }

private:
    void tick();
    void add_or_change(const UpsSection& section);
    void remove_unlisted(const std::vector<std::string>& listed);
    void forget(const CachedUps& ups);
    void link(CachedUps& ups);

    Poller& poller_;
    std::string state_dir_;
    Descriptions descriptions_;
    int command_line_debug_;
    Upses upses_;
    std::vector<std::unique_ptr<DriverLink>> links_;
    Sessions sessions_;
    boost::asio::steady_timer clock_;
};

} // namespace upright::upsd
