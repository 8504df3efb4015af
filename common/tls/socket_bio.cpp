#include "common/tls/socket_bio.hpp"

#include <cerrno>
#include <openssl/bio.h>
#include <sys/socket.h>

namespace upright::tls {
namespace {

int fd_of(BIO* bio) { return *static_cast<int*>(::BIO_get_data(bio)); }

bool try_again() { return errno == EAGAIN || errno == EINTR; }

int write(BIO* bio, const char* bytes, std::size_t size, std::size_t* sent)
{
    ::BIO_clear_retry_flags(bio);
    const auto taken = ::send(fd_of(bio), bytes, size, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (taken < 0) {
        if (try_again())
            ::BIO_set_retry_write(bio);
        return 0;
    }
    *sent = static_cast<std::size_t>(taken);
    return 1;
}

int read(BIO* bio, char* into, std::size_t most, std::size_t* received)
{
    ::BIO_clear_retry_flags(bio);
    const auto got = ::recv(fd_of(bio), into, most, MSG_DONTWAIT);
    if (got < 0 && try_again())
        ::BIO_set_retry_read(bio);
    if (got == 0)
        ::BIO_set_flags(bio, BIO_FLAGS_IN_EOF);
    if (got <= 0)
        return 0;
    *received = static_cast<std::size_t>(got);
    return 1;
}

long control(BIO* bio, int command, long, void*)
{
    if (command == BIO_CTRL_EOF)
        return ::BIO_test_flags(bio, BIO_FLAGS_IN_EOF) != 0 ? 1 : 0;
    return command == BIO_CTRL_FLUSH ? 1 : 0;
}

const BIO_METHOD* method()
{
    static BIO_METHOD* const made = [] {
        auto* const m = ::BIO_meth_new(::BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket");
        ::BIO_meth_set_write_ex(m, write);
        ::BIO_meth_set_read_ex(m, read);
        ::BIO_meth_set_ctrl(m, control);
        return m;
    }();
    return made;
}

} // namespace

BIO* new_socket_bio(int& fd)
{
    auto* const bio = ::BIO_new(method());
    if (bio == nullptr)
        return nullptr;
    ::BIO_set_data(bio, &fd);
    ::BIO_set_init(bio, 1);
    return bio;
}

} // namespace upright::tls
