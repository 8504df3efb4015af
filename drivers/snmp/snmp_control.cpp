// What a device is told to do: commands, settings, switching off.
#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"
#include "drivers/runtime/power_off_way.hpp"
#include "drivers/snmp/snmp_driver.hpp"

#include <fmt/format.h>

#include <thread>

namespace upright::snmp {
namespace {

using namespace std::chrono_literals;
using Kind = DeviceError::Kind;

constexpr auto kPatience = 3s; // until what was done shows
constexpr auto kPause = 200ms;

Outcome outcome_of(Error error)
{
    switch (error) {
    case Error::none: return Outcome::handled;
    case Error::bad_value:
    case Error::wrong_type: return Outcome::invalid;
    default: return Outcome::failed;
    }
}

// What can't be written may be told in another way.
bool another_may_do(Error error) { return error != Error::none; }

} // namespace

int SnmpDriver::delay(std::string_view variable) const
{
    const auto it = delays_.find(variable);
    return it == delays_.end() ? 0 : to_int(it->second).value_or(0);
}

Error SnmpDriver::write(std::vector<Binding> bindings)
{
    if (!agent_)
        throw DeviceError("not connected", Kind::lost);
    again_ = true; // whatever it is, it changes something
    fresh_ = false;
    try {
        return agent_->set(std::move(bindings));
    } catch (const SnmpError& e) {
        throw DeviceError(e.what());
    }
}

// ---- commands ------------------------------------------------------------------------------------------

Outcome SnmpDriver::command(std::string_view name, const std::optional<std::string>& said)
{
    const auto parameter = said && !trimmed(*said).empty() ? said : std::nullopt;
    auto outcome = Outcome::unknown;
    for (const auto& command : layout_.commands) {
        if (!equal_ignoring_case(command.name, name))
            continue;
        outcome = run(command, parameter);
        if (outcome == Outcome::handled)
            return outcome;
    }
    return outcome;
}

std::optional<Binding> SnmpDriver::binding_for(const BoundStep& bound, const BoundCommand& command,
                                               const std::optional<std::string>& parameter)
{
    const auto& step = *bound.step;
    Binding binding{bound.oid, step.value};
    using From = Step::From;
    auto number = std::optional<long long>();
    const bool sole = command.steps.size() == 1;
    if (step.from == From::given && !(sole && parameter))
        return binding;
    if (step.from == From::lock) {
        binding.value = agent_->get(bound.oid);
        return binding.value.there() ? std::optional(binding) : std::nullopt;
    }
    if (step.from == From::on_delay)
        number = delay("ups.delay.start");
    if (step.from == From::off_delay)
        number = delay("ups.delay.shutdown");
    if (parameter && (sole || step.from == From::user || step.from == From::off_delay)) {
        if (binding.value.type == Value::Type::text) {
            binding.value.text = *parameter;
            return binding;
        }
        number = to_int(trimmed(*parameter));
    }
    if (!number || binding.value.type == Value::Type::object_id)
        return std::nullopt;
    constexpr int kTicks = 100;
    binding.value.number = *number * (binding.value.type == Value::Type::ticks ? kTicks : 1);
    binding.value.text = binding.value.type == Value::Type::text ? std::to_string(*number) : "";
    return binding;
}

Outcome SnmpDriver::run(const BoundCommand& command, const std::optional<std::string>& parameter)
{
    if (!agent_)
        throw DeviceError("not connected", Kind::lost);
    std::vector<Binding> bindings;
    try {
        for (const auto& step : command.steps) {
            auto binding = binding_for(step, command, parameter);
            if (!binding) {
                log::warning("UPS [{}]: {} {}: no such value", options_.ups, command.name,
                             escaped(parameter.value_or("")));
                return Outcome::invalid;
            }
            bindings.push_back(std::move(*binding));
        }
    } catch (const SnmpError& e) {
        throw DeviceError(e.what());
    }
    auto error = write(bindings);
    if (another_may_do(error) && bindings.size() > 1) // agents that take one at a time
        for (const auto& binding : bindings)
            if (error = write({binding}); error != Error::none)
                break;
    if (error != Error::none) {
        log::warning("UPS [{}]: {}: the agent refuses: {}", options_.ups, command.name, name_of(error));
        return outcome_of(error);
    }
    return confirmed(command);
}

// The agent took it; whether the device did shows a little later.
Outcome SnmpDriver::confirmed(const BoundCommand& command)
{
    if (!command.confirm)
        return Outcome::handled;
    const auto until = std::chrono::steady_clock::now() + kPatience;
    for (;;) {
        try {
            const auto text = as_text(agent_->get(*command.confirm));
            for (const auto& wanted : command.row->confirm->texts)
                if ((wanted == text) != command.row->confirm->negated)
                    return Outcome::handled;
        } catch (const SnmpError& e) {
            throw DeviceError(e.what());
        }
        if (std::chrono::steady_clock::now() > until)
            break;
        std::this_thread::sleep_for(kPause);
    }
    log::warning("UPS [{}]: {}: the device took it, but does not show it", options_.ups, command.name);
    return Outcome::failed;
}

// Forced shutdown: the first that the device has and obeys.
Outcome SnmpDriver::power_off()
{
    auto last = Outcome::unknown;
    for (const auto way : power_off_commands("snmp-ups")) {
        const auto parameter = way == "load.off.delay"
                                   ? std::optional(std::to_string(delay("ups.delay.shutdown")))
                                   : std::nullopt;
        const auto outcome = command(way, parameter);
        if (outcome == Outcome::handled) {
            log::notice("UPS [{}]: switched off by {}", options_.ups, way);
            return outcome;
        }
        if (outcome != Outcome::unknown)
            last = outcome;
    }
    return last;
}

// ---- settings ------------------------------------------------------------------------------------------

// Done when the device says so itself.
Outcome SnmpDriver::set(std::string_view variable, std::string_view text)
{
    for (const auto& bound : layout_.values) {
        const bool meant = equal_ignoring_case(bound.variable, variable)
                           || (!bound.plain.empty() && equal_ignoring_case(bound.plain, variable));
        if (!bound.row->write || !meant)
            continue;
        const auto value = written(*bound.row, text);
        if (!value) {
            log::warning("UPS [{}]: {} = {}: the device doesn't take it", options_.ups, bound.variable,
                         escaped(text));
            return Outcome::invalid;
        }
        const auto& oid = layout_.points[bound.point].oid;
        if (const auto error = write({{oid, *value}}); error != Error::none) {
            log::warning("UPS [{}]: {}: the agent refuses: {}", options_.ups, bound.variable, name_of(error));
            return outcome_of(error);
        }
        try {
            auto& now = layout_.points[bound.point].value;
            now = agent_->get(oid);
            const bool same = value->type == Value::Type::text ? as_text(now) == as_text(*value)
                                                               : as_number(now) == as_number(*value);
            if (same)
                return Outcome::handled;
        } catch (const SnmpError& e) {
            throw DeviceError(e.what());
        }
        log::warning("UPS [{}]: {}: the agent took it, but still has another value", options_.ups,
                     bound.variable);
        return Outcome::failed;
    }
    const auto kept = delays_.find(variable);
    if (kept == delays_.end())
        return Outcome::unknown;
    const auto number = to_int(trimmed(text));
    const bool start = kept->first == "ups.delay.start";
    constexpr int kLongest = 86400;
    if (!number || *number < (start ? -1 : 0) || *number > kLongest)
        return Outcome::invalid;
    kept->second = std::to_string(*number);
    return Outcome::handled;
}

} // namespace upright::snmp
