// Result<T>: how every fallible function in this project answers. Errors carry a code for programs and a
// text for people; the text names the file, UPS, variable or peer concerned.
#pragma once

#include <boost/system/error_code.hpp>
#include <boost/system/result.hpp>

#include <string>
#include <type_traits>
#include <utility>

namespace upright {

// What went wrong, in the protocol's own vocabulary: server/upsd turns these into ERR words and
// common/client turns the words back.
enum class Errc {
    unknown_ups = 1,
    unknown_variable,
    unknown_command,
    driver_not_connected,
    data_stale,
    invalid_argument,
    feature_not_configured,
    access_denied,
    username_required,
    password_required,
    already_set_username,
    already_set_password,
    already_logged_in,
    already_attached, // the same to a client that said ATTACH
    already_tls,
    read_only,
    too_long,
    invalid_value,
    set_failed,
    command_not_supported,
    command_failed,
    tracking_unknown, // what a tracked command came to: nobody knows
    tracking_failed,  // likewise: the driver could not do it
    already_subscribed,
    not_subscribed,
    refused_by_server, // any other ERR word; `what` holds it
    bad_reply,
    bad_config,
    timed_out,
    disconnected
};

const boost::system::error_category& ups_category() noexcept;
boost::system::error_code make_error_code(Errc e) noexcept;

struct Error {
    boost::system::error_code code;
    std::string what;

    Error() = default; // boost::system::result::error() needs it on success
    Error(boost::system::error_code c, std::string w = {}) : code(c), what(std::move(w)) {}
    Error(Errc e, std::string w = {}) : code(make_error_code(e)), what(std::move(w)) {}

    bool is(Errc e) const noexcept { return code == make_error_code(e); }
};

// The error of the system call that just failed (errno), with `what` in front of it.
Error system_error(std::string what);

// "<what>: <code's text>", or whichever of the two there is.
std::string to_string(const Error& e);

[[noreturn]] void throw_exception_from_error(const Error& e, const boost::source_location& where);

template <class T>
class [[nodiscard]] Result : public boost::system::result<T, Error> {
public:
    using boost::system::result<T, Error>::result;
};

} // namespace upright

template <>
struct boost::system::is_error_code_enum<upright::Errc> : std::true_type {
};
