#include "common/tls/fingerprint.hpp"

#include "common/text/case_less.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <openssl/evp.h>
#include <openssl/x509.h>

namespace upright::tls {
namespace {

constexpr std::string_view kPrefix = "sha256:";

} // namespace

bool looks_like_fingerprint(std::string_view text)
{
    return equal_ignoring_case(text.substr(0, kPrefix.size()), kPrefix);
}

std::optional<Fingerprint> fingerprint_from(std::string_view text)
{
    if (!looks_like_fingerprint(text))
        return std::nullopt;
    std::string digits(text.substr(kPrefix.size()));
    const bool with_colons = digits.size() == 3 * std::tuple_size_v<Fingerprint> - 1;
    if (with_colons) {
        for (std::size_t at = 2; at < digits.size(); at += 3)
            if (digits[at] != ':')
                return std::nullopt;
        std::erase(digits, ':');
    }
    Fingerprint fingerprint{};
    if (digits.size() != 2 * fingerprint.size())
        return std::nullopt;
    for (std::size_t i = 0; i < fingerprint.size(); ++i) {
        const auto* const first = digits.data() + 2 * i;
        const auto [end, failed] = std::from_chars(first, first + 2, fingerprint[i], 16);
        if (failed != std::errc{} || end != first + 2)
            return std::nullopt;
    }
    return fingerprint;
}

std::string to_string(const Fingerprint& fingerprint)
{
    std::string text(kPrefix);
    for (const auto byte : fingerprint)
        text += fmt::format("{:02x}", byte);
    return text;
}

std::optional<Fingerprint> fingerprint_of(const X509& certificate)
{
    Fingerprint fingerprint{};
    unsigned size = 0;
    if (::X509_digest(&certificate, ::EVP_sha256(), fingerprint.data(), &size) != 1
        || size != fingerprint.size())
        return std::nullopt;
    return fingerprint;
}

} // namespace upright::tls
