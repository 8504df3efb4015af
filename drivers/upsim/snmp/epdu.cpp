// Eaton's ePDU (Marlin): units in a daisy chain, each with an input, three groups and its outlets.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

constexpr int kGroups = 3;
constexpr std::string_view kThreshold = "0=good;1=warning-low;2=critical-low;3=warning-high;4=critical-high";
constexpr std::string_view kControl = "0=off;1=on;2=pendingOff;3=pendingOn";

double control_status(const State& s, double outlet)
{
    const bool on = outlet_on.read(s, outlet) != 0;
    const bool planned = (on ? outlet_off_in : outlet_on_in).read(s, outlet) >= 0;
    return on ? planned ? 2 : 1 : planned ? 3 : 0;
}

// A group is numbered by its first outlet, and by how many it has: first + 1000 * count.
int first_of(double group) { return static_cast<int>(group) % 1000; }
int count_of(double group) { return static_cast<int>(group) / 1000; }

template <class Read>
double sum(const State& s, double group, Read read)
{
    double all = 0;
    for (int i = 0; i < count_of(group); ++i)
        all += read(s, first_of(group) + i);
    return all;
}

double group_watts(const State& s, double group) { return sum(s, group, outlet_watts.read); }
double group_va(const State& s, double group) { return group_watts(s, group) / 0.9; }
double outlet_va(const State& s, double outlet) { return outlet_watts.read(s, outlet) / 0.9; }
double input_percent(const State& s, double group) { return sum(s, group, outlet_amperes.read) / 16 * 100; }
double group_amperes(const State& s, double group) { return sum(s, group, outlet_amperes.read); }

// off 0, on 1, mixed 3
double group_status(const State& s, double group)
{
    const double on = sum(s, group, outlet_on.read);
    return on == 0 ? 0 : on == count_of(group) ? 1 : 3;
}

template <const Quantity* outlet>
void each(const State& s, double group, double value)
{
    for (int i = 0; i < count_of(group); ++i)
        outlet->write(s, first_of(group) + i, value);
}

// The rows of one unit.
class Unit {
public:
    Unit(int number, const ProfileOptions& options) : number_(number), options_(options) {}

    std::vector<Row> rows()
    {
        identity();
        input();
        environment();
        const int per_group = std::max(options_.outlets / kGroups, 1);
        for (int i = 0; i < kGroups && i * per_group < options_.outlets; ++i) {
            const int rest = options_.outlets - i * per_group;
            group(i + 1, i * per_group, i == kGroups - 1 ? rest : std::min(per_group, rest));
        }
        for (int i = 0; i < options_.outlets; ++i)
            outlet(i + 1, std::min(i / per_group + 1, kGroups));
        return std::move(rows_);
    }

private:
    // In a chain each unit's variables begin with its number; the first one's are there without it, too.
    std::string named(std::string_view variables) const
    {
        std::string all(number_ == 0 ? variables : "");
        while (!variables.empty() && options_.units > 1) {
            const auto end = std::min(variables.find(';'), variables.size());
            const auto one = variables.substr(0, end);
            all += fmt::format("{}device.{}.{}", all.empty() ? "" : ";", number_ + 1,
                               one.starts_with("device.") ? one.substr(7) : one);
            variables.remove_prefix(std::min(end + 1, variables.size()));
        }
        return all;
    }

    void number(const std::string& column, const std::string& index, const Quantity& what, double per = 1,
                const std::string& variable = {}, std::string_view map = {}, Limits set = {})
    {
        rows_.push_back(
            {fmt::format("{}.{}{}", column, number_, index), integer, what, per, named(variable), map, set});
    }
    void text(const std::string& column, const std::string& index, std::string value,
              const std::string& variable = {}, Limits set = {})
    {
        rows_.push_back({fmt::format("{}.{}{}", column, number_, index),
                         octets,
                         {},
                         1,
                         named(variable),
                         {},
                         set,
                         std::move(value)});
    }
    // Value, and four limits of it that may be written.
    void limits(const std::string& column, int first, const std::string& index, const std::string& variable,
                const std::array<double, 4>& values, double per)
    {
        static constexpr std::array kNames{".low.warning", ".low.critical", ".high.warning",
                                           ".high.critical"};
        for (std::size_t i = 0; i < kNames.size(); ++i)
            number(fmt::format("{}.{}", column, first + static_cast<int>(i)), index, kept(values[i]), per,
                   with_each(variable, kNames[i]), {}, {-1, 500000});
    }

    static std::string with_each(std::string_view variables, std::string_view end)
    {
        std::string all;
        for (const char c : variables)
            all += c == ';' ? fmt::format("{};", end) : std::string(1, c);
        return all + std::string(end);
    }

    void identity()
    {
        const auto serial = fmt::format("H908D2A0{:02}", number_ + 1);
        text("1.2.1.2", "", "EMAB05", "device.model;ups.model");
        text("1.2.1.3", "", "EMAB05-P", "device.part");
        text("1.2.1.4", "", serial, "device.serial;ups.serial");
        text("1.2.1.5", "", "04.01.0002", "ups.firmware");
        text("1.2.1.6", "", fmt::format("PDU {}", number_ + 1), {}, {0, 63});
        number("1.2.1.9", "", fixed(1));
        number("1.2.1.10", "", fixed(1), 1, "outlet.switchable", "0=no;1=yes;2=no;3=yes;4=no");
        number("1.2.1.20", "", fixed(1));
        number("1.2.1.21", "", fixed(kGroups), 1, "outlet.group.count");
        number("1.2.1.22", "", fixed(options_.outlets), 1, "outlet.count");
        number("1.2.1.30", "", fixed(0));
    }

    void input()
    {
        const double whole = number_ * options_.outlets + 1000.0 * options_.outlets;
        const Quantity watts{group_watts, nullptr, whole};
        const Quantity amps{group_amperes, nullptr, whole};
        number("3.1.1.2", ".1", fixed(1), 1, "input.phases", "1=1;2=2;3=3;4=3");
        number("3.1.1.3", ".1", input_hertz, 10, "input.frequency;outlet.frequency");
        number("3.1.1.4", ".1", fixed(0), 1, "input.frequency.status", "0=good;1=out-of-range");
        text("3.1.1.10", ".1", "feed A", "input.feed.desc", {0, 31});
        number("3.2.1.3", ".1.1", input_volts, 1000, "input.voltage;input.L1.voltage;outlet.voltage");
        number("3.2.1.4", ".1.1", fixed(0), 1, "input.voltage.status;input.L1.voltage.status", kThreshold);
        limits("3.2.1", 5, ".1.1", "input.voltage;input.L1.voltage", {190, 180, 255, 265}, 1000);
        number("3.3.1.3", ".1.1", fixed(16), 1000, "input.current.nominal;input.L1.current.nominal");
        number("3.3.1.4", ".1.1", amps, 1000, "input.current;input.L1.current");
        number("3.3.1.5", ".1.1", fixed(0), 1, "input.current.status;input.L1.current.status", kThreshold);
        limits("3.3.1", 6, ".1.1", "input.current;input.L1.current", {0, 0, 14, 16}, 1000);
        number("3.3.1.11", ".1.1", {input_percent, nullptr, whole}, 1, "input.load;input.L1.load");
        number("3.4.1.3", ".1.1", {group_va, nullptr, whole}, 1, "input.L1.power");
        number("3.4.1.4", ".1.1", watts, 1, "input.L1.realpower");
        number("3.4.1.3", ".1.4", {group_va, nullptr, whole}, 1, "input.power;outlet.power");
        number("3.4.1.4", ".1.4", watts, 1, "input.realpower;outlet.realpower");
    }

    void environment()
    {
        number("7.1.1.3", ".1", fixed(1), 1, "ambient.present", "-1=unknown;0=no;1=yes");
        number("7.1.1.4", ".1", fixed(23.4), 10, "ambient.temperature");
        number("7.1.1.5", ".1", fixed(0), 1, "ambient.temperature.status", kThreshold);
        limits("7.1.1", 6, ".1", "ambient.temperature", {10, 5, 35, 40}, 10);
        number("7.2.1.3", ".1", fixed(1));
        number("7.2.1.4", ".1", fixed(41.5), 10, "ambient.humidity");
        number("7.2.1.5", ".1", fixed(0), 1, "ambient.humidity.status", kThreshold);
        limits("7.2.1", 6, ".1", "ambient.humidity", {20, 10, 80, 90}, 10);
        number("7.3.1.4", ".1", fixed(0), 1, "ambient.contacts.1.status", "-1=unknown;0=opened;1=closed");
        number("7.3.1.4", ".2", fixed(1), 1, "ambient.contacts.2.status", "-1=unknown;0=opened;1=closed");
    }

    void group(int number_in_unit, int first, int count)
    {
        const auto index = fmt::format(".{}", number_in_unit);
        const auto variable = [&](const char* rest) {
            return fmt::format("outlet.group.{}.{}", number_in_unit, rest);
        };
        const double group = number_ * options_.outlets + first + 1000.0 * count;
        const auto name = fmt::format("Section {}", static_cast<char>('A' + number_in_unit - 1));
        text("5.1.1.2", index, fmt::format("{}", number_in_unit), variable("id"));
        text("5.1.1.3", index, name, variable("desc"), {0, 31});
        number("5.1.1.4", index, fixed(4), 1, variable("type"),
               "0=unknown;1=breaker1pole;2=breaker2pole;3=breaker3pole;4=outlet-section;5=user-defined");
        number("5.1.1.6", index, fixed(count), 1, variable("count"));
        text("5.1.1.8", index, name, variable("name"));
        number("5.1.1.9", index, fixed(1), 1, variable("input"));
        number("5.3.1.3", index, output_volts, 1000, variable("voltage"));
        number("5.3.1.4", index, fixed(0), 1, variable("voltage.status"), kThreshold);
        number("5.4.1.2", index, fixed(16), 1000, variable("current.nominal"));
        number("5.4.1.3", index, {group_amperes, nullptr, group}, 1000, variable("current"));
        number("5.4.1.4", index, fixed(0), 1, variable("current.status"), kThreshold);
        number("5.5.1.2", index, {group_va, nullptr, group}, 1, variable("power"));
        number("5.5.1.3", index, {group_watts, nullptr, group}, 1, variable("realpower"));
        number("5.6.1.2", index, {group_status, nullptr, group}, 1, variable("status"),
               "0=off;1=on;2=rebooting;3=mixed");
        const auto none = [](const State&, double) { return -1.0; };
        number("5.6.1.3", index, {none, each<&outlet_off_in>, group}, 1, {}, {}, {-1, 99999});
        number("5.6.1.4", index, {none, each<&outlet_on_in>, group}, 1, {}, {}, {-1, 99999});
        number("5.6.1.5", index, {none, each<&outlet_reboot>, group}, 1, {}, {}, {-1, 0});
    }

    void outlet(int number_in_unit, int group)
    {
        const auto index = fmt::format(".{}", number_in_unit);
        const auto variable = [&](const char* rest) {
            return fmt::format("outlet.{}.{}", number_in_unit, rest);
        };
        const auto mine = [&](const Quantity& what) {
            return of(what, number_ * options_.outlets + number_in_unit - 1);
        };
        const Limits delay{-1, 99999};
        text("6.1.1.2", index, fmt::format("{}", number_in_unit));
        text("6.1.1.3", index, fmt::format("Outlet {}", number_in_unit), variable("desc"), {0, 31});
        number("6.1.1.5", index, fixed(1), 1, variable("type"), "0=unknown;1=iecC13;2=iecC19");
        text("6.1.1.6", index, fmt::format("{}{}", static_cast<char>('A' + group - 1), number_in_unit),
             variable("name"));
        number("6.3.1.2", index, mine(outlet_volts), 1000, variable("voltage"));
        number("6.3.1.3", index, fixed(0), 1, variable("voltage.status"), kThreshold);
        number("6.4.1.2", index, fixed(10), 1000);
        number("6.4.1.3", index, mine(outlet_amperes), 1000, variable("current"));
        number("6.4.1.4", index, fixed(0), 1, variable("current.status"), kThreshold);
        limits("6.4.1", 5, index, variable("current"), {0, 0, 8, 10}, 1000);
        number("6.5.1.2", index, mine({outlet_va}), 1, variable("power"));
        number("6.5.1.3", index, mine(outlet_watts), 1, variable("realpower"));
        number("6.6.1.2", index, mine({control_status}), 1, variable("status"), kControl);
        number("6.6.1.3", index, mine(outlet_off_in), 1, variable("timer.shutdown"), {}, delay);
        number("6.6.1.4", index, mine(outlet_on_in), 1, variable("timer.start"), {}, delay);
        number("6.6.1.5", index, mine(outlet_reboot), 1, {}, {}, {-1, 0});
        number("6.6.1.6", index, kept(2), 1, {}, {}, {0, 2});
        number("6.6.1.7", index, mine(outlet_on_delay), 1, variable("delay.start"), {}, delay);
        number("6.6.1.8", index, kept(10), 1, {}, {}, {1, 99999});
        number("6.6.1.9", index, fixed(1), 1, variable("switchable"), "1=yes;2=no");
        number("6.6.1.10", index, mine(outlet_off_delay), 1, variable("delay.shutdown"), {}, delay);
    }

    int number_; // from 0, as in the identifiers
    const ProfileOptions& options_;
    std::vector<Row> rows_;
};

std::vector<Row> rows(const ProfileOptions& options)
{
    std::string present;
    std::vector<Row> all;
    for (int unit = 0; unit < options.units; ++unit) {
        present += fmt::format("{}{}", unit == 0 ? "" : ",", unit);
        auto more = Unit(unit, options).rows();
        all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    }
    all.push_back({"1.1.0", octets, {}, 1, {}, {}, {}, present});
    for (auto& row : all)
        row.oid = "1.3.6.1.4.1.534.6.6.7." + row.oid;
    const auto probe = eaton_sensor_rows();
    all.insert(all.end(), probe.begin(), probe.end());
    return all;
}

// notifyOutletControlStatus, notifyInputVoltage's like.
std::vector<Event> events(const ProfileOptions& options)
{
    const Oid mib{1, 3, 6, 1, 4, 1, 534, 6, 6, 7};
    const auto notification = below(mib, {0, 54});
    std::vector<Event> all;
    for (int i = 0; i < options.units * options.outlets; ++i) {
        const auto unit = static_cast<std::uint32_t>(i / options.outlets);
        const auto outlet = static_cast<std::uint32_t>(i % options.outlets + 1);
        all.push_back(
            {of(outlet_on, i), notification, notification, {below(mib, {6, 6, 1, 2, unit, outlet})}});
    }
    return all;
}

} // namespace

Profile epdu_profile()
{
    return {.name = "epdu",
            .object_id = "1.3.6.1.4.1.534.6.6.7",
            .description = "Eaton ePDU MA 1P",
            .rows = rows,
            .events = events,
            .outlets = [](const ProfileOptions& options) { return options.units * options.outlets; },
            .more_truth = {
                {"device.type", "pdu"}, {"ups.type", "pdu"}, {"device.mfr", "EATON"}, {"ups.mfr", "EATON"}}};
}

} // namespace upright::upsim::snmp
