// upsd.conf as values, with NUT's defaults. Owns nothing else.
#pragma once

#include "common/config/directives.hpp"
#include "common/result.hpp"
#include "server/upsd/access.hpp"

#include <optional>
#include <string>
#include <vector>

namespace upright::upsd {

struct ListenOn {
    std::string address; // as written; "*" is any address of both families
    std::string port;    // number or service name
};

// The certificate's name as it must be, and the password of its key.
struct CertIdent {
    std::string name;
    std::string password;
};

enum class CertRequest { no, request, require };

struct Config {
    std::vector<ListenOn> listen; // empty: ::1 and 127.0.0.1
    int max_age = 15;             // s of a driver's silence that make its data stale
    int tracking_delay = 3600;    // s
    std::optional<int> max_connections;
    int sessions_per_address = 16384;
    int subscriber_timeout = 30; // s
    std::optional<std::string> state_path;
    std::optional<std::string> data_path; // of cmdvartab
    std::optional<std::string> audit_log;
    bool allow_no_device = false;
    bool allow_not_all_listeners = false;
    std::optional<int> debug_min;

    std::optional<std::string> certfile; // certificate, chain and key
    std::optional<std::string> certpath; // authorities of clients
    std::optional<CertIdent> certident;
    CertRequest certrequest = CertRequest::no;
    std::optional<bool> disable_weak_ssl;
    bool force_tls = false;      // passwords over TLS only
    bool anonymous_reads = true; // as NUT; RFC 9271 would rather not

    AccessLists access;
    std::vector<Word> acl_definitions; // where the names of ACL lines stand,
    std::vector<Word> acl_uses;        // and those of ACCEPT and REJECT
    // Some line that was meant to be an ACL, ACCEPT or REJECT did not take effect: serving would let in whom
    // the administrator wanted out.
    bool access_broken = false;
};

const Directives<Config>& directives();

Loaded<Config> parse_config(std::string file, std::string text);

// ALLOW_NO_DEVICE and ALLOW_NOT_ALL_LISTENERS of the environment beat the file.
void apply_environment(Config& config);

// Reads <config_dir>/upsd.conf and applies the environment; fails only if it can't be opened.
Result<Loaded<Config>> load_config();

} // namespace upright::upsd
