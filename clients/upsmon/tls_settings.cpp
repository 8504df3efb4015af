#include "clients/upsmon/tls_settings.hpp"

namespace upright::upsmon {

Result<tls::ClientSettings> tls_settings(const Config& config, const std::string& host)
{
    tls::ClientSettings settings;
    settings.ca_path = config.cert_path.value_or("");
    settings.certfile = config.cert_file.value_or("");
    if (config.cert_ident) {
        settings.ident_name = config.cert_ident->name;
        settings.key_password = config.cert_ident->password;
    }
    auto verify = config.cert_verify;
    auto force = config.force_ssl;
    const auto known = std::find_if(config.cert_hosts.begin(), config.cert_hosts.end(),
                                    [&](const auto& one) { return equal_ignoring_case(one.host, host); });
    if (known != config.cert_hosts.end()) {
        if (const auto named = settings.expect(known->cert_name); !named)
            return named.error();
        verify = known->verify ? known->verify : verify;
        force = known->force ? known->force : force;
    }
    if (!verify && !settings.pin)
        verify = false;
    settings.demand(verify, force);
    return settings;
}

} // namespace upright::upsmon
