// RFC 1628, all of it: a UPS with one line, and one with three.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <fmt/format.h>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

const Oid kMib{1, 3, 6, 1, 2, 1, 33, 1};

constexpr std::string_view kSource = "1=;2=OFF;3=OL;4=OL BYPASS;5=OB;6=OL BOOST;7=OL TRIM";
constexpr std::string_view kResult = "1=done and passed;2=done and warning;3=done and error;4=aborted;"
                                     "5=in progress;6=no test initiated";

// clang-format off
const std::vector<Row>& common()
{
    static const std::vector<Row> rows{
        {"1.1.0",  octets,  {}, 1, "ups.mfr;device.mfr", {}, {}, "Upright"},
        {"1.2.0",  octets,  {}, 1, "ups.model;device.model", {}, {}, "Upsim 900"},
        {"1.3.0",  octets,  {}, 1, "ups.firmware", {}, {}, "1.7"},
        {"1.4.0",  octets,  {}, 1, "ups.firmware.aux", {}, {}, "upsim"},
        {"1.5.0",  octets,  {}, 1, {}, {}, {0, 63}, "rack 7"},
        {"1.6.0",  octets,  {}, 1, {}, {}, {0, 63}, "db1 db2"},
        {"2.1.0",  integer, battery_status, 1, "ups.status", "1=;2=;3=LB;4=LB"},
        {"2.2.0",  integer, seconds_on_battery},
        {"2.3.0",  integer, runtime, 1.0 / 60, "battery.runtime"},
        {"2.4.0",  integer, charge, 1, "battery.charge"},
        {"2.5.0",  integer, battery_volts, 10, "battery.voltage"},
        {"2.6.0",  integer, battery_amperes, 10, "battery.current"},
        {"2.7.0",  integer, battery_celsius, 1, "battery.temperature"},
        {"3.1.0",  counter, transfers},
        {"4.1.0",  integer, output_source, 1, "ups.status", kSource},
        {"4.2.0",  integer, output_hertz, 10, "output.frequency"},
        {"5.1.0",  integer, input_hertz, 10, "input.bypass.frequency"},
        {"7.1.0",  oid,     test_id, 1, {}, {}, {1, 5}, "1.3.6.1.2.1.33.1.7.7"},
        {"7.2.0",  integer, kept(4711), 1, {}, {}, {0, INT32_MAX}, {}, true},
        {"7.3.0",  integer, test_result, 1, "ups.test.result", kResult},
        {"7.4.0",  octets,  {}, 1, {}, {}, {}, ""},
        {"7.5.0",  ticks,   test_started, 100},
        {"7.6.0",  integer, test_took, 100},
        {"8.1.0",  integer, kept(1), 1, {}, {}, {1, 2}},
        {"8.2.0",  integer, shutdown_delay_now, 1, "ups.timer.shutdown", {}, {-1, INT32_MAX}},
        {"8.3.0",  integer, start_delay_now, 1, "ups.timer.start", {}, {-1, INT32_MAX}},
        {"8.4.0",  integer, reboot_now, 1, "ups.timer.reboot", {}, {-1, 300}},
        {"8.5.0",  integer, auto_restart, 1, "ups.start.auto", "1=yes;2=no", {1, 2}},
        {"9.1.0",  integer, kept(230), 1, "input.voltage.nominal", {}, {0, 1000}},
        {"9.2.0",  integer, kept(50), 10, "input.frequency.nominal", {}, {0, 1000}},
        {"9.3.0",  integer, nominal_volts, 1, "output.voltage.nominal"},
        {"9.4.0",  integer, nominal_hertz, 10, "output.frequency.nominal"},
        {"9.5.0",  integer, nominal_va, 1, "output.power.nominal"},
        {"9.6.0",  integer, nominal_watts, 1, "output.realpower.nominal"},
        {"9.7.0",  integer, low_runtime, 1.0 / 60, "battery.runtime.low", {}, {0, 10000}},
        {"9.8.0",  integer, beeper, 1, "ups.beeper.status", "1=disabled;2=enabled;3=muted", {1, 3}},
        {"9.9.0",  integer, low_transfer, 1, "input.transfer.low", {}, {0, 1000}},
        {"9.10.0", integer, high_transfer, 1, "input.transfer.high", {}, {0, 1000}},
    };
    return rows;
}

struct LineColumn {
    std::string_view column;
    const Quantity* what;
    double per;
    std::string_view one;   // the variable, of a UPS with one line
    std::string_view three; // of one with three
};

const std::vector<LineColumn>& line_columns()
{
    static const std::vector<LineColumn> columns{
        {"3.3.1.2", &input_hertz,    10, "input.frequency",        "input.L{}.frequency"},
        {"3.3.1.3", &input_volts,    1,  "input.voltage",          "input.L{}-N.voltage"},
        {"3.3.1.4", &input_amperes,  10, "input.current",          "input.L{}.current"},
        {"3.3.1.5", &input_watts,    1,  "input.realpower",        "input.L{}.realpower"},
        {"4.4.1.2", &output_volts,   1,  "output.voltage",         "output.L{}-N.voltage"},
        {"4.4.1.3", &output_amperes, 10, "output.current",         "output.L{}.current"},
        {"4.4.1.4", &output_watts,   1,  "output.realpower",       "output.L{}.realpower"},
        {"4.4.1.5", &load,           1,  "ups.load",               "output.L{}.power.percent"},
        {"5.3.1.2", &input_volts,    1,  "input.bypass.voltage",   "input.bypass.L{}-N.voltage"},
        {"5.3.1.3", nullptr,         10, "input.bypass.current",   "input.bypass.L{}.current"},
        {"5.3.1.4", nullptr,         1,  "input.bypass.realpower", "input.bypass.L{}.realpower"},
    };
    return columns;
}
// clang-format on

std::vector<Row> with_lines(int lines)
{
    auto rows = common();
    for (const auto& [count, variable] :
         {std::pair{"3.2.0", "input.phases"}, {"4.3.0", "output.phases"}, {"5.2.0", "input.bypass.phases"}})
        rows.push_back({count, integer, fixed(lines), 1, variable});
    for (const auto& column : line_columns())
        for (int line = 1; line <= lines; ++line) {
            const auto what = column.what == nullptr ? fixed(0) : of(*column.what, lines == 1 ? 0 : line);
            rows.push_back(
                {fmt::format("{}.{}", column.column, line), integer, what, column.per,
                 lines == 1 ? std::string(column.one) : fmt::format(fmt::runtime(column.three), line)});
        }
    for (auto& row : rows)
        row.oid = "1.3.6.1.2.1.33.1." + row.oid;
    return rows;
}

std::vector<Row> one_line(const ProfileOptions&) { return with_lines(1); }
std::vector<Row> three_lines(const ProfileOptions&) { return with_lines(3); }

Oid well_known(std::uint32_t number) { return below(kMib, {6, 3, number}); }

std::vector<Alarm> alarms()
{
    return {
        {well_known(1), replace, "RB"},     {well_known(2), on_battery, "OB"},
        {well_known(3), low_battery, "LB"}, {well_known(4), depleted, "LB"},
        {well_known(6), input_bad},         {well_known(8), overload, "OVER"},
        {well_known(9), bypass, "BYPASS"},  {well_known(14), output_off, "OFF"},
        {well_known(19), test_failed},      {well_known(21), awaiting_power},
        {well_known(22), shutdown_pending}, {well_known(23), shutdown_imminent},
        {well_known(24), testing},
    };
}

// RFC 1628, section 4, upsTraps; the additions and removals of alarms come of themselves.
std::vector<Event> events(const ProfileOptions&)
{
    const Oid traps{1, 3, 6, 1, 2, 1, 33, 2};
    const auto object = [](std::uint32_t group, std::uint32_t number) {
        return below(kMib, {group, number, 0});
    };
    return {{on_battery, below(traps, {1}), {}, {object(2, 3), object(2, 2), object(9, 7)}, 60},
            {testing,
             {},
             below(traps, {2}),
             {object(7, 1), object(7, 2), object(7, 3), object(7, 4), object(7, 5), object(7, 6)}}};
}

Profile profile(std::string_view name, std::vector<Row> (*rows)(const ProfileOptions&))
{
    return {.name = name,
            .object_id = "1.3.6.1.2.1.33",
            .description = "upsim, RFC 1628",
            .rows = rows,
            .alarms = alarms(),
            .alarm_table = below(kMib, {6, 2, 1}),
            .alarm_count = below(kMib, {6, 1, 0}),
            .alarm_added = {1, 3, 6, 1, 2, 1, 33, 2, 3},
            .alarm_removed = {1, 3, 6, 1, 2, 1, 33, 2, 4},
            .events = events,
            .more_truth = {{"device.type", "ups"}}};
}

} // namespace

Profile ietf_profile() { return profile("ietf", one_line); }
Profile ietf3_profile() { return profile("ietf3", three_lines); }

} // namespace upright::upsim::snmp
