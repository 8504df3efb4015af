// Desk: a few UPSes, a client and the network protocol between them, without sockets and with a clock that
// stands still.
#pragma once

#include "server/upsd/commands/command.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace upright::upsd::test {

class Desk : public Subscription::Outlet {
public:
    Desk()
    {
        service.descriptions = Descriptions::parse("VARDESC battery.charge \"Charge \\# in percent\"\n"
                                                   "CMDDESC load.off \"Turn \\\"off\\\"\"\n");
        service.users = parse_users("upsd.users",
                                    "[admin]\npassword = secret\nactions = SET FSD\ninstcmds = ALL\n"
                                    "[mon]\npassword = pw\nupsmon primary\n"
                                    "[second]\npassword = pw\nupsmon secondary\n"
                                    "[nobody]\npassword = pw\n",
                                    service.access)
                            .value;
        client.address = boost::asio::ip::make_address("192.0.2.7");
        auto& good = ups("desk", "Rack \"A\" # 1");
        for (const auto& change : std::vector<Change>{
                 SetValue{"ups.status", "OL CHRG"}, SetValue{"battery.charge", "90"},
                 SetValue{"Device.Model", "a \"b\" \\ #c"}, SetValue{"input.sensitivity", "medium"},
                 AddEnum{"input.sensitivity", "low"}, AddEnum{"input.sensitivity", "medium"},
                 SetMaxLength{"input.sensitivity", 10},
                 SetFlags{"input.sensitivity", {.rw = true, .text = true}},
                 SetValue{"ups.delay.shutdown", "20"}, AddRange{"ups.delay.shutdown", {0, 600}},
                 AddRange{"ups.delay.shutdown", {700, 800}},
                 SetFlags{"ups.delay.shutdown", {.rw = true, .number = true}}, AddCommand{"load.off"},
                 AddCommand{"Beeper.On"}, SetFresh{true}})
            good.apply(change);
        good.dump_done();
        ups("Quiet").disconnected();
        auto& old = ups("old");
        old.apply(SetFresh{false});
        old.dump_done();
    }

    // The whole answer to everything in `text`.
    std::string ask(std::string_view text)
    {
        WordStream stream;
        Peer peer{service, client, *this, now};
        std::string out;
        stream.feed(std::string(text) + "\n", [&](Words words, const char* error) {
            dispatch(peer, words, error, out);
            return true;
        });
        after = peer.after;
        return out;
    }

    // Another client comes in the place of this one.
    void reconnect()
    {
        const auto address = client.address;
        client.~Client();
        new (&client) Client;
        client.address = address;
    }

    CachedUps& ups(std::string name, std::optional<std::string> description = {})
    {
        auto& added = service.upses.add(std::move(name));
        added.description = std::move(description);
        added.connected(now);
        added.to_driver = [this](const std::string& line) {
            to_driver += line;
            return driver_takes;
        };
        return added;
    }

    // What a subscriber is told without asking.
    bool ready() const override { return outlet_ready; }
    void send(std::string_view lines) override { told += lines; }

    Service service;
    Upses& upses = service.upses;
    Client client;
    std::string to_driver; // what the drivers were handed
    bool driver_takes = true;
    std::string told;
    bool outlet_ready = true;
    TimePoint now = TimePoint{} + std::chrono::hours(1);
    After after = After::keep;
};

// One line, or BEGIN ... END: complete, nothing behind it, no line longer than a NUT client reads. SUBSCRIBE
// ALL is answered by any number of blocks and OK.
inline bool is_one_complete_answer(std::string_view answer)
{
    if (!answer.ends_with('\n'))
        return false;
    std::vector<std::string_view> lines;
    for (; !answer.empty(); answer.remove_prefix(lines.back().size() + 1))
        lines.push_back(answer.substr(0, answer.find('\n')));
    for (const auto line : lines)
        if (line.empty() || line.size() > 511 || line.find_first_of("\r\0", 0, 2) != line.npos)
            return false;
    if (lines.back() == "OK SUBSCRIBE ALL")
        return lines.size() == 1 || lines.front().starts_with("BEGIN SUBSCRIBE UPS ");
    if (!lines.front().starts_with("BEGIN "))
        return lines.size() == 1;
    const auto about = lines.front().substr(6);
    return lines.size() > 1 && lines.back().starts_with("END ") && lines.back().substr(4) == about;
}

} // namespace upright::upsd::test
