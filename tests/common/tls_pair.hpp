// Two Channels over one socket pair, driven by hand: what one side says goes to the other at once, or as many
// bytes at a time as the test likes.
#pragma once

#include "common/tls/channel.hpp"
#include "common/tls/context.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/process.hpp"

#include <gmock/gmock.h>

#include <array>
#include <memory>
#include <string>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {

using tls::Channel;

// Files of an authority and of a server that it vouches for, and contexts of them.
struct TlsFiles {
    Scratch scratch;
    Authority authority;
    Certificate certificate = authority.issue();
    std::string ca_file = scratch.write("ca.pem", authority.certificate());
    std::string server_file = scratch.write("upsd.pem", certificate.pem());

    tls::ServerSettings server_settings() const
    {
        tls::ServerSettings settings;
        settings.certfile = server_file;
        return settings;
    }
    tls::ClientSettings client_settings() const
    {
        tls::ClientSettings settings;
        settings.ca_path = ca_file;
        settings.verify = true;
        return settings;
    }
    tls::Context server_context() const { return *tls::server_context(server_settings()); }
    tls::Context client_context() const { return *tls::client_context(client_settings(), "localhost"); }
};

// A connected pair of sockets that don't block.
struct SocketPair {
    SocketPair()
    {
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) != 0)
            throw std::runtime_error("no socket pair");
    }
    SocketPair(const SocketPair&) = delete;
    SocketPair& operator=(const SocketPair&) = delete;
    ~SocketPair()
    {
        for (int& end : ends)
            close(end);
    }
    static void close(int& end)
    {
        if (end >= 0)
            ::close(end);
        end = -1;
    }

    std::array<int, 2> ends{};
};

struct Outcome {
    Channel::Status client;
    Channel::Status server;
};

// Steps of both until neither gets any further.
inline Outcome shake_hands(Channel& client, Channel& server)
{
    Outcome now{Channel::Status::want_read, Channel::Status::want_read};
    const auto going_on = [](Channel::Status status) {
        return status == Channel::Status::want_read || status == Channel::Status::want_write;
    };
    for (int i = 0; i < 20; ++i) {
        if (going_on(now.client))
            now.client = client.handshake();
        if (going_on(now.server))
            now.server = server.handshake();
    }
    return now;
}

} // namespace upright::test
