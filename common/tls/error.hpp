// OpenSSL's errors as error codes with OpenSSL's own texts. The error queue of the thread is emptied by
// whoever asks, so nothing old is ever reported.
#pragma once

#include "common/result.hpp"

#include <string>

namespace upright::tls {

// What OpenSSL reported first since the queue was emptied: the cause, not what followed from it.
boost::system::error_code openssl_error();
// Why a peer's certificate was refused: a result of X509_verify_cert.
boost::system::error_code refused_certificate(long verify_result);

// "<what>: <OpenSSL's reason>"; `what` names the file.
Error openssl_failure(std::string what);

} // namespace upright::tls
