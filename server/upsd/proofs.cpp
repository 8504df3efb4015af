#include "server/upsd/proofs.hpp"

#include "common/password/password.hpp"

#include <cstring>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <sys/random.h>
#include <system_error>

namespace upright::upsd {
namespace {

constexpr std::size_t kMost = 4096;

} // namespace

Proofs::Proofs()
{
    if (::getrandom(key_.data(), key_.size(), 0) != static_cast<ssize_t>(key_.size()))
        throw std::system_error(errno, std::system_category(), "getrandom");
}

std::optional<bool> Proofs::at_once(const Users& users, const std::string& user,
                                    const std::string& password) const
{
    const auto* const known = users.find(user);
    if (known == nullptr || !known->usable())
        return false;
    if (known->password)
        return password::same_text(*known->password, password);
    if (right_.contains(digest(*known->password_hash, password)))
        return true;
    return std::nullopt;
}

// No hash of crypt(3) begins with a blank.
bool Proofs::was_right(const std::string& user, const std::string& password) const
{
    return right_.contains(digest(" " + user, password));
}

void Proofs::was_right_now(const std::string& user, const std::string& password)
{
    remember(" " + user, password);
}

void Proofs::remember(const std::string& hash, const std::string& password)
{
    const auto made = digest(hash, password);
    if (!right_.insert(made).second)
        return;
    by_age_.push_back(made);
    if (by_age_.size() > kMost) {
        right_.erase(by_age_.front());
        by_age_.pop_front();
    }
}

// HMAC-SHA-256 (RFC 2104) over both, the hash with its end marked.
Proofs::Digest Proofs::digest(const std::string& hash, const std::string& password) const
{
    std::string both = hash;
    both += '\0';
    both += password;
    Digest out{};
    unsigned int length = out.size();
    ::HMAC(::EVP_sha256(), key_.data(), static_cast<int>(key_.size()),
           reinterpret_cast<const unsigned char*>(both.data()), both.size(), out.data(), &length);
    ::explicit_bzero(both.data(), both.size());
    return out;
}

} // namespace upright::upsd
