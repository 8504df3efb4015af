// upsd --hash-password: asks for a password and prints the line that keeps it in upsd.users as a hash.
#pragma once

namespace upright::upsd {

// From a terminal twice and without echo, otherwise one line of `in`. The line goes to `out`, all else to
// `err`. Returns the exit code.
int hash_password(int in, int out, int err);
int hash_password(); // on our standard streams

} // namespace upright::upsd
