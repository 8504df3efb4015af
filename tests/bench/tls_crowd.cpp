#include "tests/bench/crowd.hpp"
#include "tests/bench/sockets.hpp"

#include <openssl/ssl.h>

#include <stdexcept>
#include <string>
#include <sys/socket.h>

namespace upright::bench {

struct TlsCrowd::OpenSsl {
    ~OpenSsl()
    {
        for (auto* const ssl : sessions) {
            const int fd = ::SSL_get_fd(ssl);
            ::SSL_free(ssl);
            reset(fd);
        }
        ::SSL_CTX_free(context);
    }

    SSL_CTX* context = ::SSL_CTX_new(TLS_client_method());
    std::vector<SSL*> sessions;
};

TlsCrowd::TlsCrowd(int port, int count) : openssl_(std::make_unique<OpenSsl>())
{
    const auto start = std::chrono::steady_clock::now();
    ::SSL_CTX_set_mode(openssl_->context, SSL_MODE_RELEASE_BUFFERS);
    for (int i = 0; i < count; ++i) {
        const int fd = connect_to(port);
        send_all(fd, "STARTTLS\n");
        char block[256];
        const auto got = ::recv(fd, block, sizeof block, 0);
        if (got <= 0 || !std::string_view(block, static_cast<std::size_t>(got)).starts_with("OK STARTTLS"))
            throw std::runtime_error("upsd does not do TLS");
        auto* const ssl = openssl_->sessions.emplace_back(::SSL_new(openssl_->context));
        ::SSL_set_fd(ssl, fd);
        if (::SSL_connect(ssl) != 1 || ::SSL_write(ssl, "VER\n", 4) != 4
            || ::SSL_read(ssl, block, sizeof block) <= 0)
            throw std::runtime_error("no TLS session with upsd");
    }
    seconds_ = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

TlsCrowd::~TlsCrowd() = default;

} // namespace upright::bench
