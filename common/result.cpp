#include "common/result.hpp"

#include <boost/system/system_error.hpp>

#include <cerrno>

namespace upright {
namespace {

// NOLINTNEXTLINE(cppcoreguidelines-virtual-class-destructor): nothing deletes one through its base
class Category final : public boost::system::error_category {
public:
    const char* name() const noexcept override { return "ups"; }

    std::string message(int value) const override
    {
        switch (static_cast<Errc>(value)) {
        case Errc::unknown_ups: return "unknown UPS";
        case Errc::unknown_variable: return "variable not supported by UPS";
        case Errc::unknown_command: return "unknown command";
        case Errc::driver_not_connected: return "driver not connected";
        case Errc::data_stale: return "data stale";
        case Errc::invalid_argument: return "invalid argument";
        case Errc::feature_not_configured: return "feature not configured";
        case Errc::access_denied: return "access denied";
        case Errc::username_required: return "username required";
        case Errc::password_required: return "password required";
        case Errc::already_set_username: return "already set username";
        case Errc::already_set_password: return "already set password";
        case Errc::already_logged_in:
        case Errc::already_attached: return "already logged in";
        case Errc::already_tls: return "encrypted already";
        case Errc::read_only: return "read-only variable";
        case Errc::too_long: return "new value is too long";
        case Errc::invalid_value: return "invalid value for variable";
        case Errc::set_failed: return "set command failed";
        case Errc::command_not_supported: return "instant command not supported";
        case Errc::command_failed: return "instant command failed";
        case Errc::tracking_unknown: return "unknown to the driver or the server";
        case Errc::tracking_failed: return "the device or its driver refused";
        case Errc::already_subscribed: return "already subscribed";
        case Errc::not_subscribed: return "not subscribed";
        case Errc::refused_by_server: return "refused by the server";
        case Errc::bad_reply: return "unexpected reply";
        case Errc::bad_config: return "configuration refused";
        case Errc::timed_out: return "timed out";
        case Errc::disconnected: return "disconnected";
        }
        return "unknown error";
    }
};

} // namespace

const boost::system::error_category& ups_category() noexcept
{
    static const Category instance;
    return instance;
}

boost::system::error_code make_error_code(Errc e) noexcept { return {static_cast<int>(e), ups_category()}; }

Error system_error(std::string what)
{
    return {boost::system::error_code{errno, boost::system::system_category()}, std::move(what)};
}

std::string to_string(const Error& e)
{
    if (e.what.empty())
        return e.code.message();
    if (!e.code || e.code.category() == ups_category())
        return e.what;
    return e.what + ": " + e.code.message();
}

void throw_exception_from_error(const Error& e, const boost::source_location&)
{
    throw boost::system::system_error(e.code, e.what);
}

} // namespace upright
