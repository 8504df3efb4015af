#include "drivers/upsim/control.hpp"

#include "common/text/nearest.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::upsim {
namespace {

using Words = std::span<const std::string_view>;

Error wrong(std::string text) { return {Errc::invalid_argument, std::move(text)}; }

Result<double> number(std::string_view word, double low, double high)
{
    const auto value = to_double(word);
    if (!value || *value < low || *value > high)
        return wrong(fmt::format("\"{}\" is no number in {}..{}", escaped(word, 40), low, high));
    return *value;
}

Result<std::string> mains(SimulatedUps& ups, Words words)
{
    auto& model = ups.model();
    if (words[0] == "on" || words[0] == "off") {
        model.set_mains(words[0] == "on" ? model.rating().volts : 0);
    } else {
        const auto volts = number(words[0], 0, 999);
        if (!volts)
            return volts.error();
        model.set_mains(*volts);
    }
    return std::string{};
}

Result<std::string> load(SimulatedUps& ups, Words words)
{
    const auto percent = number(words[0], 0, 200);
    if (!percent)
        return percent.error();
    ups.model().set_load(*percent);
    return std::string{};
}

Result<std::string> battery(SimulatedUps& ups, Words words)
{
    const auto percent = number(words[0], 0, 100);
    if (!percent)
        return percent.error();
    ups.model().set_charge(*percent);
    return std::string{};
}

Result<std::string> selftest(SimulatedUps& ups, Words words)
{
    if (words[0] != "fail" && words[0] != "pass")
        return wrong("want fail or pass");
    ups.model().set_bad_battery(words[0] == "fail");
    return std::string{};
}

Result<std::string> beeper(SimulatedUps& ups, Words words)
{
    if (words[0] != "on" && words[0] != "off")
        return wrong("want on or off");
    auto& model = ups.model();
    if (model.beeper() != (words[0] == "on"))
        model.toggle_beeper();
    return std::string{};
}

struct FaultName {
    std::string_view name;
    Fault::Kind kind;
};

// clang-format off
constexpr std::array kFaults{
    FaultName{"none",       Fault::Kind::none},
    FaultName{"garble",     Fault::Kind::garble},
    FaultName{"mute",       Fault::Kind::mute},
    FaultName{"slow",       Fault::Kind::slow},
    FaultName{"truncate",   Fault::Kind::truncate},
    FaultName{"overlong",   Fault::Kind::overlong},
    FaultName{"double",     Fault::Kind::twice},
    FaultName{"nonnumeric", Fault::Kind::nonnumeric},
    FaultName{"leap",       Fault::Kind::leap},
};
// clang-format on

std::string_view fault_name(Fault::Kind kind)
{
    for (const auto& row : kFaults)
        if (row.kind == kind)
            return row.name;
    return "none";
}

std::string fault_names()
{
    std::string names;
    for (const auto& row : kFaults)
        names += (names.empty() ? "" : ", ") + std::string(row.name);
    return names;
}

// fault <kind>, fault <kind> <count of answers>, fault <kind> <seconds>s
Result<std::string> fault(SimulatedUps& ups, Words words)
{
    if (words[0] == "drop") {
        if (const auto dropped = ups.drop(); !dropped)
            return dropped.error();
        return std::string{};
    }
    const auto* const row =
        std::find_if(kFaults.begin(), kFaults.end(), [&](const FaultName& f) { return f.name == words[0]; });
    if (row == kFaults.end())
        return wrong("want " + fault_names() + " or drop");
    Fault fault{.kind = row->kind, .answers = {}, .until = {}};
    if (words.size() > 1 && words[1].ends_with('s')) {
        const auto seconds = number(words[1].substr(0, words[1].size() - 1), 0, 86400);
        if (!seconds)
            return seconds.error();
        fault.until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(static_cast<long>(*seconds * 1000));
    } else if (words.size() > 1) {
        const auto count = number(words[1], 1, 1'000'000);
        if (!count)
            return count.error();
        fault.answers = static_cast<int>(*count);
    }
    if (const auto set = ups.set_fault(fault); !set)
        return set.error();
    return std::string{};
}

std::string_view text(Output output)
{
    switch (output) {
    case Output::on: return "on";
    case Output::off: return "off";
    case Output::off_until_mains: return "off until mains";
    case Output::off_until_time: return "off until time and mains";
    }
    return "off";
}

Result<std::string> status(SimulatedUps& ups, Words)
{
    const auto& model = ups.model();
    const auto yes = [](bool on) { return on ? "yes" : "no"; };
    std::string out =
        fmt::format("name: {}\nlink: {}\ntime: {:.1f} s\n", ups.name(), ups.place(), model.now());
    out += fmt::format("mains: {}\ninput: {:.1f} V\noutput: {:.1f} V\noutput.state: {}\n",
                       model.mains_usable() ? "on" : "off", model.input_volts(), model.output_volts(),
                       text(model.output()));
    out += fmt::format("load: {:.0f} %\non.battery: {}\nbattery.charge: {:.1f} %\nbattery.voltage: {:.2f} V\n"
                       "battery.low: {}\nbattery.runtime: {:.0f} s\n",
                       model.load_percent(), yes(model.on_battery()), model.charge_percent(),
                       model.battery_volts(), yes(model.battery_low()), model.runtime_left());
    out += fmt::format("regulating: {}\ntesting: {}\ntest.failed: {}\nbeeper: {}\ntemperature: {:.1f} C\n",
                       yes(model.regulating()), yes(model.testing()), yes(model.test_failed()),
                       model.beeper() ? "on" : "off", model.temperature());
    const auto off = model.seconds_to_off();
    out += fmt::format("shutdown: {}\nfault: {}\nquestions: {}\n",
                       off ? fmt::format("in {:.0f} s", *off) : "none", fault_name(ups.fault().kind),
                       ups.questions());
    return out;
}

struct Action {
    std::string_view name;
    std::size_t fewest; // words after the name
    std::size_t most;
    Result<std::string> (*act)(SimulatedUps& ups, Words words);
    std::string_view usage;
    std::string_view help;
};

// clang-format off
constexpr std::array kActions{
    Action{"mains",    1, 1, mains,    "mains on|off|<volts>",      "the mains: back, gone, or at so many volts"},
    Action{"load",     1, 1, load,     "load <percent>",            "what is plugged in, 0 to 200 % of the rating"},
    Action{"battery",  1, 1, battery,  "battery <percent>",         "how full the battery is"},
    Action{"selftest", 1, 1, selftest, "selftest fail|pass",        "how the next self-test ends (fail: replace the battery)"},
    Action{"beeper",   1, 1, beeper,   "beeper on|off",             "as the button on the front does"},
    Action{"fault",    1, 2, fault,    "fault <kind> [<answers>|<seconds>s]", "the line: for so many answers, so long, or until none"},
    Action{"fault",    1, 1, fault,    "fault drop",                "pulls the cable and plugs it in again as a new device"},
    Action{"status",   0, 0, status,   "status",                    "the physical state, one `name: value` a line"},
};
// clang-format on

std::vector<std::string_view> split(std::string_view text)
{
    std::vector<std::string_view> words;
    while (words.size() < 8) {
        const auto start = text.find_first_not_of(" \t\r");
        if (start == text.npos)
            break;
        text.remove_prefix(start);
        const auto end = std::min(text.find_first_of(" \t\r"), text.size());
        words.push_back(text.substr(0, end));
        text.remove_prefix(end);
    }
    return words;
}

const Action* find_action(std::string_view name)
{
    for (const auto& action : kActions)
        if (action.name == name)
            return &action;
    return nullptr;
}

} // namespace

Result<std::string> control(const Fleet& fleet, const std::function<void()>& quit, std::string_view request)
{
    const auto words = split(request);
    if (words.size() == 1 && words[0] == "quit") {
        quit();
        return std::string{};
    }
    if (words.size() < 2)
        return wrong("want <ups>|all and an action, or quit");
    for (const auto& ups : fleet)
        if (words[0] == ups->name())
            if (auto done = ups->own_action(
                    request.substr(static_cast<std::size_t>(words[1].data() - request.data()))))
                return *done;
    const auto* const action = find_action(words[1]);
    if (action == nullptr) {
        std::array<std::string_view, kActions.size()> names;
        std::transform(kActions.begin(), kActions.end(), names.begin(),
                       [](const Action& a) { return a.name; });
        return wrong(fmt::format("no action is called \"{}\"{}", escaped(words[1], 40),
                                 did_you_mean(words[1], names)));
    }
    const auto rest = Words(words).subspan(2);
    if (rest.size() < action->fewest || rest.size() > action->most)
        return wrong(fmt::format("want {}", action->usage));
    std::string out;
    bool found = false;
    for (const auto& ups : fleet) {
        if (words[0] != "all" && words[0] != ups->name())
            continue;
        found = true;
        const auto done = action->act(*ups, rest);
        if (!done)
            return done.error();
        ups->model(); // at once, so that the change counts from now
        ups->changed();
        out += *done;
    }
    if (!found)
        return wrong(fmt::format("no UPS is called \"{}\"", escaped(words[0], 40)));
    return out;
}

std::string control_usage()
{
    std::string out;
    for (const auto& action : kActions)
        out += fmt::format("  {:<52} {}\n", action.usage, action.help);
    out += fmt::format("  {:<52} {}\n", "quit (without a UPS)", "ends upsim");
    return out + "Kinds of fault: " + fault_names() + '\n';
}

} // namespace upright::upsim
