#include "clients/upsmon/config_values.hpp"

namespace upright::upsmon {

std::optional<Complaint> take_number(std::string_view name, const Word& word, std::optional<int> least,
                                     int& value)
{
    const auto whole = to_int(word.text);
    value = whole ? *whole : leading_int(word.text);
    if (least && value < *least)
        return Complaint{word, fmt::format("Ignoring invalid {} value: {}", name, value)};
    if (whole)
        return std::nullopt;
    const bool digits = value != 0 || word.text.find_first_of("0123456789") == 0;
    return Complaint{
        word, fmt::format("{}: \"{}\" is no whole number, and taken as {}", name, escaped(word.text), value),
        digits ? Severity::warning : Severity::error};
}

std::optional<Complaint> take_switch(std::string_view name, const Word& word, std::optional<bool>& value)
{
    const auto number = to_int(word.text);
    value = to_bool(word.text);
    if (number == -1)
        value = std::nullopt;
    else if (!value)
        return Complaint{
            word, fmt::format("{} has non numeric and non boolean value ({})!", name, escaped(word.text))};
    return std::nullopt;
}

Apply set_count(std::string_view name, int Policy::*member, int least)
{
    return [=](Config& config, Arguments words) {
        int value = 0;
        auto complaint = take_number(name, words[0], least, value);
        if (value >= least)
            config.policy.*member = value;
        return complaint;
    };
}

Apply set_seconds(std::string_view name, Duration Policy::*member)
{
    return [=](Config& config, Arguments words) {
        int value = 0;
        auto complaint = take_number(name, words[0], 0, value);
        if (value >= 0)
            config.policy.*member = std::chrono::seconds(value);
        return complaint;
    };
}

Apply set_patience(std::string_view name, std::optional<Duration> Policy::*member)
{
    return [=](Config& config, Arguments words) {
        int value = 0;
        auto complaint = take_number(name, words[0], std::nullopt, value);
        if (value < 0)
            (config.policy.*member).reset();
        else
            config.policy.*member = std::chrono::seconds(value);
        return complaint;
    };
}

Apply set_switch(std::string_view name, std::optional<bool> Config::*member)
{
    return [=](Config& config, Arguments words) { return take_switch(name, words[0], config.*member); };
}

} // namespace upright::upsmon
