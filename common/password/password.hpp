// Passwords: comparing them without telling by the time taken how much was right, and the system's crypt(3).
// Nothing here logs or keeps a password. matches() and hash() take tenths of a second: not in an event loop.
#pragma once

#include "common/result.hpp"

#include <string>
#include <string_view>

namespace upright::password {

// Takes as long for texts that differ in the first byte, or in length, as for equal ones.
bool same_text(std::string_view a, std::string_view b);

// A complete hash by a method that the system's library holds strong: yescrypt, bcrypt, sha512crypt and their
// like. What it calls legacy (DES, MD5, sha256crypt) is none; DES would even take every plain word for a
// hash.
bool is_hash(std::string_view text);

// Whether `hash` was made of `password`; false for what is no hash. May be called from several threads.
bool matches(const std::string& password, const std::string& hash);

// A hash by the library's own choice of method and cost, with a new salt.
Result<std::string> hash(const std::string& password);

} // namespace upright::password
