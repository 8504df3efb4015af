// A certificate's SHA-256 fingerprint: what a client can expect of a server instead of a signature by an
// authority. Written sha256:<64 hexadecimal digits>, colons between the bytes or not. Pure.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>

using X509 = struct x509_st;

namespace upright::tls {

using Fingerprint = std::array<unsigned char, 32>;

bool looks_like_fingerprint(std::string_view text); // begins with sha256:
std::optional<Fingerprint> fingerprint_from(std::string_view text);
std::string to_string(const Fingerprint& fingerprint); // in the short form
std::optional<Fingerprint> fingerprint_of(const X509& certificate);

} // namespace upright::tls
