// Each server with a driver that has every type of variable: what clients show and are told, what it is
// asked.
#include "tests/e2e/fake_driver.hpp"
#include "tests/interop/one_ups.hpp"

#include <fmt/format.h>

namespace upright::test {
namespace {

// A driver with every type of variable, which a test answers for.
class Device {
public:
    explicit Device(const Mix& mix) : driver_(mix.scratch.file("dummy-ups-u"))
    {
        EXPECT_EQ(driver_.accept(), "DUMPALL");
        driver_.send("SETINFO ups.status \"OL\"\nSETINFO ups.id \"desk\"\nSETFLAGS ups.id RW STRING\n"
                     "SETAUX ups.id 4\nSETINFO input.sensitivity \"low\"\n"
                     "SETFLAGS input.sensitivity RW STRING\nSETAUX input.sensitivity 10\n"
                     "ADDENUM input.sensitivity \"very high\"\nADDENUM input.sensitivity \"low\"\n"
                     "ADDENUM input.sensitivity \"a \\\"b\\\" \\# \\\\ c\"\n"
                     "SETINFO input.transfer.low \"180\"\nSETFLAGS input.transfer.low RW NUMBER\n"
                     "ADDRANGE input.transfer.low 10 100\nADDRANGE input.transfer.low 150 200\n"
                     "SETINFO output.voltage.nominal \"230\"\nSETFLAGS output.voltage.nominal RW NUMBER\n"
                     "ADDENUM output.voltage.nominal \"220\"\nADDENUM output.voltage.nominal \"230\"\n"
                     "SETINFO ups.delay.start \"5\"\nSETFLAGS ups.delay.start RW NUMBER\n"
                     "SETINFO ups.beeper.status \"enabled\"\nSETFLAGS ups.beeper.status RW\n"
                     "SETINFO ups.mfr \"\"\nSETFLAGS ups.mfr RW STRING\nSETAUX ups.mfr 30\n"
                     "ADDCMD test.battery.start\nADDCMD beeper.mute\nADDCMD no.known.name\n"
                     "DATAOK\nDUMPDONE\n");
    }

    // The next request with "ID" for the tracking id, which is kept to be answered.
    std::string request()
    {
        auto line = driver_.line();
        for (; line == "PING"; line = driver_.line())
            driver_.send("PONG\n");
        const std::string tracking = " TRACKING ";
        const auto at = line.find(tracking);
        if (at == std::string::npos)
            return line;
        id_ = line.substr(at + tracking.size());
        return line.substr(0, at + tracking.size()) + "ID";
    }
    void answer(int outcome) const { driver_.send(fmt::format("TRACKING {} {}\n", id_, outcome)); }

private:
    FakeDriver driver_;
    std::string id_;
};

// Compares what is shown beside each server by each client, with Debian's.
class DeviceMixes : public testing::Test {
protected:
    struct Party {
        std::string name;
        std::unique_ptr<Mix> mix;
        std::unique_ptr<Device> device;
        By client;
    };

    DeviceMixes()
    {
        auto setup = one_ups();
        setup.upses.clear();
        for (const auto server : {By::debian, By::us}) {
            for (const auto client : kClients) {
                auto mix = std::make_unique<Mix>(By::debian, server, setup);
                auto device = std::make_unique<Device>(*mix);
                EXPECT_TRUE(mix->answers("GET VAR u ups.status", "VAR u ups.status \"OL\""));
                parties.push_back({fmt::format("{}server, {}client", whose(server), whose(client)),
                                   std::move(mix), std::move(device), client});
            }
        }
    }

    void expect_same(const std::string& program, const std::vector<std::string>& arguments)
    {
        std::optional<Finished> expected;
        for (const auto& party : parties) {
            SCOPED_TRACE(party.name + ": " + program + " " + testing::PrintToString(arguments));
            const auto shown = party.mix->client(party.client, program, arguments);
            if (!expected)
                expected = shown;
            expect_equal(shown, *expected);
        }
    }

    std::vector<Party> parties;
};

TEST_F(DeviceMixes, ListEveryTypeAndRefuseWhatDoesNotFit)
{
    expect_same("upsrw", {"u@$"});
    expect_same("upscmd", {"-l", "u@$"});
    const std::vector<std::string> refused{
        "ups.id=12345",           "input.sensitivity=LOW",      "input.sensitivity=",
        "input.transfer.low=9",   "input.transfer.low=101",     "input.transfer.low=",
        "ups.beeper.status=off9", "output.voltage.nominal=225", "ups.status=OB",
    };
    for (const auto& setting : refused)
        expect_same("upsrw", as_admin({"-s", setting, "u@$"}));
}

TEST_F(DeviceMixes, HandTheSameToTheDriver)
{
    struct Sent {
        std::string program;
        std::vector<std::string> words;
        std::string request;
    };
    const std::vector<Sent> all{
        {"upsrw", {"-s", "ups.id=a b", "u@$"}, "SET ups.id \"a b\""},
        {"upsrw", {"-s", "ups.id=\"\\#", "u@$"}, "SET ups.id \"\\\"\\\\\\#\""},
        {"upsrw", {"-s", "ups.mfr=", "u@$"}, "SET ups.mfr \"\""},
        {"upsrw", {"-s", "input.sensitivity=very high", "u@$"}, "SET input.sensitivity \"very high\""},
        {"upsrw", {"-s", "input.transfer.low=150", "u@$"}, "SET input.transfer.low \"150\""},
        {"upsrw", {"-s", "UPS.Delay.Start=7", "U@$"}, "SET UPS.Delay.Start \"7\""},
        {"upscmd", {"u@$", "beeper.mute"}, "INSTCMD beeper.mute"},
        {"upscmd", {"u@$", "BEEPER.mute", "10"}, "INSTCMD BEEPER.mute 10"},
    };
    for (const auto& sent : all) {
        expect_same(sent.program, as_admin(sent.words));
        for (const auto& party : parties)
            EXPECT_EQ(party.device->request(), sent.request) << party.name;
    }
}

TEST_F(DeviceMixes, TellTheClientWhatBecameOfIt)
{
    struct Case {
        std::vector<std::string> words;
        std::string program;
        std::optional<int> outcome; // by the driver; none: it never says
    };
    std::vector<Case> cases;
    for (const auto outcome : {0, 1, 2, 3, 9}) { // 2.8.0 does not know 4 yet
        cases.push_back({{"-w", "u@$", "test.battery.start"}, "upscmd", outcome});
        cases.push_back({{"-w", "-s", "ups.id=x", "u@$"}, "upsrw", outcome});
    }
    cases.push_back({{"-w", "-t", "1", "u@$", "test.battery.start"}, "upscmd", std::nullopt});
    cases.push_back({{"-w", "-t", "1", "-s", "ups.id=x", "u@$"}, "upsrw", std::nullopt});

    std::vector<std::vector<std::unique_ptr<Process>>> clients; // by case, by party
    for (const auto& one : cases) {
        clients.emplace_back();
        for (const auto& party : parties) {
            clients.back().push_back(party.mix->start_client(party.client, one.program, as_admin(one.words)));
            EXPECT_THAT(party.device->request(), testing::EndsWith(" TRACKING ID")) << party.name;
            if (one.outcome)
                party.device->answer(*one.outcome);
        }
    }
    for (std::size_t i = 0; i < cases.size(); ++i) {
        std::optional<Finished> expected;
        for (std::size_t by = 0; by < parties.size(); ++by) {
            SCOPED_TRACE(fmt::format("{}: {} of outcome {}", parties[by].name, cases[i].program,
                                     cases[i].outcome.value_or(-1)));
            auto shown = clients[i][by]->wait();
            shown.err = parties[by].mix->common_form(shown.err);
            if (!expected)
                expected = shown;
            expect_equal(shown, parties[by].client == By::us ? as_ours(*expected) : *expected);
        }
    }
}

} // namespace
} // namespace upright::test
