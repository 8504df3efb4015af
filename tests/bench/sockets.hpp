// Sockets to a server on this machine, for benchmarks. Functions throw std::runtime_error where going on
// would measure nothing.
#pragma once

#include <string>
#include <string_view>

namespace upright::bench {

int connect_to(int port);       // waits until it is connected
int begin_to_connect(int port); // does not wait, nor does the socket later

// With a reset instead of a good-bye, so that thousands of ports can be used again at once.
void reset(int fd);

// All of it, on a socket that waits.
void send_all(int fd, std::string_view text);

// Sends the request once and returns the complete answer (up to a line that begins with `last`).
std::string ask_once(int port, std::string_view request, std::string_view last);

} // namespace upright::bench
