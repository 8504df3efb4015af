#include "common/tls/context.hpp"

#include "common/text/number.hpp"
#include "common/tls/error.hpp"
#include "common/tls/identity.hpp"

#include <fmt/format.h>

#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

namespace upright::tls {
namespace {

constexpr auto kCiphers = "HIGH:!aNULL:!eNULL:!PSK:!SRP";
constexpr auto kWeakCiphers = "HIGH:!aNULL:!eNULL:!PSK:!SRP:@SECLEVEL=0"; // TLS 1.0 signs with SHA-1
constexpr long kLongestChain = 32768;                                     // bytes of a peer's certificates

// What both sides have in common. An idle session must be small: OpenSSL's record buffers are given back
// whenever they are empty, nothing is kept for resumption.
Result<Context> new_context(bool server, bool allow_weak)
{
    ::ERR_clear_error();
    std::shared_ptr<SSL_CTX> ctx(::SSL_CTX_new(server ? ::TLS_server_method() : ::TLS_client_method()),
                                 ::SSL_CTX_free);
    if (ctx == nullptr)
        return openssl_failure("TLS");
    if (::SSL_CTX_set_min_proto_version(ctx.get(), allow_weak ? TLS1_VERSION : TLS1_2_VERSION) != 1
        || ::SSL_CTX_set_max_proto_version(ctx.get(), TLS1_3_VERSION) != 1
        || ::SSL_CTX_set_cipher_list(ctx.get(), allow_weak ? kWeakCiphers : kCiphers) != 1)
        return openssl_failure("TLS");
    ::SSL_CTX_set_options(ctx.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET
                                         | SSL_OP_CIPHER_SERVER_PREFERENCE);
    ::SSL_CTX_set_num_tickets(ctx.get(), 0);
    ::SSL_CTX_set_session_cache_mode(ctx.get(), SSL_SESS_CACHE_OFF);
    ::SSL_CTX_set_max_cert_list(ctx.get(), kLongestChain);
    ::SSL_CTX_set_mode(ctx.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                                      | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    // One read handles one record, whatever its kind: a peer that sends key updates without end is served in
    // turn with the others.
    ::SSL_CTX_clear_mode(ctx.get(), SSL_MODE_AUTO_RETRY);
    ::X509_VERIFY_PARAM_set_flags(::SSL_CTX_get0_param(ctx.get()), X509_V_FLAG_PARTIAL_CHAIN);
    return Context(std::move(ctx), server);
}

int accept_any(int, X509_STORE_CTX*) { return 1; }

// The pin lies in the SSL_CTX itself, so that it lives as long.
int pin_index()
{
    static const int index = ::SSL_CTX_get_ex_new_index(
        0, nullptr, nullptr, nullptr,
        [](void*, void* pin, CRYPTO_EX_DATA*, int, long, void*) { delete static_cast<Fingerprint*>(pin); });
    return index;
}

// The certificate itself is the only one that will do; who signed it does not matter then.
int is_pinned(X509_STORE_CTX* store, void*)
{
    const auto* const ssl =
        static_cast<const SSL*>(::X509_STORE_CTX_get_ex_data(store, ::SSL_get_ex_data_X509_STORE_CTX_idx()));
    const auto* const pin =
        static_cast<const Fingerprint*>(::SSL_CTX_get_ex_data(::SSL_get_SSL_CTX(ssl), pin_index()));
    const auto* const certificate = ::X509_STORE_CTX_get0_cert(store);
    if (pin != nullptr && certificate != nullptr && fingerprint_of(*certificate) == *pin) {
        ::X509_STORE_CTX_set_error(store, X509_V_OK);
        return 1;
    }
    ::X509_STORE_CTX_set_error(store, X509_V_ERR_APPLICATION_VERIFICATION);
    return 0;
}

bool is_address(const std::string& name)
{
    in6_addr any{};
    return ::inet_pton(AF_INET, name.c_str(), &any) == 1 || ::inet_pton(AF_INET6, name.c_str(), &any) == 1;
}

// A host name or address of the certificate must be `host`'s; or, if a name is expected, also its common
// name.
bool demand_name(SSL_CTX& ctx, const ClientSettings& settings, const std::string& host)
{
    auto* const param = ::SSL_CTX_get0_param(&ctx);
    const auto name =
        settings.expected_name.empty() ? host.substr(0, host.find('%')) : settings.expected_name;
    if (is_address(name))
        return ::X509_VERIFY_PARAM_set1_ip_asc(param, name.c_str()) == 1;
    ::X509_VERIFY_PARAM_set_hostflags(param, settings.expected_name.empty()
                                                 ? X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
                                                 : X509_CHECK_FLAG_ALWAYS_CHECK_SUBJECT);
    return ::X509_VERIFY_PARAM_set1_host(param, name.c_str(), name.size()) == 1;
}

Result<void> demand_verification(SSL_CTX& ctx, const ClientSettings& settings, const std::string& host)
{
    ::SSL_CTX_set_verify(&ctx, SSL_VERIFY_PEER, nullptr);
    if (settings.pin) {
        auto pin = std::make_unique<Fingerprint>(*settings.pin);
        if (::SSL_CTX_set_ex_data(&ctx, pin_index(), pin.get()) != 1)
            return openssl_failure("TLS");
        [[maybe_unused]] const auto* const kept = pin.release(); // the context owns it now
        ::SSL_CTX_set_cert_verify_callback(&ctx, is_pinned, nullptr);
        return {};
    }
    if (settings.ca_path.empty())
        return Error{Errc::bad_config,
                     "Configuration error: CERTVERIFY needs CERTPATH or a sha256 fingerprint in CERTHOST"};
    if (!demand_name(ctx, settings, host))
        return Error{Errc::bad_config, "no certificate can have the name " + escaped(host)};
    return load_authorities(ctx, settings.ca_path);
}

} // namespace

Result<void> ClientSettings::expect(const std::string& name_or_fingerprint)
{
    if (!looks_like_fingerprint(name_or_fingerprint)) {
        expected_name = name_or_fingerprint;
        return {};
    }
    pin = fingerprint_from(name_or_fingerprint);
    if (!pin)
        return Error{Errc::bad_config, "not a fingerprint (sha256: and 64 hexadecimal digits): "
                                           + escaped(name_or_fingerprint)};
    return {};
}

void ClientSettings::demand(std::optional<bool> certverify, std::optional<bool> forcessl)
{
    verify = certverify.value_or(!ca_path.empty() || pin);
    force = forcessl.value_or(certverify.value_or(false));
    if (!verify)
        pin.reset();
}

Result<Context> server_context(const ServerSettings& settings)
{
    auto context = new_context(true, settings.allow_weak);
    if (!context)
        return context;
    if (auto loaded =
            load_identity(*context->get(), settings.certfile, settings.ident_name, settings.key_password);
        !loaded)
        return loaded.error();
    if (settings.client_certificate == ClientCertificate::none)
        return context;
    const bool require = settings.client_certificate == ClientCertificate::require;
    if (require && settings.ca_path.empty())
        return Error{Errc::bad_config,
                     "CERTREQUEST 2 needs CERTPATH, the authorities of client certificates"};
    if (!settings.ca_path.empty())
        if (auto loaded = load_authorities(*context->get(), settings.ca_path); !loaded)
            return loaded.error();
    ::SSL_CTX_set_verify(context->get(), SSL_VERIFY_PEER | (require ? SSL_VERIFY_FAIL_IF_NO_PEER_CERT : 0),
                         require ? nullptr : accept_any);
    return context;
}

Result<Context> client_context(const ClientSettings& settings, const std::string& host)
{
    auto context = new_context(false, false);
    if (!context)
        return context;
    if (!settings.certfile.empty())
        if (auto loaded =
                load_identity(*context->get(), settings.certfile, settings.ident_name, settings.key_password);
            !loaded)
            return loaded.error();
    if (settings.verify || settings.pin)
        if (auto demanded = demand_verification(*context->get(), settings, host); !demanded)
            return demanded.error();
    return context;
}

} // namespace upright::tls
