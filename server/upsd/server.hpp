// Server: upsd's parts put together. It owns what is served, the driver links and the sessions, drives their
// clock and reloads the configuration.
#pragma once

#include "common/config/ups_conf.hpp"
#include "server/upsd/config.hpp"
#include "server/upsd/driver_link.hpp"
#include "server/upsd/sessions.hpp"
#include "server/upsd/socket_watch.hpp"
#include "server/upsd/virtual_driver.hpp"

#include <boost/asio/steady_timer.hpp>

#include <memory>
#include <vector>

namespace upright::upsd {

// How many descriptors the process may have, once it has asked for as many as the system lets it have;
// NUT_SYSMAXCONN_LIMIT lowers that.
std::size_t descriptor_limit();

class Server {
public:
    Server(Poller& poller, std::string state_dir, Descriptions descriptions, int command_line_debug);

    // Takes over the files; used at start and by reload. Access lists before users, who refer to them.
    // Fails, with the rest taken over, if the access lists or the certificate can't be used.
    Result<void> apply(const Config& config);
    void apply(const UpsConf& conf);
    void apply_users(const char* otherwise); // upsd.users; what holds if it can't be read, for the log

    // SIGHUP: reads the files anew. A file that can't be read leaves everything as it is.
    void reload();

    void start_clock();
    Sessions& sessions() noexcept { return sessions_; }
    Service& service() noexcept { return service_; }
    Upses& upses() noexcept { return service_.upses; }

private:
    void tick();
    void add_or_change(const UpsSection& section);
    void remove_unlisted(const std::vector<std::string>& listed);
    void forget(const CachedUps& ups);
    void link(CachedUps& ups);
    void driver_appeared(std::string_view socket);
    UpsConf with_what_it_lost(UpsConf conf);
    void changed(CachedUps& ups);
    std::size_t most_sessions(const Config& config) const;

    Poller& poller_;
    std::string state_dir_;
    int command_line_debug_;
    Service service_;
    std::vector<std::unique_ptr<DriverLink>> links_;
    std::vector<UpsSection> sections_; // of ups.conf, as last taken over
    VirtualDriver virtual_driver_{service_.upses};
    SocketWatch sockets_;
    Sessions sessions_;
    boost::asio::steady_timer clock_;
};

} // namespace upright::upsd
