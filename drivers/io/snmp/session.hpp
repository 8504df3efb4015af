// Session: one agent over net-snmp, v1, v2c or v3. It owns the library's session; reads and writes no file of
// net-snmp. Passwords are kept here only, and never told.
#pragma once

#include "drivers/io/snmp/link.hpp"

#include <atomic>
#include <chrono>
#include <functional>
#include <optional>

namespace upright::snmp {

enum class Version { v1, v2c, v3 };
enum class Level { none, authenticated, encrypted }; // noAuthNoPriv, authNoPriv, authPriv

struct SessionOptions {
    std::string peer; // host, host:port, or any transport of net-snmp ("udp6:[::1]:161", "tcp:host")
    Version version = Version::v1;
    std::string community = "public";
    Level level = Level::none;
    std::string user;
    std::string auth_protocol = "MD5"; // MD5, SHA, SHA-224, SHA-256, SHA-384, SHA-512
    std::string auth_password;
    std::string priv_protocol = "DES"; // DES, AES, AES-192, AES-256
    std::string priv_password;
    int retries = 5;
    std::chrono::milliseconds timeout{1000}; // of each try
};

class Session final : public Link {
public:
    explicit Session(const SessionOptions& options);
    ~Session() override;

    // What the library can't do of this, such as AES-256; nothing if all is well.
    static std::optional<std::string> problem(const SessionOptions& options);

    // Asks again until `retries` are spent; one that has never answered is given up after the second time.
    // While nobody answers it finds out why, and tells it once: `tell` is called within 3 s of the first
    // question.
    Response exchange(const Request& request) override;
    bool has_bulk() const override { return options_.version != Version::v1; }

    using Tell = std::function<void(const SnmpError&)>;
    void on_trouble(Tell tell) { tell_ = std::move(tell); }
    // Once `stop` is true nothing is asked any more: exchange() gives up within one time limit. It must live
    // as long as the session.
    void stop_when(const std::atomic<bool>& stop) { stop_ = &stop; }

private:
    struct Answer;
    void open();
    void close();
    int send(const Request& request, Answer& answer);
    void wait_for(const Answer& answer);
    bool attempt(const Request& request, Response& response);
    SnmpError why_silent() const;
    [[noreturn]] void fail(int library_error);

    SessionOptions options_;
    Tell tell_;
    const std::atomic<bool>* stop_ = nullptr;
    bool told_ = false;     // since the last answer
    bool answered_ = false; // at all
    long request_id_ = 0;   // of the question at hand
    long message_id_ = 0;
    void* session_ = nullptr;
};

} // namespace upright::snmp
