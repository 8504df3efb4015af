// Eaton's environment probe (EMP), which UPSes and PDUs show in the same tree.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <fmt/format.h>

#include <array>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

constexpr std::string_view kThreshold = "0=good;1=warning-low;2=critical-low;3=warning-high;4=critical-high";

// Temperature (2) or humidity (3): value, status, limits.
void add_measure(std::vector<Row>& rows, int group, const std::string& name, double value,
                 const std::array<double, 4>& limits)
{
    static constexpr std::array kNames{"low.warning", "low.critical", "high.warning", "high.critical"};
    rows.push_back(
        {fmt::format("1.{}.3.1.1.1.1", group), integer, fixed(0), 1, name + ".status", kThreshold});
    rows.push_back({fmt::format("1.{}.3.1.3.1.1", group), integer, fixed(value), 10, name});
    for (std::size_t i = 0; i < kNames.size(); ++i)
        rows.push_back({fmt::format("1.{}.2.1.{}.1.1", group, 5 + i),
                        integer,
                        kept(limits[i]),
                        10,
                        fmt::format("{}.{}", name, kNames[i]),
                        {},
                        {-500, 1000}});
}

} // namespace

// clang-format off
std::vector<Row> eaton_sensor_rows()
{
    std::vector<Row> rows{
        {"1.1.1.0",        integer, fixed(1), 1, "ambient.count"},
        {"1.1.2.1.2.1",    octets, {}, 1, "ambient.1.id", {}, {}, "4a5b"},
        {"1.1.2.1.4.1",    integer, fixed(1), 1, "ambient.1.address"},
        {"1.1.2.1.5.1",    octets, {}, 1, {}, {}, {}, "G117H02048"},
        {"1.1.2.1.6.1",    octets, {}, 1, "ambient.1.mfr", {}, {}, "EATON"},
        {"1.1.2.1.7.1",    octets, {}, 1, "ambient.1.model", {}, {}, "EMPDT1H1C2"},
        {"1.1.2.1.9.1",    octets, {}, 1, "ambient.1.serial", {}, {}, "P007H22003"},
        {"1.1.2.1.10.1",   octets, {}, 1, "ambient.1.firmware", {}, {}, "1.0.2"},
        {"1.1.3.1.1.1",    octets, {}, 1, "ambient.1.name", {}, {0, 31}, "door"},
        {"1.1.4.1.1.1",    integer, fixed(2), 1, "ambient.1.present", "0=unknown;2=yes;3=no"},
        {"1.2.5.0",        integer, fixed(1)}, // Celsius
        {"1.4.2.1.1.1.1",  octets, {}, 1, "ambient.1.contacts.1.name", {}, {0, 31}, "door"},
        {"1.4.2.1.1.1.2",  octets, {}, 1, "ambient.1.contacts.2.name", {}, {0, 31}, "leak"},
        {"1.4.2.1.3.1.1",  integer, kept(0), 1, "ambient.1.contacts.1.config", "0=normal-opened;1=normal-closed", {0, 1}},
        {"1.4.2.1.3.1.2",  integer, kept(1), 1, "ambient.1.contacts.2.config", "0=normal-opened;1=normal-closed", {0, 1}},
        {"1.4.3.1.3.1.1",  integer, fixed(0), 1, "ambient.1.contacts.1.status", "0=inactive;1=active"},
        {"1.4.3.1.3.1.2",  integer, fixed(1), 1, "ambient.1.contacts.2.status", "0=inactive;1=active"},
    };
    add_measure(rows, 2, "ambient.1.temperature", 23.4, {10, 5, 35, 40});
    add_measure(rows, 3, "ambient.1.humidity", 41.5, {20, 10, 80, 90});
    for (auto& row : rows)
        row.oid = "1.3.6.1.4.1.534.6.8." + row.oid;
    return rows;
}
// clang-format on

} // namespace upright::upsim::snmp
