#include "common/tls/channel.hpp"

#include "common/tls/context.hpp"
#include "common/tls/error.hpp"
#include "common/tls/socket_bio.hpp"

#include <boost/system/system_error.hpp>

#include <cerrno>
#include <openssl/err.h>
#include <openssl/ssl.h>

namespace upright::tls {
namespace {

class OpensslChannel final : public Channel {
public:
    OpensslChannel(const Context& context, int fd)
        : fd_(fd), speaks_first_(!context.is_server()), ssl_(::SSL_new(context.get()), ::SSL_free)
    {
        auto* const bio = ssl_ ? new_socket_bio(fd_) : nullptr;
        if (bio == nullptr)
            throw std::bad_alloc();
        ::SSL_set_bio(ssl_.get(), bio, bio);
        if (context.is_server())
            ::SSL_set_accept_state(ssl_.get());
        else
            ::SSL_set_connect_state(ssl_.get());
    }

    bool speaks_first() const override { return speaks_first_; }

    Status handshake() override
    {
        return call([this] { return ::SSL_do_handshake(ssl_.get()); });
    }

    Transfer read(char* into, std::size_t most) override
    {
        std::size_t bytes = 0;
        const auto status = call([&] { return ::SSL_read_ex(ssl_.get(), into, most, &bytes); });
        return {status, bytes};
    }

    Transfer write(std::string_view text) override
    {
        std::size_t bytes = 0;
        const auto status =
            call([&] { return ::SSL_write_ex(ssl_.get(), text.data(), text.size(), &bytes); });
        return {status, bytes};
    }

    Status shut_down() override
    {
        if (broken_ || cut_off_ || ::SSL_in_init(ssl_.get()) != 0)
            return Status::done; // there is nobody to say it to
        return call([this] { return ::SSL_shutdown(ssl_.get()) < 0 ? -1 : 1; });
    }

    boost::system::error_code failure() const override { return failure_; }

private:
    template <class Operation>
    Status call(const Operation& operation)
    {
        if (broken_)
            return Status::error;
        ::ERR_clear_error();
        errno = 0;
        const int result = operation();
        if (result > 0)
            return Status::done;
        const int system = errno;
        switch (::SSL_get_error(ssl_.get(), result)) {
        case SSL_ERROR_WANT_READ: return Status::want_read;
        case SSL_ERROR_WANT_WRITE: return Status::want_write;
        case SSL_ERROR_ZERO_RETURN: return Status::eof;
        case SSL_ERROR_SYSCALL: // not the end of reading: a peer that hung up may have said why before
            failure_ = {system, boost::system::system_category()};
            cut_off_ = true;
            return Status::error;
        default: return fail_by_openssl();
        }
    }

    Status fail_by_openssl()
    {
        // A peer that hangs up without a word: every record is complete in itself, so nothing was cut that
        // our protocols would not notice.
        if (ERR_GET_REASON(::ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING) {
            ::ERR_clear_error();
            broken_ = true;
            return Status::eof;
        }
        const auto verified = ::SSL_get_verify_result(ssl_.get());
        const bool refused = ERR_GET_REASON(::ERR_peek_error()) == SSL_R_CERTIFICATE_VERIFY_FAILED;
        return fail(refused && verified != X509_V_OK ? refused_certificate(verified) : openssl_error());
    }

    Status fail(const boost::system::error_code& reason)
    {
        broken_ = true;
        failure_ = reason;
        return Status::error;
    }

    int fd_;
    bool speaks_first_;
    std::unique_ptr<SSL, decltype(&::SSL_free)> ssl_; // keeps its context alive, too
    boost::system::error_code failure_;
    bool broken_ = false;  // for OpenSSL this session is over
    bool cut_off_ = false; // the socket has failed
};

} // namespace

std::unique_ptr<Channel> open(const Context& context, int fd)
{
    return std::make_unique<OpensslChannel>(context, fd);
}

} // namespace upright::tls
