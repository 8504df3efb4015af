#include "drivers/upsim/snmp/notifications.hpp"

#include "drivers/upsim/snmp/message.hpp"
#include "drivers/upsim/snmp/net_snmp.hpp"

#include <cmath>

namespace upright::upsim::snmp {
namespace {

const Oid kUptime{1, 3, 6, 1, 2, 1, 1, 3, 0};
const Oid kTrapOid{1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0};
constexpr int kEnterpriseSpecific = 6;

long version_of(TrapVersion version)
{
    switch (version) {
    case TrapVersion::v1: return SNMP_VERSION_1;
    case TrapVersion::v2c:
    case TrapVersion::inform2c: return SNMP_VERSION_2c;
    default: return SNMP_VERSION_3;
    }
}

bool is_inform(TrapVersion version)
{
    return version == TrapVersion::inform2c || version == TrapVersion::inform3;
}

// RFC 3584, section 3.2: the last number says which one, and a 0 before it belongs to neither.
void name_v1(netsnmp_pdu& pdu, Oid what)
{
    pdu.trap_type = kEnterpriseSpecific;
    pdu.specific_type = static_cast<long>(what.back());
    what.pop_back();
    if (!what.empty() && what.back() == 0)
        what.pop_back();
    const std::vector<oid> parts(what.begin(), what.end());
    pdu.enterprise = snmp_duplicate_objid(parts.data(), parts.size());
    pdu.enterprise_length = parts.size();
    pdu.agent_addr[0] = 127;
    pdu.agent_addr[3] = 1;
}

// The keys of a user for whatever engine hears of it.
void identify(netsnmp_session& settings, User& user)
{
    settings.securityName = user.name.data();
    settings.securityNameLen = user.name.size();
    settings.securityLevel = static_cast<int>(user.level);
    settings.securityModel = SNMP_SEC_MODEL_USM;
    const auto password = [](std::string& text) { return reinterpret_cast<const u_char*>(text.data()); };
    if (user.level == Level::no_auth)
        return;
    const int auth = usm_lookup_auth_type(user.auth_protocol.c_str());
    settings.securityAuthProto = sc_get_auth_oid(auth, &settings.securityAuthProtoLen);
    settings.securityAuthKeyLen = USM_AUTH_KU_LEN;
    generate_Ku(settings.securityAuthProto, static_cast<u_int>(settings.securityAuthProtoLen),
                password(user.auth_password), user.auth_password.size(), settings.securityAuthKey,
                &settings.securityAuthKeyLen);
    if (user.level != Level::priv)
        return;
    const int priv = usm_lookup_priv_type(user.priv_protocol.c_str());
    settings.securityPrivProto = sc_get_priv_oid(priv, &settings.securityPrivProtoLen);
    settings.securityPrivKeyLen = USM_PRIV_KU_LEN;
    generate_Ku(settings.securityAuthProto, static_cast<u_int>(settings.securityAuthProtoLen),
                password(user.priv_password), user.priv_password.size(), settings.securityPrivKey,
                &settings.securityPrivKeyLen);
}

} // namespace

Notifications::Notifications(TrapOptions options, std::optional<User> user, Sessions& sessions)
    : options_(std::move(options)), user_(std::move(user)), sessions_(sessions), open_(options_.to.size())
{
}

Notifications::~Notifications()
{
    for (auto* const session : open_)
        if (session != nullptr)
            snmp_close(session);
}

netsnmp_session* Notifications::session(std::size_t target)
{
    if (open_[target] != nullptr)
        return open_[target];
    netsnmp_session settings;
    snmp_sess_init(&settings);
    settings.peername = options_.to[target].data();
    settings.version = version_of(options_.version);
    settings.retries = 1;
    settings.timeout = 500'000; // us
    settings.callback = [](int, netsnmp_session*, int, netsnmp_pdu*, void*) { return 1; };
    settings.community = reinterpret_cast<u_char*>(options_.community.data());
    settings.community_len = options_.community.size();
    std::size_t length = 0;
    auto* const engine = snmpv3_generate_engineID(&length);
    if (settings.version == SNMP_VERSION_3) {
        identify(settings, *user_);
        if (!is_inform(options_.version)) { // a trap's sender is the authority
            settings.securityEngineID = engine;
            settings.securityEngineIDLen = length;
            settings.contextEngineID = engine;
            settings.contextEngineIDLen = length;
            settings.engineBoots = static_cast<u_int>(snmpv3_local_snmpEngineBoots());
            settings.engineTime = static_cast<u_int>(snmpv3_local_snmpEngineTime());
        }
    }
    open_[target] = snmp_open(&settings);
    std::free(engine); // NOLINT(cppcoreguidelines-no-malloc): the library's
    return open_[target];
}

void Notifications::send(netsnmp_session& session, const Notification& notification, double uptime)
{
    const bool v1 = options_.version == TrapVersion::v1;
    auto* const pdu = snmp_pdu_create(v1                            ? SNMP_MSG_TRAP
                                      : is_inform(options_.version) ? SNMP_MSG_INFORM
                                                                    : SNMP_MSG_TRAP2);
    const auto ticks = std::llround(uptime * 100);
    if (v1) {
        name_v1(*pdu, notification.what);
        pdu->time = static_cast<u_long>(ticks);
    } else {
        add_binding(*pdu, {kUptime, Value::of(Type::ticks, ticks)});
        add_binding(*pdu, {kTrapOid, Value::identifier(notification.what)});
    }
    for (const auto& binding : notification.bindings)
        add_binding(*pdu, binding);
    if (snmp_send(&session, pdu) == 0)
        snmp_free_pdu(pdu);
}

void Notifications::send(const Notification& notification, double uptime)
{
    for (std::size_t i = 0; i < open_.size(); ++i)
        if (auto* const to = session(i); to != nullptr)
            send(*to, notification, uptime);
    sessions_.look_again();
}

} // namespace upright::upsim::snmp
