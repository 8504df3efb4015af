#include "server/upsd/client.hpp"

#include "common/text/number.hpp"
#include "server/upsd/upses.hpp"

#include <cstring>

namespace upright::upsd {

Client::~Client()
{
    if (login != nullptr)
        login->log_out(*this);
    if (password)
        ::explicit_bzero(password->data(), password->size());
}

std::string Client::who() const { return escaped(user.value_or("")) + '@' + address.to_string(); }

} // namespace upright::upsd
