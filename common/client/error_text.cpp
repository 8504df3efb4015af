#include "common/client/error_text.hpp"

#include <algorithm>
#include <array>

namespace upright {
namespace {

struct Refusal {
    std::string_view word;
    Errc code;
    std::string_view text;
};

// The reference library has no entry for the words marked *: there it says "Unknown error", which helps
// nobody.
// clang-format off
constexpr std::array kRefusals{
    Refusal{"VAR-NOT-SUPPORTED",      Errc::unknown_variable,        "Variable not supported by UPS"},
    Refusal{"UNKNOWN-UPS",            Errc::unknown_ups,             "Unknown UPS"},
    Refusal{"ACCESS-DENIED",          Errc::access_denied,           "Access denied"},
    Refusal{"PASSWORD-REQUIRED",      Errc::password_required,       "Password required"},
    Refusal{"PASSWORD-INCORRECT",     Errc::refused_by_server,       "Password incorrect"},
    Refusal{"MISSING-ARGUMENT",       Errc::refused_by_server,       "Missing argument"},
    Refusal{"DATA-STALE",             Errc::data_stale,              "Data stale"},
    Refusal{"VAR-UNKNOWN",            Errc::unknown_variable,        "Variable unknown"},
    Refusal{"ALREADY-LOGGED-IN",      Errc::already_logged_in,       "Already logged in"},
    Refusal{"ALREADY-ATTACHED",       Errc::already_attached,        "Already logged in"},
    Refusal{"ALREADY-SET-PASSWORD",   Errc::already_set_password,    "Already set password"},
    Refusal{"UNKNOWN-TYPE",           Errc::refused_by_server,       "Unknown variable type"},
    Refusal{"UNKNOWN-VAR",            Errc::unknown_variable,        "Unknown variable"},
    Refusal{"READONLY",               Errc::read_only,               "Read-only variable"},
    Refusal{"TOO-LONG",               Errc::too_long,                "New value is too long"},
    Refusal{"INVALID-VALUE",          Errc::invalid_value,           "Invalid value for variable"},
    Refusal{"SET-FAILED",             Errc::set_failed,              "Set command failed"},
    Refusal{"UNKNOWN-INSTCMD",        Errc::refused_by_server,       "Unknown instant command"},
    Refusal{"INSTCMD-FAILED",         Errc::command_failed,          "Instant command failed"},
    Refusal{"CMD-NOT-SUPPORTED",      Errc::command_not_supported,   "Instant command not supported"},
    Refusal{"INVALID-USERNAME",       Errc::refused_by_server,       "Invalid username"},
    Refusal{"ALREADY-SET-USERNAME",   Errc::already_set_username,    "Already set username"},
    Refusal{"UNKNOWN-COMMAND",        Errc::unknown_command,         "Unknown command"},
    Refusal{"INVALID-PASSWORD",       Errc::refused_by_server,       "Invalid password"},
    Refusal{"USERNAME-REQUIRED",      Errc::username_required,       "Username required"},
    Refusal{"DRIVER-NOT-CONNECTED",   Errc::driver_not_connected,    "Driver not connected"},
    Refusal{"INVALID-ARGUMENT",       Errc::invalid_argument,        "Invalid argument"},                     // *
    Refusal{"FEATURE-NOT-SUPPORTED",  Errc::refused_by_server,       "Feature not supported by the server"},  // *
    Refusal{"FEATURE-NOT-CONFIGURED", Errc::feature_not_configured,  "Feature not configured on the server"}, // *
    Refusal{"ALREADY-SSL-MODE",       Errc::already_tls,             "The connection is encrypted already"},  // *
    Refusal{"ALREADY-SUBSCRIBED",     Errc::already_subscribed,      "Already subscribed"},                   // *
    Refusal{"NOT-SUBSCRIBED",         Errc::not_subscribed,          "Not subscribed"},                       // *
    Refusal{"FAILED",                 Errc::tracking_failed,         "The device or its driver refused"},     // *
    Refusal{"UNKNOWN",                Errc::tracking_unknown,        "Unknown to the driver or the server"},  // *
};
// clang-format on

const Refusal* find_refusal(std::string_view word)
{
    const auto* const row =
        std::find_if(kRefusals.begin(), kRefusals.end(), [&](const auto& r) { return r.word == word; });
    return row == kRefusals.end() ? nullptr : row;
}

} // namespace

Error refusal(std::string_view word)
{
    const auto* const row = find_refusal(word);
    return {row != nullptr ? row->code : Errc::refused_by_server, std::string(word)};
}

std::string client_text(const Error& error)
{
    if (const auto* const row = find_refusal(error.what); row != nullptr)
        return std::string(row->text);
    if (error.is(Errc::refused_by_server))
        return "Unknown error";
    return to_string(error);
}

} // namespace upright
