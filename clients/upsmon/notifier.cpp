#include "clients/upsmon/notifier.hpp"

#include "common/daemon/log.hpp"

#include <fmt/format.h>

namespace upright::upsmon {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

// How many bytes of a well-formed character `text` begins with (RFC 3629); 0: none that may be shown.
std::size_t character(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(text[at]); };
    const auto first = byte(0);
    if (first < 0x80)
        return (first >= 0x20 && first != 0x7F) || first == '\t' ? 1 : 0;
    const std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
    if (first < 0xC2 || first > 0xF4 || text.size() < size)
        return 0;
    for (std::size_t i = 1; i < size; ++i)
        if (!is_continuation(text[i]))
            return 0;
    const auto second = byte(1);
    const bool refused = (first == 0xC2 && second < 0xA0)      // control characters of ISO 8859
                         || (first == 0xE0 && second < 0xA0)   // longer than need be
                         || (first == 0xED && second >= 0xA0)  // surrogates
                         || (first == 0xF0 && second < 0x90)   // longer than need be
                         || (first == 0xF4 && second >= 0x90); // beyond the last
    return refused ? 0 : size;
}

// They are told once, and nothing is told after them.
bool is_urgent(NotifyType type)
{
    return type == NotifyType::shutdown || type == NotifyType::shutdown_hostsync;
}

} // namespace

std::string shown(std::string_view text, std::size_t longest)
{
    std::string out;
    while (!text.empty()) {
        if (out.size() >= longest)
            return out + "...";
        const auto size = character(text);
        if (size == 0)
            out += fmt::format("\\x{:02x}", static_cast<unsigned>(static_cast<unsigned char>(text[0])));
        else
            out += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return out;
}

Notifier::Notifier(Children& children, Launcher::Limits commands, Launcher::Limits walls)
    : commands_(children, "NOTIFYCMD", commands), walls_(children, "wall", walls)
{
}

void Notifier::configure(Settings settings, std::vector<std::string> command)
{
    settings_ = std::move(settings);
    command_ = std::move(command);
}

void Notifier::tell(const Notify& event)
{
    const auto& setting = settings_[static_cast<std::size_t>(event.type)];
    if (setting.ignore)
        return;
    const bool of_a_ups = notify_name(event.type).of_a_ups; // else there is but one thing to say
    const auto text = shown(notify_text(setting.text, of_a_ups ? event.system : event.more, event.more));
    if (setting.exec && !command_.empty())
        run_command(event, text);
    if (setting.syslog)
        log::notice("{}", text);
    if (setting.wall)
        say_to_all(text);
}

void Notifier::run_command(const Notify& event, const std::string& text)
{
    const auto& name = notify_name(event.type);
    Program program{.words = command_};
    program.words.push_back(text);
    program.environment = {{"NOTIFYTYPE", std::string(name.name)},
                           {"UPSNAME", name.of_a_ups ? shown(event.system) : std::string()}};
    commands_.launch(std::move(program), is_urgent(event.type));
}

void Notifier::say_to_all(std::string_view text)
{
    walls_.launch({.words = {"wall"}, .input = shown(text) + '\n'});
}

} // namespace upright::upsmon
