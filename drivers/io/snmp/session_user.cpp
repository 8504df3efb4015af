#include "drivers/io/snmp/session_user.hpp"

namespace upright::snmp {
namespace {

using Cause = SnmpError::Cause;

// The key of a password (RFC 3414, section 2.6). False if the library can't.
bool make_key(int auth_type, const std::string& password, u_char* key, std::size_t& length)
{
    std::size_t oid_length = 0;
    auto* const protocol = sc_get_auth_oid(auth_type, &oid_length);
    return protocol != nullptr
           && generate_Ku(protocol, static_cast<u_int>(oid_length),
                          reinterpret_cast<const u_char*>(password.data()), password.size(), key, &length)
                  == SNMPERR_SUCCESS;
}

} // namespace

int level_of(Level level)
{
    if (level == Level::none)
        return SNMP_SEC_LEVEL_NOAUTH;
    return level == Level::authenticated ? SNMP_SEC_LEVEL_AUTHNOPRIV : SNMP_SEC_LEVEL_AUTHPRIV;
}

void add_user(netsnmp_session& session, const SessionOptions& options)
{
    session.securityName = const_cast<char*>(options.user.c_str()); // the library copies it
    session.securityNameLen = options.user.size();
    session.securityLevel = level_of(options.level);
    session.securityModel = SNMP_SEC_MODEL_USM;
    if (options.level == Level::none)
        return;
    const int auth = usm_lookup_auth_type(options.auth_protocol.c_str());
    std::size_t length = 0;
    session.securityAuthProto = sc_get_auth_oid(auth, &length);
    session.securityAuthProtoLen = length;
    session.securityAuthKeyLen = sizeof session.securityAuthKey;
    if (!make_key(auth, options.auth_password, session.securityAuthKey, session.securityAuthKeyLen))
        throw SnmpError(Cause::refused, "the key of authPassword can't be made");
    if (options.level != Level::encrypted)
        return;
    session.securityPrivProto = sc_get_priv_oid(usm_lookup_priv_type(options.priv_protocol.c_str()), &length);
    session.securityPrivProtoLen = length;
    session.securityPrivKeyLen = sizeof session.securityPrivKey;
    if (!make_key(auth, options.priv_password, session.securityPrivKey, session.securityPrivKeyLen))
        throw SnmpError(Cause::refused, "the key of privPassword can't be made");
}

} // namespace upright::snmp
