#include "server/upsd/tls_settings.hpp"

#include <array>

namespace upright::upsd {

Result<tls::Context> load_tls(const Config& config)
{
    if (!config.certfile)
        return tls::Context();
    static constexpr std::array kRequests{tls::ClientCertificate::none, tls::ClientCertificate::ask,
                                          tls::ClientCertificate::require}; // as CertRequest
    tls::ServerSettings settings;
    settings.certfile = *config.certfile;
    settings.ca_path = config.certpath.value_or("");
    if (config.certident) {
        settings.ident_name = config.certident->name;
        settings.key_password = config.certident->password;
    }
    settings.client_certificate = kRequests[static_cast<std::size_t>(config.certrequest)];
    settings.allow_weak = config.disable_weak_ssl == false;
    return tls::server_context(settings);
}

} // namespace upright::upsd
