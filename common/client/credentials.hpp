// nutauth.conf: which user name and password a client program uses for which server. Pure but for the search
// for the file; secrets are never logged.
#pragma once

#include "common/client/designation.hpp"
#include "common/config/diagnostic.hpp"
#include "common/result.hpp"
#include "common/tls/context.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace upright {

// What one section says; nothing where it is silent.
struct Credentials {
    std::optional<std::string> user;
    std::optional<std::string> password;
    std::optional<bool> force_tls; // FORCESSL: never speak in clear text
    std::optional<bool> verify;    // CERTVERIFY
    std::optional<std::string> certpath, certfile, certident_name, certident_pass, certhost;
};

// What they demand of a connection. Fails if CERTHOST is a fingerprint and none that can be.
Result<tls::ClientSettings> tls_settings(const Credentials& credentials);

// The keys that a section can have, in lower case.
std::vector<std::string_view> auth_file_keys();

struct AuthSection {
    std::string user; // of the title; empty: any
    std::string host; // lower case; empty: the global section
    std::uint16_t port = kNutPort;
    Credentials credentials;
};

struct AuthFile {
    std::vector<AuthSection> sections;

    // The most specific section that fits counts, what it leaves open comes from less specific ones. With a
    // `user`, only what belongs to that user or to nobody in particular.
    Credentials find(const Server& server, const std::string& user = {}) const;
};

// Reads the file and what it includes (at most 8 deep). Fails if it can't be opened or a required include
// is missing.
Result<Loaded<AuthFile>> load_auth_file(const std::string& path);

// What option -A asks for: a path, "none", or the first file of the usual places ("default", or not given);
// NUT_AUTHCONF_FILE and NUT_AUTHCONF_PATH come before those. Nothing if there is none.
std::optional<std::string> find_auth_file(const std::optional<std::string>& option);

// The credentials for that server, and that user if there is one, by option -A. Fails only if a file that was
// named can't be read.
Result<Credentials> find_credentials(const std::optional<std::string>& option, const Server& server,
                                     const std::string& user = {});

} // namespace upright
