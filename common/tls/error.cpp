#include "common/tls/error.hpp"

#include <boost/system/error_category.hpp>

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

namespace upright::tls {
namespace {

class OpensslCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "openssl"; }
    std::string message(int value) const override
    {
        const auto code = static_cast<unsigned long>(static_cast<unsigned>(value));
        const auto* const reason = ::ERR_reason_error_string(code);
        return reason != nullptr ? reason : "failure " + std::to_string(ERR_GET_REASON(code));
    }
};

class CertificateCategory final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "certificate"; }
    std::string message(int value) const override
    {
        if (value == X509_V_ERR_APPLICATION_VERIFICATION) // the one check that is ours
            return "certificate verify failed: its fingerprint is not the expected one";
        return std::string("certificate verify failed: ") + ::X509_verify_cert_error_string(value);
    }
};

} // namespace

boost::system::error_code openssl_error()
{
    static const OpensslCategory category;
    const auto code = ::ERR_peek_error();
    ::ERR_clear_error();
    if (ERR_SYSTEM_ERROR(code))
        return {ERR_GET_REASON(code), boost::system::system_category()};
    return {static_cast<int>(code), category};
}

boost::system::error_code refused_certificate(long verify_result)
{
    static const CertificateCategory category;
    ::ERR_clear_error();
    return {static_cast<int>(verify_result), category};
}

Error openssl_failure(std::string what) { return {openssl_error(), std::move(what)}; }

} // namespace upright::tls
