// As whom a program asks for a change: options -u and -p, else nutauth.conf, else the person at the terminal.
// Secrets are never logged.
#pragma once

#include "common/client/credentials.hpp"
#include "common/result.hpp"

#include <cstdio>
#include <optional>
#include <string>

namespace upright {

struct LoginOptions {
    std::optional<std::string> user;     // -u
    std::optional<std::string> password; // -p
};

struct Login {
    std::string user;
    std::string password;
};

// Returns the argument and overwrites it where it stands, because everybody can list command lines.
std::string take_secret(char* argument);

// Prompts for what neither the options nor the file have. The file's password only counts for the file's
// user.
Result<Login> find_login(const LoginOptions& options, const Credentials& file, std::FILE* prompts = stdout);

} // namespace upright
