// Another running instance of the same driver, spoken to over its socket: what -c, -k and a second start
// need. Blocking, each wait bounded; used before the event loop exists and by short-lived calls.
#pragma once

#include "common/result.hpp"
#include "common/wire/driver_protocol.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace upright {

class Sibling {
public:
    // Fails if nobody listens at `socket_path` or it doesn't answer PING within `limit`.
    static Result<Sibling> connect(const std::string& socket_path, std::chrono::milliseconds limit);
    Sibling(Sibling&& other) noexcept;
    Sibling& operator=(Sibling&&) = delete;
    Sibling(const Sibling&) = delete;
    Sibling& operator=(const Sibling&) = delete;
    ~Sibling();

    // The TRACKING result of the command or setting.
    Result<int> command(std::string_view name, std::chrono::milliseconds limit);
    Result<int> set(std::string_view variable, std::string_view value, std::chrono::milliseconds limit);

private:
    explicit Sibling(int fd) : fd_(fd) {}

    Result<int> track(const std::string& line, const std::string& id, std::chrono::milliseconds limit);
    // Reads until `wanted` takes a message.
    template <class Wanted>
    Result<void> wait_for(Wanted wanted, std::chrono::milliseconds limit);
    bool send(std::string_view text) const;

    int fd_;
    WordStream input_{driver_protocol::kLimits};
};

// A fresh tracking id: a random (version 4) UUID, 36 characters.
std::string new_tracking_id();

} // namespace upright
