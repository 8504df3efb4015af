// Proofs: whether a name and a password belong together. It owns the memory of hashed passwords that were
// found right, so that a thousand clients of a restarted server cost one slow comparison for each of them
// and none when they come again; only keyed digests are kept, never a password.
#pragma once

#include "server/upsd/users.hpp"

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <set>
#include <string>

namespace upright::upsd {

class Proofs {
public:
    Proofs(); // takes the key from the system's random source

    // Yes or no if that can be told without hashing (docs/security.md): there is no such user, its password
    // is plain text, or the pair was found right before. Nothing if it takes a slow comparison.
    std::optional<bool> at_once(const Users& users, const std::string& user,
                                const std::string& password) const;

    // The pair was right before, whatever the users are now.
    bool was_right(const std::string& user, const std::string& password) const;
    void was_right_now(const std::string& user, const std::string& password);

    // The slow comparison of `password` with `hash` has said yes.
    void remember(const std::string& hash, const std::string& password);

private:
    using Digest = std::array<std::uint8_t, 32>;
    Digest digest(const std::string& hash, const std::string& password) const;

    std::array<std::uint8_t, 32> key_{};
    std::set<Digest> right_;
    std::deque<Digest> by_age_;
};

} // namespace upright::upsd
