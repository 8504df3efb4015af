#include "tests/support/certificates.hpp"

#include "common/tls/fingerprint.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdexcept>

namespace upright::test {
namespace {

constexpr long kDay = 24L * 60 * 60;

void must(bool done)
{
    if (!done)
        throw std::runtime_error("OpenSSL can't make the test's certificate");
}

template <class Write>
std::string pem_text(const Write& write)
{
    const std::unique_ptr<BIO, decltype(&::BIO_free)> memory(::BIO_new(::BIO_s_mem()), ::BIO_free);
    must(memory != nullptr && write(memory.get()) == 1);
    char* text = nullptr;
    const auto size = BIO_get_mem_data(memory.get(), &text);
    return {text, static_cast<std::size_t>(size)};
}

std::shared_ptr<EVP_PKEY> new_key(bool rsa)
{
    auto* const key = rsa ? EVP_RSA_gen(2048) : EVP_EC_gen("P-256");
    must(key != nullptr);
    return {key, ::EVP_PKEY_free};
}

void extend(X509* certificate, X509* issuer, int kind, const std::string& value)
{
    X509V3_CTX context;
    X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
    const std::unique_ptr<X509_EXTENSION, decltype(&::X509_EXTENSION_free)> extension(
        ::X509V3_EXT_conf_nid(nullptr, &context, kind, value.c_str()), ::X509_EXTENSION_free);
    must(extension != nullptr && ::X509_add_ext(certificate, extension.get(), -1) == 1);
}

std::string joined(const std::vector<std::string>& names)
{
    std::string all;
    for (const auto& name : names)
        all += (all.empty() ? "" : ",") + name;
    return all;
}

// Issued by `issuer`, or by itself.
std::shared_ptr<X509> new_certificate(const CertificateWish& wish, EVP_PKEY* key, X509* issuer,
                                      EVP_PKEY* issuers_key, bool authority)
{
    static long serial = 1;
    std::shared_ptr<X509> made(::X509_new(), ::X509_free);
    auto* const x = made.get();
    ::X509_set_version(x, X509_VERSION_3);
    ::ASN1_INTEGER_set(::X509_get_serialNumber(x), ++serial);
    ::X509_gmtime_adj(::X509_getm_notBefore(x), wish.valid_from * kDay);
    ::X509_gmtime_adj(::X509_getm_notAfter(x), wish.valid_until * kDay);
    ::X509_set_pubkey(x, key);
    auto* const name = ::X509_get_subject_name(x);
    must(::X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
                                      reinterpret_cast<const unsigned char*>(wish.common_name.c_str()), -1,
                                      -1, 0)
         == 1);
    ::X509_set_issuer_name(x, issuer != nullptr ? ::X509_get_subject_name(issuer) : name);
    extend(x, issuer != nullptr ? issuer : x, NID_basic_constraints,
           authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!authority && !wish.names.empty())
        extend(x, issuer != nullptr ? issuer : x, NID_subject_alt_name, joined(wish.names));
    must(::X509_sign(x, issuers_key != nullptr ? issuers_key : key, ::EVP_sha256()) > 0);
    return made;
}

} // namespace

std::string Certificate::certificate() const
{
    return pem_text([this](BIO* to) { return ::PEM_write_bio_X509(to, certificate_.get()); });
}

std::string Certificate::key() const
{
    const auto* const cipher = key_password_.empty() ? nullptr : ::EVP_aes_128_cbc();
    return pem_text([&](BIO* to) {
        return ::PEM_write_bio_PrivateKey(to, key_.get(), cipher,
                                          reinterpret_cast<const unsigned char*>(key_password_.data()),
                                          static_cast<int>(key_password_.size()), nullptr, nullptr);
    });
}

std::string Certificate::fingerprint() const { return tls::to_string(*tls::fingerprint_of(*certificate_)); }

Authority::Authority(const std::string& name)
{
    CertificateWish wish;
    wish.common_name = name;
    own_.key_ = new_key(false);
    own_.certificate_ = new_certificate(wish, own_.key_.get(), nullptr, nullptr, true);
}

Certificate Authority::issue(const CertificateWish& wish) const
{
    Certificate issued;
    issued.key_ = new_key(wish.rsa);
    issued.key_password_ = wish.key_password;
    issued.certificate_ =
        new_certificate(wish, issued.key_.get(), own_.certificate_.get(), own_.key_.get(), false);
    return issued;
}

Certificate self_signed(const CertificateWish& wish)
{
    Certificate made;
    made.key_ = new_key(wish.rsa);
    made.key_password_ = wish.key_password;
    made.certificate_ = new_certificate(wish, made.key_.get(), nullptr, nullptr, false);
    return made;
}

} // namespace upright::test
