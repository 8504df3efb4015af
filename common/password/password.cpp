#include "common/password/password.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <array>
#include <crypt.h>
#include <cstdlib>
#include <memory>

namespace upright::password {
namespace {

using Digest = std::array<unsigned char, SHA256_DIGEST_LENGTH>;

Digest digest(std::string_view text)
{
    Digest result{};
    ::SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), result.data());
    return result;
}

// crypt(3) with memory of its own; empty if the library refuses. What it worked with is wiped.
std::string crypted(const std::string& password, const std::string& setting)
{
    if (password.find('\0') != std::string::npos || setting.find('\0') != std::string::npos)
        return {};
    const auto wipe = [](crypt_data* data) {
        ::OPENSSL_cleanse(data, sizeof(*data));
        std::default_delete<crypt_data>()(data);
    };
    const std::unique_ptr<crypt_data, decltype(wipe)> data(std::make_unique<crypt_data>().release(), wipe);
    const char* const result = ::crypt_rn(password.c_str(), setting.c_str(), data.get(), sizeof(*data));
    return result == nullptr ? std::string() : std::string(result);
}

} // namespace

bool same_text(std::string_view a, std::string_view b)
{
    const auto first = digest(a);
    const auto second = digest(b);
    return ::CRYPTO_memcmp(first.data(), second.data(), first.size()) == 0;
}

bool is_hash(std::string_view text)
{
    constexpr std::size_t kShortest = 43; // the hashed part of yescrypt's, the shortest of them
    constexpr std::string_view kLetters = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const auto last = text.rfind('$');
    if (!text.starts_with('$') || last == 0 || text.size() >= CRYPT_OUTPUT_SIZE
        || text.find('\0') != std::string_view::npos)
        return false;
    const auto hashed = text.substr(last + 1);
    return hashed.size() >= kShortest && hashed.find_first_not_of(kLetters) == std::string_view::npos
           && ::crypt_checksalt(std::string(text).c_str()) == CRYPT_SALT_OK;
}

bool matches(const std::string& password, const std::string& hash)
{
    return is_hash(hash) && same_text(crypted(password, hash), hash);
}

Result<std::string> hash(const std::string& password)
{
    if (password.find('\0') != std::string::npos)
        return Error{Errc::invalid_argument, "a password has no zero bytes"};
    const std::unique_ptr<char, decltype(&std::free)> setting(::crypt_gensalt_ra(nullptr, 0, nullptr, 0),
                                                              &std::free);
    if (!setting)
        return system_error("can't choose a way to hash passwords");
    auto result = crypted(password, setting.get());
    if (!is_hash(result))
        return Error{Errc::invalid_argument, "the system's crypt library can't hash this password"};
    return result;
}

} // namespace upright::password
