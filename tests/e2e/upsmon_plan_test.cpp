// upsmon --plan on live data: what it says, and that it does nothing. The trap: everything that would be a
// deed (a login, FSD, SHUTDOWNCMD, NOTIFYCMD, a file) is looked for.
#include "tests/e2e/watched.hpp"
#include "tests/support/raw_server.hpp"

#include <filesystem>
#include <set>

namespace upright::test {
namespace {

namespace fs = std::filesystem;
using testing::Each;
using testing::HasSubstr;
using testing::StartsWith;

// The files below a folder, with their sizes and times.
std::set<std::string> traces(const std::string& folder)
{
    std::set<std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(folder))
        all.insert(fmt::format("{} {} {}", entry.path().string(),
                               entry.is_regular_file() ? entry.file_size() : 0,
                               entry.last_write_time().time_since_epoch().count()));
    return all;
}

class UpsmonPlan : public Watched {
protected:
    void configure(const std::string& address, const std::string& more = "") const
    {
        const auto command = [&](const std::string& name) {
            const auto path = place.write(name, "#!/bin/sh\necho done >> " + place.file("deeds") + "\n");
            fs::permissions(path, fs::perms::owner_all);
            return path;
        };
        const auto path = place.write(
            "upsmon.conf",
            fmt::format("RUN_AS_USER root\nMONITOR u@{} 1 mon pw primary\nSHUTDOWNCMD {}\nNOTIFYCMD {}\n"
                        "NOTIFYFLAG ONBATT EXEC\nPOWERDOWNFLAG {}\nFINALDELAY 5\nSHUTDOWNDURATION 60\n{}",
                        address, command("shutdown"), command("notify"), place.file("killpower"), more));
        fs::permissions(path, fs::perms::owner_read | fs::perms::owner_write);
    }
    Finished plan(std::vector<std::string> more = {}) const
    {
        more.insert(more.begin(), {program("upsmon"), "--plan"});
        return run(more, place.environment());
    }

    Scratch place;
};

TEST_F(UpsmonPlan, TellsWhatWouldHappen)
{
    serve();
    site.scratch.write("u.dev",
                       "ups.status: OL\nbattery.charge: 90\nbattery.runtime: 3600\nbattery.charge.low: 20\n");
    ASSERT_TRUE(site.answers("GET VAR u battery.charge.low", "VAR u battery.charge.low \"20\""));
    configure(fmt::format("127.0.0.1:{}", site.port), "SHUTDOWNWHEN * onbattery 600\n");

    const auto told = plan();

    EXPECT_EQ(told.exit_code, 0) << told.err;
    EXPECT_EQ(told.err, "");
    EXPECT_THAT(told.out, StartsWith("If the mains failed now:\n       0 s  UPS u@"));
    EXPECT_THAT(told.out,
                HasSubstr("\n     605 s  SHUTDOWNCMD\n     665 s  this host is off (SHUTDOWNDURATION)\n"));
    EXPECT_THAT(told.out,
                HasSubstr("\n    3600 s  the batteries are empty\nThis host would shut down in time.\n"
                          "Margin: 2935 s on the battery.\n"));
    EXPECT_THAT(plan({"-j"}).out, HasSubstr("\"command_at\": 605,\n"));
}

TEST_F(UpsmonPlan, DoesNothing)
{
    const RawServer server([](const std::string& line) -> std::optional<std::string> {
        if (line.starts_with("LIST VAR"))
            return "BEGIN LIST VAR u\nVAR u battery.charge \"50\"\nVAR u battery.runtime \"100\"\n"
                   "VAR u battery.charge.low \"45\"\nVAR u ups.status \"OL\"\nEND LIST VAR u\n";
        if (line.starts_with("GET NUMLOGINS"))
            return "NUMLOGINS u 3\n";
        return line.starts_with("HELP") ? "Commands: HELP SUBSCRIBE\n" : "OK\n";
    });
    configure(server.address(), "SHUTDOWNDURATION 90\n");
    const auto before = traces(place.path());

    const auto told = plan();

    EXPECT_EQ(told.exit_code, 1) << told.out; // 90 s are more than it has
    EXPECT_THAT(told.out, HasSubstr("NOT be off before its power goes"));
    EXPECT_EQ(traces(place.path()), before);
    const std::set<std::string> harmless{"STARTTLS", "USERNAME mon",    "PASSWORD pw", "LIST VAR u",
                                         "HELP",     "GET NUMLOGINS u", "LOGOUT"};
    for (const auto& request : server.requests())
        EXPECT_TRUE(harmless.contains(request)) << request;
}

TEST_F(UpsmonPlan, LeavesARunningUpsmonAlone)
{
    serve();
    const auto upsmon = guard(Guard::Wish());
    ASSERT_TRUE(upsmon->is_protected()) << upsmon->process->err();
    const auto journal = upsmon->journal();

    EXPECT_NE(upsmon->upsmon({"--plan"}).out, "");

    EXPECT_TRUE(has_logins(1));
    EXPECT_EQ(upsmon->journal(), journal);
    EXPECT_TRUE(upsmon->process->running());
}

TEST_F(UpsmonPlan, SaysThatItCannotKnow)
{
    configure(fmt::format("127.0.0.1:{}", free_port()));

    const auto told = plan();

    EXPECT_EQ(told.exit_code, 2);
    EXPECT_THAT(told.out, HasSubstr("can't be asked (Connection failure: Connection refused)"));
}

} // namespace
} // namespace upright::test
