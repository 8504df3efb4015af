#include "drivers/usbhid/status_flags.hpp"

#include <algorithm>
#include <array>

namespace upright::usbhid {
namespace {

// Of each group at most one is set.
const std::array<std::vector<std::string_view>, 3> kExclusive{{
    {"online", "offline"},
    {"fullycharged", "notfullycharged"},
    {"normal", "ecomode", "essmode"},
}};

} // namespace

const std::vector<std::string_view>& StatusFlags::names()
{
    static const std::vector<std::string_view> all{
        "awaitingpower",   "battvolthi",   "battvoltlo",  "boost",        "bypassauto",
        "bypassman",       "calib",        "chargerfail", "chrg",         "commfault",
        "depleted",        "dischrg",      "ecomode",     "essmode",      "fanfail",
        "frange",          "fullycharged", "lowbatt",     "nobattery",    "normal",
        "notfullycharged", "off",          "offline",     "online",       "overheat",
        "overload",        "replacebatt",  "shutdownimm", "timelimitexp", "trim",
        "vrange"};
    return all;
}

bool StatusFlags::knows(std::string_view word)
{
    if (word.starts_with('!'))
        word.remove_prefix(1);
    return std::binary_search(names().begin(), names().end(), word);
}

std::string StatusFlags::opposite(std::string_view word)
{
    if (word.starts_with('!'))
        return std::string(word.substr(1));
    for (const auto& group : kExclusive)
        if (group.size() == 2 && group.front() == word)
            return std::string(group.back());
    return "!" + std::string(word);
}

void StatusFlags::apply(std::string_view words)
{
    while (!words.empty()) {
        const auto end = words.find(' ');
        apply_word(words.substr(0, end));
        words.remove_prefix(end == words.npos ? words.size() : end + 1);
    }
}

void StatusFlags::apply_word(std::string_view word)
{
    const bool clear = word.starts_with('!');
    if (clear)
        word.remove_prefix(1);
    const auto name = std::lower_bound(names().begin(), names().end(), word);
    if (name == names().end() || *name != word)
        return;
    if (clear) {
        set_.erase(*name);
        return;
    }
    for (const auto& group : kExclusive)
        if (std::find(group.begin(), group.end(), *name) != group.end())
            for (const auto flag : group)
                set_.erase(flag);
    set_.insert(*name);
}

} // namespace upright::usbhid
