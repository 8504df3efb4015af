// A BIO over a socket that neither blocks nor raises SIGPIPE, which OpenSSL's own does. It does not own the
// socket.
#pragma once

using BIO = struct bio_st;

namespace upright::tls {

BIO* new_socket_bio(int& fd); // the caller owns it; `fd` lives as long

} // namespace upright::tls
