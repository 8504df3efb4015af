// Follower: keeps a mirror of one UPS, or of all, of one server, and tells its Listener what changes. The
// server tells by itself where it can (SUBSCRIBE); elsewhere it is asked every `poll`, silently. It owns the
// connection, and makes a new one whenever that is lost, after delays that grow and differ from client to
// client. Runs until its coroutine is cancelled.
#pragma once

#include "common/client/connection.hpp"
#include "common/state/change.hpp"
#include "common/text/case_less.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <random>
#include <string>

namespace upright {

class Follower {
public:
    struct Settings {
        Server server;
        std::string ups; // empty: all of the server
        tls::ClientSettings tls{};
        std::optional<std::string> user{}; // only for a server that lets nobody read without one
        std::optional<std::string> password{};
        std::chrono::milliseconds poll{5000}; // heartbeat, or time between two looks; below the server's 60 s
        std::chrono::milliseconds connect_limit{10000};
        std::chrono::milliseconds first_delay{1000}; // before connecting again
        std::chrono::milliseconds longest_delay{60000};
    };

    // What is known of one UPS. While the server can't be reached this is what it said last.
    struct Ups {
        std::map<std::string, std::string, CaseLess> values;
        std::optional<Errc> why_not; // data_stale, driver_not_connected, unknown_ups
    };
    using Mirror = std::map<std::string, Ups, CaseLess>;

    class Listener {
    public:
        Listener() = default;
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;

        // Each is called after the mirror has changed. It must not end the Follower.
        virtual void connected(bool pushed) = 0;                                // and the mirror is complete
        virtual void changed(const std::string& ups, const Change& change) = 0; // SetValue, RemoveVariable
        virtual void availability(const std::string& ups, std::optional<Errc> why_not) = 0;
        virtual void gone(const std::string& ups) = 0; // the server has it no longer
        virtual void lost(const Error& why) = 0;       // the server; once for each attempt

    protected:
        ~Listener() = default;
    };

    Follower(const boost::asio::any_io_executor& executor, Settings settings, Listener& listener);
    Follower(const Follower&) = delete;
    Follower& operator=(const Follower&) = delete;
    ~Follower() = default;

    boost::asio::awaitable<Result<void>> run();

    const Mirror& upses() const noexcept { return mirror_; }

private:
    using Clock = std::chrono::steady_clock;

    boost::asio::awaitable<Result<void>> follow();
    boost::asio::awaitable<Result<void>> be_told();
    boost::asio::awaitable<Result<void>> beat_once();
    boost::asio::awaitable<Result<void>> keep_asking();
    boost::asio::awaitable<Result<void>> look_at_all();
    boost::asio::awaitable<Result<void>> look_at(std::string ups);
    boost::asio::awaitable<bool> is_cancelled();
    boost::asio::awaitable<bool> pause(std::chrono::milliseconds time);

    void take(const Row& row);
    void set(const std::string& ups, const std::string& variable, const std::string& value);
    void remove(const std::string& ups, const std::string& variable);
    void set_availability(const std::string& ups, std::optional<Errc> why_not);
    void forget_all_but(const std::string& ups, const Row& variables);
    void forget(const std::string& ups);

    boost::asio::any_io_executor executor_;
    Settings settings_;
    Listener& listener_;
    Connection connection_;
    Mirror mirror_;
    Row told_;               // the variables, or the UPSes, of the answer that is being read
    bool completed_ = false; // since the last attempt to connect
    std::minstd_rand random_{std::random_device{}()};
};

} // namespace upright
