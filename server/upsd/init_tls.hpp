// upsd --init-tls: a key and a certificate that signs itself, so that TLS is one command away. It never
// overwrites a file: a key that clients know must not change by accident.
#pragma once

#include "common/result.hpp"
#include "server/upsd/config.hpp"

#include <string>
#include <vector>

namespace upright::upsd {

// What a certificate is issued to: host names and numeric addresses by which clients may call this machine.
// The first is its common name.
std::vector<std::string> names_of_this_host(const std::vector<ListenOn>& listen);

// Writes the PEM file, readable by root and upsd only; returns the certificate's fingerprint.
Result<std::string> write_certificate(const std::string& path, const std::vector<std::string>& names);

// Makes <config_dir>/upsd.pem and prints what to write into which file. Returns the exit code.
int init_tls(const std::string& config_dir, const std::vector<ListenOn>& listen);

} // namespace upright::upsd
