#include "drivers/io/snmp/session.hpp"

#include "drivers/io/snmp/net_snmp.hpp"
#include "drivers/io/snmp/presence.hpp"
#include "drivers/io/snmp/session_user.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <poll.h>

namespace upright::snmp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;
using Cause = SnmpError::Cause;

constexpr int kTriesBeforeAsking = 2;        // why nobody answers
constexpr auto kPatience = 700ms;            // for the answer to that
constexpr std::size_t kShortestPassword = 8; // RFC 3414, section 11.2

long version_of(Version version)
{
    if (version == Version::v3)
        return SNMP_VERSION_3;
    return version == Version::v1 ? SNMP_VERSION_1 : SNMP_VERSION_2c;
}

void add_value(netsnmp_pdu& pdu, const Binding& binding)
{
    const auto numbers = binding.oid.numbers();
    const std::vector<oid> name(numbers.begin(), numbers.end());
    const auto add = [&](u_char type, const void* data, std::size_t size) {
        snmp_pdu_add_variable(&pdu, name.data(), name.size(), type, data, size);
    };
    const auto& value = binding.value;
    const auto number = static_cast<long>(value.number);
    switch (value.type) {
    case Value::Type::integer: add(ASN_INTEGER, &number, sizeof number); break;
    case Value::Type::gauge: add(ASN_UNSIGNED, &number, sizeof number); break;
    case Value::Type::counter: add(ASN_COUNTER, &number, sizeof number); break;
    case Value::Type::ticks: add(ASN_TIMETICKS, &number, sizeof number); break;
    case Value::Type::text: add(ASN_OCTET_STR, value.text.data(), value.text.size()); break;
    case Value::Type::object_id: {
        const auto parts = value.oid.numbers();
        const std::vector<oid> copy(parts.begin(), parts.end());
        add(ASN_OBJECT_ID, copy.data(), copy.size() * sizeof(oid));
        break;
    }
    default: snmp_add_null_var(&pdu, name.data(), name.size());
    }
}

netsnmp_pdu* pdu_of(const Request& request, long request_id, long message_id)
{
    int command = SNMP_MSG_GET;
    if (request.ask == Ask::next)
        command = SNMP_MSG_GETNEXT;
    if (request.ask == Ask::bulk)
        command = SNMP_MSG_GETBULK;
    if (request.ask == Ask::set)
        command = SNMP_MSG_SET;
    auto* const pdu = snmp_pdu_create(command);
    if (pdu == nullptr)
        throw SnmpError(Cause::garbled, "out of memory");
    pdu->reqid = request_id;
    pdu->msgid = message_id;
    if (request.ask == Ask::bulk) {
        pdu->non_repeaters = 0;
        pdu->max_repetitions = request.repetitions;
    }
    for (const auto& binding : request.bindings)
        add_value(*pdu, binding);
    return pdu;
}

Oid name_of(const netsnmp_variable_list& variable)
{
    std::vector<std::uint32_t> numbers(variable.name, variable.name + variable.name_length);
    return Oid(numbers);
}

// What a message is worth once it is parsed: 0 if it could not be, or is not by whom it says.
int authentic(netsnmp_session* /*session*/, netsnmp_pdu* /*pdu*/, int result) { return result == 0 ? 1 : 0; }

} // namespace

// What came back to one request.
struct Session::Answer {
    bool over = false;
    bool good = false;
    int error = 0; // the library's
    Response response;

    static int take(int operation, netsnmp_session* session, int /*id*/, netsnmp_pdu* pdu, void* to)
    {
        auto& answer = *static_cast<Answer*>(to);
        const bool response = operation == NETSNMP_CALLBACK_OP_RECEIVED_MESSAGE && pdu != nullptr
                              && pdu->command == SNMP_MSG_RESPONSE;
        // A message whose authentication failed comes here like any other, but for this number. The true
        // answer may still come.
        if (response && session->s_snmp_errno != SNMPERR_SUCCESS)
            return 0;
        answer.over = true;
        if (response) {
            answer.good = true;
            answer.response.error = static_cast<Error>(pdu->errstat);
            answer.response.error_index = static_cast<int>(pdu->errindex);
            for (const auto* one = pdu->variables; one != nullptr; one = one->next_variable)
                answer.response.bindings.push_back({name_of(*one), value_of(*one)});
        } else if (operation != NETSNMP_CALLBACK_OP_TIMED_OUT) {
            answer.error = session->s_snmp_errno;
            if (pdu != nullptr && pdu->command == SNMP_MSG_REPORT)
                answer.error = snmpv3_get_report_type(pdu);
        }
        return 1;
    }
};

Session::Session(const SessionOptions& options) : options_(options) { const std::lock_guard held(library()); }

Session::~Session() { close(); }

std::optional<std::string> Session::problem(const SessionOptions& options)
{
    const std::lock_guard held(library());
    if (options.version != Version::v3)
        return std::nullopt;
    if (options.user.empty())
        return "secName is needed with snmp_version = v3";
    std::size_t length = 0;
    if (options.level == Level::none)
        return std::nullopt;
    if (sc_get_auth_oid(usm_lookup_auth_type(options.auth_protocol.c_str()), &length) == nullptr)
        return fmt::format("authProtocol {} is not known to the library", options.auth_protocol);
    if (options.auth_password.size() < kShortestPassword)
        return "authPassword wants 8 characters at least";
    if (options.level == Level::authenticated)
        return std::nullopt;
    if (sc_get_priv_oid(usm_lookup_priv_type(options.priv_protocol.c_str()), &length) == nullptr)
        return fmt::format("privProtocol {} is not known to the library", options.priv_protocol);
    if (options.priv_password.size() < kShortestPassword)
        return "privPassword wants 8 characters at least";
    return std::nullopt;
}

void Session::open()
{
    const std::lock_guard held(library());
    netsnmp_session wanted;
    snmp_sess_init(&wanted);
    wanted.version = version_of(options_.version);
    wanted.retries = 0; // we ask again ourselves
    wanted.timeout = std::chrono::microseconds(options_.timeout).count();
    if (options_.version == Version::v3) {
        add_user(wanted, options_);
    } else {
        wanted.community = reinterpret_cast<u_char*>(const_cast<char*>(options_.community.data()));
        wanted.community_len = options_.community.size();
    }
    // Not snmp_sess_open(): without authentic() the library hands over answers whose authentication failed.
    auto* const transport = netsnmp_transport_open_client("snmp", options_.peer.c_str());
    if (transport != nullptr)
        session_ = snmp_sess_add(&wanted, transport, nullptr, authentic); // it owns the transport
    else
        throw SnmpError(Cause::unreachable,
                        fmt::format("{} is unreachable: no such host, no way to it, or nobody listens there",
                                    options_.peer));
}

void Session::close()
{
    if (session_ == nullptr)
        return;
    const std::lock_guard held(library());
    snmp_sess_close(std::exchange(session_, nullptr));
}

// The library's error; 0 if it is on its way, or if there is no way, which shows when nobody answers.
int Session::send(const Request& request, Answer& answer)
{
    const std::lock_guard held(library());
    auto* const pdu = pdu_of(request, request_id_, message_id_);
    if (snmp_sess_async_send(session_, pdu, Answer::take, &answer) != 0)
        return 0;
    snmp_free_pdu(pdu);
    answer.over = true;
    int system = 0;
    int error = 0;
    char* text = nullptr;
    snmp_sess_error(session_, &system, &error, &text);
    free(text);
    return system == ECONNREFUSED || system == EHOSTUNREACH || system == ENETUNREACH ? 0 : error;
}

// Until the answer or the end of the time. Afterwards the library knows no more of `answer`.
void Session::wait_for(const Answer& answer)
{
    const int descriptor = snmp_sess_transport(session_)->sock;
    const auto deadline = Clock::now() + options_.timeout;
    while (!answer.over) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
        pollfd waited{descriptor, POLLIN, 0};
        const bool readable = left > 0ms && ::poll(&waited, 1, static_cast<int>(left.count())) > 0;
        const std::lock_guard held(library());
        if (!readable && left <= 0ms)
            break;
        if (!readable)
            continue;
        netsnmp_large_fd_set ready;
        netsnmp_large_fd_set_init(&ready, descriptor + 1);
        NETSNMP_LARGE_FD_SET(descriptor, &ready);
        snmp_sess_session(session_)->s_snmp_errno = SNMPERR_SUCCESS;
        const bool broken = snmp_sess_read2(session_, &ready) < 0;
        netsnmp_large_fd_set_cleanup(&ready);
        if (broken)
            break;
    }
    if (answer.over)
        return;
    {
        const std::lock_guard held(library());
        snmp_sess_timeout(session_); // drops what has expired, and tells `answer`
    }
    if (!answer.over)
        close();
}

// One question, one wait. False if nobody answered.
bool Session::attempt(const Request& request, Response& response)
{
    if (session_ == nullptr)
        open();
    if (session_ == nullptr) // v3: no engine answered
        return false;
    Answer answer;
    if (const int error = send(request, answer); error != 0)
        fail(error);
    wait_for(answer);
    if (answer.good) {
        response = std::move(answer.response);
        return true;
    }
    if (answer.error == SNMPERR_NOT_IN_TIME_WINDOW || answer.error == SNMPERR_UNKNOWN_ENG_ID
        || answer.error == SNMPERR_UNKNOWN_REPORT) {
        close(); // the agent has started again: the next try learns its engine and time anew
        return false;
    }
    if (answer.error != 0)
        fail(answer.error);
    return false;
}

void Session::fail(int library_error)
{
    close();
    switch (library_error) {
    case SNMPERR_UNKNOWN_USER_NAME:
        throw SnmpError(Cause::not_for_us, fmt::format("{} knows no user of this name", options_.peer));
    case SNMPERR_AUTHENTICATION_FAILURE:
        throw SnmpError(Cause::refused,
                        fmt::format("{} refuses: wrong authPassword or authProtocol", options_.peer));
    case SNMPERR_DECRYPTION_ERR:
    case SNMPERR_KRB5:
        throw SnmpError(Cause::refused,
                        fmt::format("{} refuses: wrong privPassword or privProtocol", options_.peer));
    case SNMPERR_UNSUPPORTED_SEC_LEVEL:
        throw SnmpError(Cause::refused, fmt::format("{} refuses: not with this secLevel", options_.peer));
    case SNMPERR_BAD_ADDRESS:
    case SNMPERR_BAD_SENDTO:
        throw SnmpError(Cause::unreachable, fmt::format("{} is unreachable: no way to it", options_.peer));
    default:
        throw SnmpError(Cause::garbled,
                        fmt::format("{}: {}", options_.peer, snmp_api_errstring(library_error)));
    }
}

SnmpError Session::why_silent() const
{
    const auto& peer = options_.peer;
    const auto who = options_.version == Version::v3 ? "user" : "community";
    switch (look_for_agent(peer, kPatience)) {
    case Presence::unreachable:
        return {Cause::unreachable,
                fmt::format("{} is unreachable: no way to it, or nobody listens there", peer)};
    case Presence::agent:
        if (answered_)
            return {Cause::silent, fmt::format("{} is there, but has stopped to answer this {}", peer, who)};
        if (options_.version == Version::v3)
            return {
                Cause::not_for_us,
                fmt::format("{} does not answer this user; privPassword or privProtocol may be wrong", peer)};
        return {Cause::not_for_us, fmt::format("{} does not answer this community or version", peer)};
    case Presence::unknown: break;
    }
    return {Cause::silent,
            fmt::format("no answer from {}: it is down, or it does not answer this {}", peer, who)};
}

Response Session::exchange(const Request& request)
{
    Response response;
    std::optional<SnmpError> why;
    {
        // All tries bear one number, so that the answer to an earlier one is an answer, too: slow cards give
        // no other.
        const std::lock_guard held(library());
        request_id_ = snmp_get_next_reqid();
        message_id_ = snmp_get_next_msgid();
    }
    for (int tries = 0; tries <= options_.retries; ++tries) {
        if (stop_ != nullptr && *stop_)
            throw SnmpError(Cause::silent, "not asked any more");
        if (attempt(request, response)) {
            told_ = false;
            answered_ = true;
            return response;
        }
        if (told_ || why || tries + 1 < std::min(kTriesBeforeAsking, options_.retries + 1))
            continue;
        why = why_silent();
        if (tell_) {
            told_ = true;
            tell_(*why);
        }
        if (!answered_) // one that never did won't for being asked often
            break;
    }
    throw why ? *why : why_silent();
}

} // namespace upright::snmp
