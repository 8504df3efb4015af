// dummy-ups repeating a UPS of another upsd: real programs of ours, and Debian's upsd where users are needed.
#include "tests/interop/peers.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <csignal>
#include <unistd.h>

namespace upright::test {
namespace {

using Environment = std::map<std::string, std::string>;

std::unique_ptr<Process> start_driver(const std::string& ups, const Environment& environment)
{
    return std::make_unique<Process>(std::vector<std::string>{program("dummy-ups"), "-a", ups, "-F"},
                                     environment);
}

// Its file is there a moment before it accepts.
bool accepts(const std::string& socket) { return RawClient(socket).connected(); }

// A whole dump of a driver's socket.
std::vector<std::string> dump(const std::string& socket)
{
    RawClient client(socket);
    client.send("NOBROADCAST\nDUMPALL\n");
    return client.until("DUMPDONE");
}

bool has(const std::vector<std::string>& lines, const std::string& line)
{
    return std::find(lines.begin(), lines.end(), line) != lines.end();
}

class Repeater : public testing::Test {
protected:
    Repeater()
    {
        scratch_.write(
            "source.dev",
            "ups.model: Repeated\nups.load: 12\nups.status: OB DISCHRG\nambient.temperature: 21\n");
        scratch_.write("ups.conf", fmt::format("user = root\npollinterval = 1\n"
                                               "[source]\ndriver = dummy-ups\nport = source.dev\n"
                                               "[copy]\ndriver = dummy-ups\nport = source@127.0.0.1:{0}\n"
                                               "[patient]\ndriver = dummy-ups\nport = source@127.0.0.1:{0}\n"
                                               "repeater_disable_strict_start\n",
                                               port_));
        scratch_.write("upsd.conf", fmt::format("LISTEN 127.0.0.1 {}\nMAXAGE 2\n", port_));
    }

    void start_source()
    {
        source_ = start_driver("source", environment_);
        ASSERT_TRUE(eventually([&] { return accepts(socket_of("source")); })) << source_->err();
    }

    void start_server()
    {
        server_ = std::make_unique<Process>(std::vector<std::string>{program("upsd"), "-F", "-u", "root"},
                                            environment_);
        ASSERT_TRUE(eventually([&] { return serves(); })) << server_->err();
    }

    void start_copy(const std::string& ups)
    {
        copy_ = start_driver(ups, environment_);
        ASSERT_TRUE(eventually([&] { return accepts(socket_of(ups)); })) << copy_->err();
    }

    bool serves() const
    {
        RawClient client(port_);
        const auto answer = client.connected() ? client.ask("GET VAR source ups.status") : "";
        return answer.starts_with("VAR ") && !answer.ends_with("\"WAIT\"");
    }

    std::string socket_of(const std::string& ups) const { return scratch_.file("dummy-ups-" + ups); }

    bool copy_has(const std::string& ups, const std::string& line) const
    {
        return has(dump(socket_of(ups)), line);
    }

    Scratch scratch_;
    Environment environment_ = scratch_.environment();
    int port_ = free_port();
    std::unique_ptr<Process> source_;
    std::unique_ptr<Process> server_;
    std::unique_ptr<Process> copy_;
};

TEST_F(Repeater, CopiesEverythingButTheDriversOwnVariables)
{
    start_source();
    start_server();

    start_copy("copy");

    const auto lines = dump(socket_of("copy"));
    EXPECT_TRUE(has(lines, "SETINFO ups.model \"Repeated\""));
    EXPECT_TRUE(has(lines, "SETINFO ups.status \"OB DISCHRG\""));
    EXPECT_TRUE(has(lines, "SETINFO device.model \"Repeated\""));
    EXPECT_TRUE(
        has(lines, "SETINFO driver.parameter.port \"source@127.0.0.1:" + std::to_string(port_) + "\""));
    EXPECT_FALSE(has(lines, "SETINFO driver.parameter.mode \"dummy-once\""));
    EXPECT_TRUE(has(lines, "DATAOK"));
}

TEST_F(Repeater, FollowsChangesAndDeletions) // D36
{
    start_source();
    start_server();
    start_copy("copy");
    RawClient source(socket_of("source"));

    source.send("SET ups.load \"99\"\nSET ambient.temperature \"\"\n");

    EXPECT_TRUE(eventually([&] { return copy_has("copy", "SETINFO ups.load \"99\""); }));
    EXPECT_TRUE(eventually([&] { return !copy_has("copy", "SETINFO ambient.temperature \"21\""); }));
}

TEST_F(Repeater, IsStaleWhileTheSourceIsAndRecoversAlone)
{
    start_source();
    start_server();
    start_copy("copy");

    source_->signal(SIGKILL);
    EXPECT_TRUE(eventually([&] { return copy_has("copy", "DATASTALE"); }));
    source_.reset();
    start_source();
    EXPECT_TRUE(eventually([&] { return copy_has("copy", "DATAOK"); }));

    server_->signal(SIGTERM);
    EXPECT_TRUE(eventually([&] { return copy_has("copy", "DATASTALE"); }));
    server_.reset();
    start_server();
    EXPECT_TRUE(eventually([&] { return copy_has("copy", "DATAOK"); }));
}

TEST_F(Repeater, EndsAtStartWithoutTheServer)
{
    const auto ended = run({program("dummy-ups"), "-a", "copy", "-F"}, environment_);

    EXPECT_EQ(ended.exit_code, 1);
    EXPECT_NE(
        ended.err.find("Error: Connection failure: Connection refused. Any errors encountered starting the "
                       "repeater mode result in driver termination"),
        std::string::npos)
        << ended.err;
}

TEST_F(Repeater, StartsWithoutTheServerIfToldSo)
{
    start_copy("patient");
    EXPECT_TRUE(copy_has("patient", "DATASTALE"));

    start_source();
    start_server();

    EXPECT_TRUE(eventually([&] { return copy_has("patient", "SETINFO ups.model \"Repeated\""); }));
    EXPECT_TRUE(copy_has("patient", "DATAOK"));
}

TEST(RepeaterInterop, PassesSettingsAndCommandsOnToDebiansServer)
{
    const Peers peers;
    const Scratch scratch;
    scratch.write("source.dev", "ups.model: Repeated\nups.load: 12\nups.status: OL\n");
    scratch.write("ups.conf", "user = root\n[source]\ndriver = dummy-ups\nport = source.dev\n");
    const PeerServer server(peers, scratch, {"source"});
    scratch.write("nutauth.conf",
                  "[@127.0.0.1:" + std::to_string(server.port()) + "]\nUSER = admin\nPASS = pw\n");
    const auto port = "port=source@" + server.address();
    const Process copy({program("dummy-ups"), "-s", "copy", "-x", port, "-u", "root", "-F", "-x",
                        "authconf=" + scratch.file("nutauth.conf")},
                       scratch.environment());
    const auto socket = scratch.file("dummy-ups-copy");
    ASSERT_TRUE(eventually([&] { return accepts(socket); }));

    RawClient client(socket);
    client.send("NOBROADCAST\nSET ups.load \"77\" TRACKING one\nINSTCMD no.such TRACKING two\n");

    const auto lines = client.until("TRACKING two");
    EXPECT_TRUE(has(lines, "TRACKING one 0"));
    EXPECT_TRUE(has(lines, "TRACKING two 1"));
    EXPECT_TRUE(eventually([&] { return has(dump(socket), "SETINFO ups.load \"77\""); }));
    EXPECT_TRUE(has(dump(socket), "SETFLAGS ups.load RW NUMBER")); // as Debian's driver says of it
}

} // namespace
} // namespace upright::test
