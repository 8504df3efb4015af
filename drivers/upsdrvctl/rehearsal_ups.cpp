// killpower --check: the steps that concern one UPS. A running driver is asked what it announces; else one of
// ours opens the device and tells.
#include "common/text/number.hpp"
#include "drivers/runtime/power_off_way.hpp"
#include "drivers/upsdrvctl/check.hpp"
#include "drivers/upsdrvctl/driver_socket.hpp"
#include "drivers/upsdrvctl/process.hpp"
#include "drivers/upsdrvctl/rehearsal.hpp"

#include <fmt/format.h>

#include <unistd.h>

namespace upright::upsdrvctl {
namespace {

constexpr std::chrono::seconds kAnswerLimit{5};
constexpr std::chrono::seconds kOpenLimit{75};
constexpr int kShortest = 10; // s: so long a host may need from the hook to the end

struct Seen {
    State state;
    std::string how; // it was seen: "the running driver", "the device"
};

// `driver -k --check`: "command: x" and "ups.delay.x: n" lines.
State parse_lines(std::string_view text)
{
    State state;
    while (!text.empty()) {
        const auto line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        const auto colon = line.find(": ");
        if (colon == line.npos)
            continue;
        const std::string name(line.substr(0, colon));
        const std::string value(line.substr(colon + 2));
        if (name == "command")
            state.apply(AddCommand{value});
        else if (name.starts_with("ups.delay."))
            state.apply(SetValue{name, value});
    }
    return state;
}

Result<Seen> look_at_device(const Job& job)
{
    const auto cannot = [](std::string text) { return Error{Errc::command_failed, std::move(text)}; };
    if (!is_our_driver(job.program))
        return cannot(
            "does not run, and a driver that is not Upright's can't open the device without switching "
            "it off: start it and check again");
    // Its complaints go to our stderr.
    const auto printed = output_of({job.program, "-a", job.ups, "-k", "--check"}, Clock::now() + kOpenLimit);
    if (!printed)
        return printed.error();
    auto state = parse_lines(printed->text);
    if (printed->status != 0 && state.commands().empty())
        return cannot("the device can't be opened");
    return Seen{std::move(state), "the device"};
}

Result<Seen> look_at(const Job& job)
{
    auto state = ask_state(job.socket, kAnswerLimit);
    if (!state && state.error().is(Errc::timed_out))
        return Error{Errc::timed_out, "its driver runs, but does not answer"};
    if (!state)
        return look_at_device(job);
    if (!state->fresh())
        return Error{Errc::data_stale, fmt::format("its driver runs, but its data are stale {}",
                                                   escaped(state->value("driver.problem")))};
    return Seen{*std::move(state), "the running driver"};
}

std::string timing(const State& state)
{
    const auto off = state.value("ups.delay.shutdown");
    const auto on = state.value("ups.delay.start");
    auto text = off.empty() ? std::string() : fmt::format(", {} s later", escaped(off));
    if (!on.empty())
        text += fmt::format(", on again {} s after that or the mains", escaped(on));
    return text;
}

// What the way and the delays mean for hosts.
void judge(const std::string& head, const Job& job, const std::string& way, const State& state, Steps& steps)
{
    if (way == "shutdown.stayoff")
        steps.warn(fmt::format("{}: {} stays off when the mains are back, until somebody switches it on",
                               head, way));
    if (way == "load.off")
        return steps.warn(
            fmt::format("{}: {} leaves no time and stays off until somebody switches it on", head, way));
    const auto off = to_int(state.value("ups.delay.shutdown"));
    const auto on = to_int(state.value("ups.delay.start"));
    if (off && *off < kShortest)
        steps.warn(
            fmt::format("{}: ups.delay.shutdown is {} s: this host and slower UPSes may need more (offdelay)",
                        head, *off));
    // Two countdowns that run side by side: off after on would leave the load off.
    if (job.driver == "usbhid-ups" && off && on && *on >= 0 && *on <= *off)
        steps.fail(fmt::format("{}: ups.delay.start ({} s) must be more than ups.delay.shutdown ({} s)", head,
                               *on, *off));
}

} // namespace

void rehearse_ups(const Job& job, const UpsSection& section, Steps& steps)
{
    const auto head = fmt::format("[{}] {}", job.ups, escaped(job.driver));
    if (::access(job.program.c_str(), X_OK) != 0)
        return steps.fail(fmt::format("{}: there is no {} that can be run", head, job.program));
    const auto seen = look_at(job);
    if (!seen)
        return steps.fail(fmt::format("{}: {}", head, to_string(seen.error())));
    const auto sdcommands = parse_sdcommands(section.settings.value("sdcommands").value_or(""));
    const auto way =
        power_off_way({job.driver, sdcommands, section.settings.flag("stayoff")}, seen->state.commands());
    if (!way)
        return steps.fail(fmt::format("{}: {}", head, way.error().what));
    steps.ok(fmt::format("{}: {} takes {}{}", head, seen->how, *way, timing(seen->state)));
    judge(head, job, *way, seen->state, steps);
}

} // namespace upright::upsdrvctl
