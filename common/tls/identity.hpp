// The files of a context: its own certificate and key, and the authorities it trusts. Errors name the file.
#pragma once

#include "common/result.hpp"

#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace upright::tls {

// Certificate, chain and key from one PEM file. `name`, unless empty, must be one the certificate is issued
// to.
Result<void> load_identity(SSL_CTX& ctx, const std::string& file, const std::string& name,
                           const std::string& password);

// A PEM file of one or more certificates; a folder of such files; or a folder made by `openssl rehash`.
Result<void> load_authorities(SSL_CTX& ctx, const std::string& path);

} // namespace upright::tls
