// Link: this host's connection to the server of one UPS: it logs in, is told or asks what the UPS says, and
// carries out what is ordered there. It owns the connection and makes a new one when that is lost; it decides
// nothing. Runs until finish(), then logs out.
#pragma once

#include "clients/upsmon/config.hpp"
#include "clients/upsmon/decision/observation.hpp"
#include "common/client/connection.hpp"

#include <boost/asio/steady_timer.hpp>

#include <deque>
#include <map>
#include <memory>
#include <random>
#include <set>
#include <string>

namespace upright::upsmon {

class Link {
public:
    struct Settings {
        std::string system;
        Account account;
        bool primary = false;
        bool asks_for_battery = false; // charge and runtime matter
        tls::ClientSettings tls;
        std::chrono::milliseconds connect_limit{10000};
        AddressFamily family = AddressFamily::any;

        bool operator==(const Settings& other) const;
    };

    class Listener {
    public:
        Listener() = default;
        Listener(const Listener&) = delete;
        Listener& operator=(const Listener&) = delete;

        virtual void observed(Link& link, Occurrence what) = 0;
        virtual Duration poll_interval() const = 0; // asked again and again
        virtual void ended(Link& link) = 0;         // the last it says; it may be destroyed afterwards

    protected:
        ~Listener() = default;
    };

    Link(const boost::asio::any_io_executor& executor, Settings settings, Listener& listener);
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;
    ~Link() = default;

    boost::asio::awaitable<Result<void>> run();

    // Orders; each is answered by an observation, at once if there is no connection.
    void set_fsd();
    void ask_logins();
    void tell_who(); // only logged

    void hurry();  // the poll interval has become shorter
    void finish(); // log out and end

    const Settings& settings() const noexcept { return settings_; }
    bool is_pushed() const noexcept { return pushed_; }

private:
    using Clock = std::chrono::steady_clock;
    enum class Order { fsd, logins, who };

    boost::asio::awaitable<void> connect_and_follow();
    boost::asio::awaitable<bool> log_in();
    boost::asio::awaitable<Result<void>> become_primary();
    boost::asio::awaitable<bool> subscribe();
    boost::asio::awaitable<void> follow();
    boost::asio::awaitable<void> serve_orders();
    boost::asio::awaitable<void> serve(Order order);
    boost::asio::awaitable<void> poll();
    boost::asio::awaitable<bool> ask_for(std::string variable);
    boost::asio::awaitable<void> pause(std::chrono::milliseconds time);

    void order(Order order);
    void answer_unserved();
    void take(const Row& row);
    void publish();
    void fail(const Error& why);
    Clock::time_point next_poll() const;
    bool is_to_begin_again() const;

    Settings settings_;
    Listener& listener_;
    Connection connection_;
    boost::asio::steady_timer pause_;
    std::deque<Order> orders_;
    std::map<std::string, std::string, CaseLess> values_;
    std::set<std::string> not_there_; // variables that this server has refused
    std::optional<Errc> why_not_;     // as the server told by itself
    bool pushed_ = false;
    bool connected_ = false;
    bool serving_ = false; // orders reach the server
    bool changed_ = false; // since publish()
    bool refused_ = false; // our login
    bool finishing_ = false;
    Clock::time_point polled_{};
    Clock::time_point log_in_again_{};
    std::minstd_rand random_{std::random_device{}()};
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true); // for what is posted
};

} // namespace upright::upsmon
