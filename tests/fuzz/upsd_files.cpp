// upsd.conf, upsd.users and the virtual UPSes of ups.conf, whatever stands in them: every problem has a
// place, no user of a broken section can do anything, and each virtual UPS stands behind what it is made of.
#include "server/upsd/config.hpp"
#include "server/upsd/users.hpp"
#include "server/upsd/virtual_settings.hpp"
#include "tests/fuzz/require_places.hpp"

#include <cstdint>
#include <set>

using namespace upright;
using namespace upright::upsd;

namespace {

void try_users(const std::string& text, const AccessLists& lists)
{
    const auto from = boost::asio::ip::make_address("192.0.2.1");
    const auto loaded = parse_users("f", text, lists);
    fuzz::require_places(loaded.problems, text);
    for (const auto& [name, user] : loaded.value.all()) {
        fuzz::require(!name.empty() && name.find_first_of("[]") == std::string::npos);
        for (const auto action : {Action::login, Action::primary, Action::set, Action::fsd})
            fuzz::require(!may(user, action, "desk", lists, from)
                          || (user.usable() && user.actions.contains(action)));
        fuzz::require(!may_command(user, "load.off", "desk", lists, from) || user.usable());
    }
}

void try_virtual_upses(const std::string& text)
{
    const auto conf = parse_ups_conf("f", text);
    const auto loaded = virtual_upses(conf.value);
    fuzz::require_places(loaded.problems, text);
    std::set<std::string, CaseLess> before;
    for (const auto& section : conf.value.sections)
        if (!section.is_virtual())
            before.insert(section.name);
    for (const auto& ups : loaded.value) {
        fuzz::require(!ups.of.empty() && ups.need >= 1
                      && static_cast<std::size_t>(ups.need) <= ups.of.size());
        fuzz::require(!ups.stage || ups.of.size() == 1);
        for (const auto& member : ups.of)
            fuzz::require(before.contains(member));
        fuzz::require(before.insert(ups.name).second);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string text(reinterpret_cast<const char*>(data), size);
    const auto config = parse_config("f", text);
    fuzz::require_places(config.problems, text);
    try_users(text, config.value.access);
    try_virtual_upses(text);
    return 0;
}
