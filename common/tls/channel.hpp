// Channel: one TLS session over a connected socket, which it neither owns nor ever waits for. No byte is kept
// here: whoever calls waits for the socket and calls again. It needs OpenSSL only where it is opened.
#pragma once

#include <boost/system/error_code.hpp>

#include <cstddef>
#include <memory>
#include <string_view>

namespace upright::tls {

class Context;

// A read() of so many bytes leaves nothing decrypted behind that the socket knows nothing of.
inline constexpr std::size_t kLargestRecord = 16384;

class Channel {
public:
    // want_…: nothing more can be done until the socket is readable or writable, whatever was asked for (a
    // key update, for one, is written from within a read). eof: the peer has ended. error: see failure().
    enum class Status { done, want_read, want_write, eof, error };
    struct Transfer {
        Status status;
        std::size_t bytes = 0;
    };

    Channel() = default;
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;
    virtual ~Channel() = default;

    virtual bool speaks_first() const = 0; // a client does
    virtual Status handshake() = 0;        // until it is done
    virtual Transfer read(char* into, std::size_t most) = 0;
    // Behind a want_… the same bytes must come again; more may follow them, and they may have moved.
    virtual Transfer write(std::string_view bytes) = 0;
    virtual Status shut_down() = 0; // says good-bye, and does not wait for the peer's
    virtual boost::system::error_code failure() const = 0;
};

// `fd` must not block; it may be closed first.
std::unique_ptr<Channel> open(const Context& context, int fd);

} // namespace upright::tls
