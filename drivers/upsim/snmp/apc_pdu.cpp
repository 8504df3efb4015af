// APC's switched rack PDUs: one that answers in all three trees that there have been, sPDU, rPDU and rPDU2.
#include "drivers/upsim/snmp/profiles.hpp"
#include "drivers/upsim/snmp/quantities.hpp"

#include <fmt/format.h>

namespace upright::upsim::snmp {
namespace {

using namespace quantity;
using enum Type;

// on 1, off 2, reboot 3, and the same with delay as 4, 5, 6 (rPDU, rPDU2)
void command(const State& s, double outlet, double value)
{
    const bool delayed = value > 3;
    const double kind = delayed ? value - 3 : value;
    const double on_delay = delayed ? outlet_on_delay.read(s, outlet) : 0;
    const double off_delay = delayed ? outlet_off_delay.read(s, outlet) : 0;
    if (value == 7) // of rPDU2: cancel
        outlet_off_in.write(s, outlet, -1);
    else if (kind == 3)
        reboot_outlet(s, outlet, off_delay);
    else
        switch_outlet(s, outlet, kind == 1, kind == 1 ? on_delay : off_delay);
}

// on 1, off 2, reboot 3, unknown 4, and with delay 5, 6, 7 (sPDU)
void old_command(const State& s, double outlet, double value)
{
    if (value != 4)
        command(s, outlet, value > 4 ? value - 1 : value);
}

double on_is_one(const State& s, double outlet) { return 2 - outlet_on.read(s, outlet); }
double on_is_two(const State& s, double outlet) { return 1 + outlet_on.read(s, outlet); }
double pending(const State& s, double outlet)
{
    return outlet_off_in.read(s, outlet) >= 0 || outlet_on_in.read(s, outlet) >= 0 ? 1 : 2;
}

// clang-format off
std::vector<Row> rows(const ProfileOptions& options)
{
    const auto model = "AP8959EU3";
    const auto serial = "ZA1110012345";
    std::vector<Row> all{
        {"4.1.1.0",  octets, {}, 1, "device.version", {}, {}, "B2"},
        {"4.1.2.0",  octets, {}, 1, "ups.firmware", {}, {}, "v6.4.6"},
        {"4.1.3.0",  octets, {}, 1, "ups.date", {}, {}, "03/17/2021"},
        {"4.1.4.0",  octets, {}, 1, "device.model;device.part", {}, {}, model},
        {"4.1.5.0",  octets, {}, 1, "device.serial", {}, {}, serial},
        {"4.4.1.0",  integer, fixed(options.outlets), 1, "outlet.count"},
        {"12.1.1.0", octets, {}, 1, {}, {}, {0, 50}, "rack 7"},
        {"12.1.5.0", octets, {}, 1, {}, {}, {}, model},
        {"12.1.6.0", octets, {}, 1, {}, {}, {}, serial},
        {"12.1.7.0", integer, fixed(16)},
        {"12.1.8.0", integer, fixed(options.outlets)},
        {"12.1.9.0", integer, fixed(1)},
        {"12.1.15.0", integer, fixed(230), 1, "input.voltage.nominal"},
        {"12.1.16.0", integer, outlets_watts, 1, "input.realpower"},
        {"12.2.3.1.1.1.1", integer, fixed(1)},
        {"12.2.3.1.1.2.1", gauge, outlets_amperes, 10, "input.current"},
        {"12.2.3.1.1.3.1", integer, {[](const State& s, double) { return overload.read(s, 0) != 0 ? 4.0 : 1.0; }}},
        {"26.1.0", integer, fixed(1)},
        {"26.2.1.3.1", octets, {}, 1, {}, {}, {}, "rack 7"},
        {"26.2.1.9.1", octets, {}, 1, {}, {}, {}, model},
        {"26.2.1.10.1", octets, {}, 1, {}, {}, {}, serial},
        {"26.4.3.1.5.1", integer, outlets_watts, 0.1},
        {"26.6.3.1.5.1", integer, outlets_amperes, 10},
        {"26.6.3.1.6.1", integer, output_volts},
        {"26.6.3.1.7.1", integer, outlets_watts, 0.1},
        {"26.9.1.0", integer, fixed(options.outlets)},
    };
    for (int i = 1; i <= options.outlets; ++i) {
        const auto name = fmt::format("Outlet {}", i);
        const auto add = [&](const char* column, const Quantity& what, Limits set = {}, double per = 1,
                             std::string variable = {}, std::string_view map = {}) {
            all.push_back({fmt::format("{}.{}", column, i), integer, what.number == 0 ? of(what, i - 1) : what, per, std::move(variable), map, set});
        };
        const auto text = [&](const char* column, Limits set = {}, std::string variable = {}) {
            all.push_back({fmt::format("{}.{}", column, i), octets, {}, 1, std::move(variable), {}, set, name});
        };
        add("4.4.2.1.1", fixed(i), {}, 1, fmt::format("outlet.{}.id", i));
        add("4.4.2.1.3", {on_is_one, old_command}, {1, 7}, 1, fmt::format("outlet.{}.status", i), "1=on;2=off");
        text("4.4.2.1.4", {0, 32}, fmt::format("outlet.{}.desc", i));
        text("12.3.3.1.1.2", {0, 32});
        add("12.3.3.1.1.4", {on_is_one, command}, {1, 6});
        text("12.3.5.1.1.2");
        add("12.3.5.1.1.4", {on_is_one});
        text("26.9.2.3.1.3");
        add("26.9.2.3.1.5", {on_is_two});
        add("26.9.2.3.1.6", {pending});
        add("26.9.2.4.1.5", {on_is_one, command}, {1, 7});
        text("26.9.4.3.1.3");
        add("26.9.4.3.1.5", {on_is_two});
        add("26.9.4.3.1.6", outlet_amperes, {}, 10);
        add("26.9.4.3.1.7", outlet_watts);
    }
    for (auto& row : all)
        row.oid = "1.3.6.1.4.1.318.1.1." + row.oid;
    all.push_back({"1.3.6.1.2.1.2.2.1.6.2", octets, {}, 1, {}, {}, {}, std::string("\x00\xc0\xb7\x12\x34\x56", 6)});
    return all;
}
// clang-format on

std::vector<Event> events(const ProfileOptions& options)
{
    const auto trap = [](std::uint32_t number) { return Oid{1, 3, 6, 1, 4, 1, 318, 0, number}; };
    std::vector<Event> all{{overload, trap(271), trap(272)}};
    for (int i = 0; i < options.outlets; ++i) {
        const Oid state{1, 3, 6, 1, 4, 1, 318, 1, 1, 12, 3, 5, 1, 1, 4, static_cast<std::uint32_t>(i + 1)};
        all.push_back({of(outlet_on, i), trap(268), trap(269), {state}});
    }
    return all;
}

} // namespace

Profile apc_pdu_profile()
{
    return {.name = "apc_pdu",
            .object_id = "1.3.6.1.4.1.318.1.3.4.5",
            .description = "APC Switched Rack PDU",
            .rows = rows,
            .events = events,
            .outlets = [](const ProfileOptions& options) { return options.outlets; },
            .more_truth = {{"device.type", "pdu"}, {"device.mfr", "APC"}}};
}

} // namespace upright::upsim::snmp
