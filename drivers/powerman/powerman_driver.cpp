#include "drivers/powerman/powerman_driver.hpp"

#include "common/daemon/log.hpp"
#include "common/text/case_less.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace upright::powerman {
namespace {

using namespace std::chrono_literals;
using Kind = DeviceError::Kind;

constexpr std::size_t kMostOutlets = 1024;
constexpr std::size_t kLongestName = 128;
constexpr int kUsualLimit = 10; // s; powermand's devices may have as much
constexpr int kLongestLimit = 120;
constexpr int kCommandFactor = 3; // a cycle is off, a pause, and on
constexpr int kNoSuchNode = 209;
constexpr auto kPause = 200ms; // between two looks at what a command did

struct Order {
    std::string_view command; // outlet.<n>.load.<command>
    std::string_view leads_to;
};
constexpr std::array kOrders{Order{"on", "on"}, Order{"off", "off"}, Order{"cycle", "on"}};

bool is_graphic(char c) { return c > ' ' && c < '\x7f'; }

bool is_name(std::string_view text)
{
    return !text.empty() && text.size() <= kLongestName && std::all_of(text.begin(), text.end(), is_graphic);
}

std::string server_of(const DriverOptions& options)
{
    // The library cuts at the first colon.
    if (!is_name(options.port) || std::count(options.port.begin(), options.port.end(), ':') > 1)
        throw DeviceError(options.complaint("port", fmt::format("port = {} is no host or host:port",
                                                                escaped(options.port))),
                          Kind::fatal);
    return options.port;
}

std::chrono::seconds limit_of(const DriverOptions& options)
{
    return std::chrono::seconds(options.number("timeout", 1, kLongestLimit, kUsualLimit));
}

struct Target {
    std::size_t outlet = 0; // from 1
    const Order* order = nullptr;
};

// outlet.<n>.load.<order>
std::optional<Target> target_of(std::string_view command)
{
    constexpr std::string_view kBegin = "outlet.";
    constexpr std::string_view kMiddle = ".load.";
    if (!starts_ignoring_case(command, kBegin))
        return std::nullopt;
    command.remove_prefix(kBegin.size());
    const auto dot = std::min(command.find('.'), command.size());
    const auto number = to_int(command.substr(0, dot));
    const auto rest = command.substr(dot);
    if (!number || *number < 1 || !starts_ignoring_case(rest, kMiddle))
        return std::nullopt;
    for (const auto& order : kOrders)
        if (equal_ignoring_case(rest.substr(kMiddle.size()), order.command))
            return Target{static_cast<std::size_t>(*number), &order};
    return std::nullopt;
}

} // namespace

PowermanDriver::PowermanDriver(const DriverOptions& options)
    : ups_(options.ups), limit_(limit_of(options)),
      session_(server_of(options), limit_, limit_ * kCommandFactor)
{
}

void PowermanDriver::on_event(std::function<void()> tell)
{
    if (!tell)
        session_.interrupt();
}

void PowermanDriver::open()
{
    session_.open();
    auto answer = session_.ask("nodes");
    if (answer.refusal)
        throw DeviceError(fmt::format("powermand tells no outlets: {}", escaped(answer.refusal->text)),
                          Kind::lost);
    if (answer.lines.size() > kMostOutlets)
        throw DeviceError(fmt::format("powermand has more than {} outlets", kMostOutlets), Kind::lost);
    for (const auto& name : answer.lines)
        if (!is_name(name))
            throw DeviceError(fmt::format("powermand has an outlet called \"{}\"", escaped(name)),
                              Kind::lost);
    nodes_ = std::move(answer.lines);
}

Snapshot PowermanDriver::poll(Depth /*depth*/)
{
    Snapshot snapshot;
    snapshot.has_status = false;
    for (const auto* const domain : {"device", "ups"}) {
        snapshot.set(fmt::format("{}.mfr", domain), "Powerman");
        snapshot.set(fmt::format("{}.model", domain), "unknown PDU");
    }
    snapshot.set("device.type", "pdu");
    snapshot.set("outlet.count", std::to_string(nodes_.size()));
    for (std::size_t i = 0; i < nodes_.size(); ++i) {
        const auto outlet = fmt::format("outlet.{}", i + 1);
        snapshot.set(outlet + ".id", std::to_string(i + 1));
        snapshot.set(outlet + ".desc", nodes_[i]);
        snapshot.set(outlet + ".status", state_of(nodes_[i]));
        snapshot.set(outlet + ".switchable", "yes");
        for (const auto& order : kOrders)
            snapshot.commands.insert(fmt::format("{}.load.{}", outlet, order.command));
    }
    return snapshot;
}

// on, off, or unknown, which is also what powermand can't find out at present.
std::string PowermanDriver::state_of(const std::string& node)
{
    const auto answer = session_.ask("state " + node);
    if (answer.refusal && answer.refusal->code == kNoSuchNode)
        throw DeviceError(fmt::format("powermand no longer has the outlet {}", node), Kind::lost);
    if (answer.refusal)
        log::debug(1, "UPS [{}]: {}: {}", ups_, node, escaped(answer.refusal->text));
    return answer.refusal || answer.lines.empty() ? "unknown" : answer.lines.front();
}

// It has worked when the outlet says so.
Outcome PowermanDriver::command(std::string_view name, const std::optional<std::string>& parameter)
{
    const auto target = target_of(name);
    if (target && !session_.is_open())
        open(); // no need to wait until it is tried again anyway
    if (!target || target->outlet > nodes_.size())
        return Outcome::unknown;
    if (parameter && !trimmed(*parameter).empty()) { // a delay, perhaps: better not now, then
        log::warning("UPS [{}]: {} takes no value", ups_, escaped(name));
        return Outcome::invalid;
    }
    const auto& node = nodes_[target->outlet - 1];
    const auto answer = session_.command(fmt::format("{} {}", target->order->command, node));
    if (answer.refusal) {
        log::warning("UPS [{}]: {} ({}): powermand: {}", ups_, escaped(name), node,
                     escaped(answer.refusal->text));
        return Outcome::failed;
    }
    if (becomes(node, target->order->leads_to))
        return Outcome::handled;
    log::warning("UPS [{}]: {} ({}): powermand took it, but the outlet is not {}", ups_, escaped(name), node,
                 target->order->leads_to);
    return Outcome::failed;
}

bool PowermanDriver::becomes(const std::string& node, std::string_view wanted)
{
    const auto until = std::chrono::steady_clock::now() + limit_;
    for (;;) {
        if (state_of(node) == wanted)
            return true;
        if (std::chrono::steady_clock::now() > until)
            return false;
        session_.pause(kPause);
    }
}

} // namespace upright::powerman
