#include "drivers/runtime/driver.hpp"

#include "common/daemon/log.hpp"
#include "common/text/number.hpp"

#include <fmt/format.h>

namespace upright {

void DriverOptions::set(std::string name, std::optional<std::string> value, std::string place)
{
    if (place.empty())
        places_.erase(name);
    else
        places_[name] = std::move(place);
    given_[std::move(name)] = std::move(value);
}

std::string DriverOptions::complaint(std::string_view name, std::string_view text) const
{
    const auto place = places_.find(name);
    return place == places_.end() ? std::string(text) : fmt::format("{}: error: {}", place->second, text);
}

int DriverOptions::number_or_fallback(std::string_view name, int low, int high, int fallback) const
{
    try {
        return number(name, low, high, fallback);
    } catch (const DeviceError& e) {
        log::warning("{}; using {}", e.what(), fallback);
        return fallback;
    }
}

void DriverOptions::erase(std::string_view name)
{
    if (const auto it = given_.find(name); it != given_.end())
        given_.erase(it);
}

std::optional<std::string> DriverOptions::text(std::string_view name) const
{
    const auto it = given_.find(name);
    return it == given_.end() ? std::nullopt : it->second;
}

int DriverOptions::number(std::string_view name, int low, int high, int fallback) const
{
    if (!flag(name))
        return fallback;
    const auto given = text(name).value_or("");
    const auto value = to_int(given);
    if (!value || *value < low || *value > high)
        throw DeviceError(complaint(name, fmt::format("{} = \"{}\" is no whole number from {} to {}", name,
                                                      escaped(given), low, high)),
                          DeviceError::Kind::fatal);
    return *value;
}

Outcome Driver::command(std::string_view, const std::optional<std::string>&) { return Outcome::unknown; }

Outcome Driver::set(std::string_view, std::string_view) { return Outcome::unknown; }

Outcome Driver::power_off() { return Outcome::unknown; }

void Driver::on_event(std::function<void()> /*tell*/) {}

void Driver::reload(const DriverOptions&) {}

} // namespace upright
