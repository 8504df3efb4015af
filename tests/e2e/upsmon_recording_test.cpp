// What upsmon records of a real outage, it decides again when that is played.
#include "tests/e2e/watched.hpp"

#include <sys/stat.h>

namespace upright::test {
namespace {

using testing::HasSubstr;

class UpsmonRecording : public Watched {
protected:
    std::unique_ptr<Guard> recorded(const std::string& more = "") const
    {
        Guard::Wish wish;
        wish.more = more;
        wish.options.insert(wish.options.end(), {"--record", recording});
        return guard(std::move(wish));
    }

    const std::string recording = site.scratch.file("outage.txt");
};

TEST_F(UpsmonRecording, OfAnOutageGoesTheSameWayAgain)
{
    serve();
    const auto upsmon = recorded("SHUTDOWNWHEN * any onbattery 600\n");
    ASSERT_TRUE(upsmon->is_protected());
    set_status("OB");
    EXPECT_TRUE(upsmon->writes("ONBATT"));
    upsmon->reload();
    EXPECT_TRUE(upsmon->logs("Reloading configuration"));
    set_status("OB LB");
    EXPECT_TRUE(upsmon->is_shut_down());
    upsmon->process->wait();

    const auto played = upsmon->upsmon({"--replay", recording});

    EXPECT_EQ(played.err, "");
    EXPECT_EQ(played.exit_code, 0) << played.out;
    EXPECT_THAT(played.out, HasSubstr("on battery and low"));
    EXPECT_THAT(played.out, HasSubstr("\nShut down at "));
    struct stat file {};
    ASSERT_EQ(::stat(recording.c_str(), &file), 0);
    EXPECT_EQ(file.st_mode & 0777U, 0600U);
    EXPECT_EQ(site.scratch.read("outage.txt").find("pw"), std::string::npos);
}

TEST_F(UpsmonRecording, OfALostServerGoesTheSameWayAgain)
{
    serve();
    const auto upsmon = recorded();
    ASSERT_TRUE(upsmon->is_protected());
    set_status("OB");
    ASSERT_TRUE(upsmon->writes("ONBATT"));
    lose_server();
    EXPECT_TRUE(upsmon->is_shut_down());
    upsmon->process->wait();

    const auto played = upsmon->upsmon({"--replay", recording});

    EXPECT_EQ(played.err, "");
    EXPECT_EQ(played.exit_code, 0) << played.out;
    EXPECT_THAT(played.out, HasSubstr("it was on battery and has been silent for"));
}

TEST_F(UpsmonRecording, ThatCannotBeWrittenStopsNothing)
{
    serve();
    Guard::Wish wish;
    wish.options.insert(wish.options.end(), {"--record", "/no/such/folder/outage.txt"});
    const auto upsmon = guard(std::move(wish));
    EXPECT_TRUE(upsmon->logs("Nothing is recorded: /no/such/folder/outage.txt"));
    EXPECT_TRUE(upsmon->is_protected());
}

} // namespace
} // namespace upright::test
