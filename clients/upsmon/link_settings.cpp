#include "clients/upsmon/link_settings.hpp"

#include "common/client/credentials.hpp"

#include <algorithm>

namespace upright::upsmon {
namespace {

void take_certificates(tls::ClientSettings& tls, const Config& config)
{
    if (config.cert_path)
        tls.ca_path = *config.cert_path;
    if (config.cert_file)
        tls.certfile = *config.cert_file;
    if (config.cert_ident) {
        tls.ident_name = config.cert_ident->name;
        tls.key_password = config.cert_ident->password;
    }
}

// nutauth.conf first; upsmon.conf beats it, and there CERTHOST what is said for all.
Result<tls::ClientSettings> tls_for(const Server& server, const Config& config, const Credentials& known)
{
    auto tls = tls_settings(known);
    if (!tls)
        return tls.error();
    take_certificates(*tls, config);
    auto verify = config.cert_verify ? config.cert_verify : known.verify;
    auto force = config.force_ssl ? config.force_ssl : known.force_tls;
    const auto host =
        std::find_if(config.cert_hosts.begin(), config.cert_hosts.end(),
                     [&](const CertHost& one) { return equal_ignoring_case(one.host, server.host); });
    if (host != config.cert_hosts.end()) {
        if (const auto expected = tls->expect(host->cert_name); !expected)
            return expected.error();
        verify = host->verify ? host->verify : verify;
        force = host->force ? host->force : force;
    }
    tls->demand(verify, force);
    return tls;
}

} // namespace

Result<std::vector<Link::Settings>>
link_settings(const Config& config, std::chrono::milliseconds connect_limit, AddressFamily family)
{
    std::vector<Link::Settings> all;
    for (std::size_t i = 0; i < config.accounts.size(); ++i) {
        const auto& feed = config.policy.feeds[i];
        auto account = config.accounts[i];
        const auto known = find_credentials(std::nullopt, account.where.server, account.user);
        if (!known)
            return known.error();
        if (account.password.empty() && known->password)
            account.password = *known->password;
        const auto tls = tls_for(account.where.server, config, *known);
        if (!tls)
            return Error{tls.error().code, fmt::format("UPS [{}]: {}", feed.system, tls.error().what)};
        all.push_back({feed.system, std::move(account), feed.primary, !feed.rules.empty(), *tls,
                       connect_limit, family});
    }
    return all;
}

} // namespace upright::upsmon
