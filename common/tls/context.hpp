// Contexts: what the TLS sessions of one server, or of one client's connection, have in common: certificate,
// key, authorities, versions. Shared by reference count: a reload makes a new one, and sessions keep theirs.
#pragma once

#include "common/result.hpp"
#include "common/tls/fingerprint.hpp"

#include <memory>
#include <optional>
#include <string>

using SSL_CTX = struct ssl_ctx_st;

namespace upright::tls {

enum class ClientCertificate {
    none,   // not asked for
    ask,    // asked for; clients without a good one are served all the same
    require // without a good one the handshake fails
};

struct ServerSettings {
    std::string certfile;     // PEM: certificate, chain, key
    std::string ca_path;      // authorities of client certificates: a PEM file, or a folder of them
    std::string ident_name;   // if set: what the certificate must be issued to
    std::string key_password; // if the key is encrypted
    ClientCertificate client_certificate = ClientCertificate::none;
    bool allow_weak = false; // TLS 1.0 and 1.1, too
};

struct ClientSettings {
    std::string ca_path;                            // authorities of servers: a PEM file, or a folder of them
    std::string certfile, ident_name, key_password; // the client's own certificate, as a server's above
    bool verify = false;                            // a server that can't be verified gets no password
    bool force = false;                             // never speak in clear text
    std::string expected_name;      // what the server's certificate is issued to, if not to its host name
    std::optional<Fingerprint> pin; // exactly this certificate; no authority is needed then

    // CERTHOST's certificate name: a name or a fingerprint. Fails if it is neither.
    Result<void> expect(const std::string& name_or_fingerprint);
    // CERTVERIFY and FORCESSL, nothing where the user is silent. Whoever names authorities or a fingerprint
    // wants them used; whoever demands verification does not want clear text, which nobody can verify.
    void demand(std::optional<bool> certverify, std::optional<bool> forcessl);
};

class Context {
public:
    Context() = default; // none
    Context(std::shared_ptr<SSL_CTX> ctx, bool server) : ctx_(std::move(ctx)), server_(server) {}

    explicit operator bool() const noexcept { return ctx_ != nullptr; }
    SSL_CTX* get() const noexcept { return ctx_.get(); }
    bool is_server() const noexcept { return server_; }

private:
    std::shared_ptr<SSL_CTX> ctx_;
    bool server_ = false;
};

// Fail with what names the file and OpenSSL's reason.
Result<Context> server_context(const ServerSettings& settings);
Result<Context> client_context(const ClientSettings& settings, const std::string& host);

} // namespace upright::tls
