#include "drivers/io/snmp/net_snmp.hpp"

#include <array>
#include <cstdlib>

#include <arpa/inet.h>

namespace upright::snmp {
namespace {

void start_library()
{
    // No MIB files, no configuration, no state: we need none, and a user's may be anything.
    // The library makes a folder for certificates whatever it is told; below /dev/null there can't be one.
    for (const char* const variable : {"MIBS", "MIBDIRS"})
        setenv(variable, "", 1); // NOLINT(concurrency-mt-unsafe): before any thread
    for (const char* const variable : {"SNMPCONFPATH", "SNMP_PERSISTENT_DIR"})
        setenv(variable, "/dev/null/none", 1); // NOLINT(concurrency-mt-unsafe): the same
    for (const int flag : {NETSNMP_DS_LIB_DONT_READ_CONFIGS, NETSNMP_DS_LIB_DONT_PERSIST_STATE,
                           NETSNMP_DS_LIB_DISABLE_PERSISTENT_LOAD, NETSNMP_DS_LIB_DISABLE_PERSISTENT_SAVE,
                           NETSNMP_DS_LIB_DONT_LOAD_HOST_FILES})
        netsnmp_ds_set_boolean(NETSNMP_DS_LIBRARY_ID, flag, 1);
    // Without any handler it would write to stderr.
    netsnmp_register_loghandler(NETSNMP_LOGHANDLER_NONE, LOG_DEBUG);
    init_snmp("upright");
}

Oid oid_of(const oid* numbers, std::size_t count)
{
    std::array<std::uint32_t, Oid::kLongest> copy{};
    count = std::min(count, copy.size());
    for (std::size_t i = 0; i < count; ++i)
        copy.at(i) = static_cast<std::uint32_t>(numbers[i]);
    return Oid(std::span(copy).first(count));
}

Value address_of(const netsnmp_variable_list& variable)
{
    std::array<char, INET_ADDRSTRLEN> text{};
    if (variable.val_len != sizeof(in_addr)
        || inet_ntop(AF_INET, variable.val.string, text.data(), text.size()) == nullptr)
        return {};
    return Value::of(std::string(text.data()));
}

} // namespace

std::mutex& library()
{
    static std::mutex lock;
    static const bool started = (start_library(), true);
    static_cast<void>(started);
    return lock;
}

Value value_of(const netsnmp_variable_list& variable)
{
    const auto& val = variable.val;
    switch (variable.type) {
    case ASN_INTEGER: return Value::of(static_cast<std::int32_t>(*val.integer));
    case ASN_UNSIGNED: return Value::of(static_cast<std::uint32_t>(*val.integer), Value::Type::gauge);
    case ASN_COUNTER: return Value::of(static_cast<std::uint32_t>(*val.integer), Value::Type::counter);
    case ASN_TIMETICKS: return Value::of(static_cast<std::uint32_t>(*val.integer), Value::Type::ticks);
    case ASN_COUNTER64: {
        const auto whole =
            (static_cast<std::uint64_t>(val.counter64->high) << 32U) | (val.counter64->low & 0xFFFFFFFFU);
        return Value::of(static_cast<std::int64_t>(whole), Value::Type::counter);
    }
    case ASN_OPAQUE_FLOAT: return {Value::Type::real, 0, static_cast<double>(*val.floatVal), {}, {}};
    case ASN_OPAQUE_DOUBLE: return {Value::Type::real, 0, *val.doubleVal, {}, {}};
    case ASN_OCTET_STR:
    case ASN_BIT_STR:
    case ASN_OPAQUE:
        return Value::of(std::string(reinterpret_cast<const char*>(val.string), variable.val_len));
    case ASN_IPADDRESS: return address_of(variable);
    case ASN_OBJECT_ID: return Value::of(oid_of(val.objid, variable.val_len / sizeof(oid)));
    case ASN_NULL: return Value::of(std::string()); // it is there, and says nothing
    default: return {};
    }
}

} // namespace upright::snmp
