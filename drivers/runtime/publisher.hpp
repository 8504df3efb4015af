// Publisher: the Unix socket on which a driver publishes its State. It owns the socket file and the clients;
// it changes the State and tells them, and hands their commands to whoever runs the device. Never blocks.
#pragma once

#include "common/asio/stream.hpp"
#include "common/result.hpp"
#include "common/state/state.hpp"
#include "common/wire/driver_protocol.hpp"

#include <boost/asio/local/stream_protocol.hpp>

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <sys/types.h>

namespace upright {

class Publisher {
public:
    using Reply = std::function<void(driver_protocol::Outcome)>; // may be called later, or never
    struct Handlers {
        std::function<void(const driver_protocol::InstantCommand&, Reply)> command;
        std::function<void(const driver_protocol::SetVariable&, Reply)> set;
    };

    Publisher(Poller& poller, Handlers handlers);
    Publisher(const Publisher&) = delete;
    Publisher& operator=(const Publisher&) = delete;
    ~Publisher(); // removes the socket file

    // Creates the socket (mode 0660, of `group` if that is given) and begins to accept. Replaces an old file.
    // The error's text begins as NUT's does for a path that doesn't fit a Unix address.
    Result<void> listen(const std::string& path, const std::optional<std::string>& group);

    // Applies the change and, if it changed anything, tells every client that wants to hear.
    bool apply(const Change& change);
    void apply(const std::vector<Change>& changes);
    const State& state() const noexcept { return state_; }

    void close(); // no more clients; the socket file goes, if it is still ours

    // Whether the socket's name still leads to us: somebody may have removed it, or started the same driver
    // in the same moment and put its own there.
    enum class Name { ours, missing, taken };
    Name name() const;

private:
    class Client;
    friend class Client;

    void accept();
    void broadcast(const std::string& text);
    void forget(int id);
    void answer(int id, const std::string& tracking_id, driver_protocol::Outcome outcome);

    Poller& poller_;
    Handlers handlers_;
    State state_;
    std::string path_;
    dev_t device_ = 0; // of the socket file, to know it again
    ino_t inode_ = 0;
    std::optional<boost::asio::local::stream_protocol::acceptor> acceptor_;
    std::map<int, std::unique_ptr<Client>> clients_;
    int next_id_ = 0;
};

} // namespace upright
