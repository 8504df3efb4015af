// The whole chain under attack: an upsmon that protects a machine on battery must not be cut off from upsd by
// anonymous clients, because without a word from it for DEADTIME it shuts the machine down (D44, D45, D48).
#include "tests/interop/monitor.hpp"
#include "tests/interop/recording_proxy.hpp"
#include "tests/support/certificates.hpp"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <csignal>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {
namespace {

constexpr int kSilentClients = 1000;
constexpr int kPolls = 10; // of upsmon, one a second: more than twice its DEADTIME
const std::string kDuty = "u@$ 1 mon pw primary";
const std::string kImpatience = "DEADTIME 4\nHOSTSYNC 1\n";

Setup on_tls(const Certificate& certificate)
{
    std::string large = "ups.status: OL\n";
    for (int i = 0; i < 500; ++i)
        large += "outlet." + std::to_string(i) + ".desc: \"Outlet number " + std::to_string(i) + "\"\n";
    return {.sections = "[u]\ndriver = dummy-ups\nport = large.dev\n",
            .upses = {"u"},
            .files = {{"large.dev", large}, {"upsd.pem", certificate.pem()}},
            .upsd_conf = "CERTFILE ~/upsd.pem\n",
            .users = "[admin]\npassword = pw\nactions = SET\n[mon]\npassword = pw\nupsmon primary\n"};
}

class Attackers {
public:
    explicit Attackers(int port) : port_(port)
    {
        rlimit limit{};
        ::getrlimit(RLIMIT_NOFILE, &limit);
        limit.rlim_cur = limit.rlim_max;
        ::setrlimit(RLIMIT_NOFILE, &limit);
    }
    Attackers(const Attackers&) = delete;
    Attackers& operator=(const Attackers&) = delete;
    ~Attackers()
    {
        for (const int fd : fds_)
            ::close(fd);
    }

    // One that says this and falls silent, never reading.
    bool another(const std::string& words)
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        fds_.push_back(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
        return ::connect(fds_.back(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0
               && sends(fds_.back(), words);
    }
    // One that asks for as much as the server takes requests for.
    bool glutton(const std::string& request)
    {
        std::string block;
        while (block.size() < 65536)
            block += request;
        if (!another(block))
            return false;
        while (sends(fds_.back(), block)) {
        }
        return true;
    }

private:
    static bool sends(int fd, const std::string& words)
    {
        return ::send(fd, words.data(), words.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
               == static_cast<ssize_t>(words.size());
    }

    int port_;
    std::vector<int> fds_;
};

int polls_of(const RecordingProxy& wire)
{
    const auto words = wire.from_clients();
    const std::string poll = "GET VAR u ups.status\n";
    int polls = 0;
    for (auto at = words.find(poll); at != std::string::npos; at = words.find(poll, at + poll.size()))
        ++polls;
    return polls;
}

class AttackedUpsmon : public testing::TestWithParam<By> {};

TEST_P(AttackedUpsmon, KeepsItsServerAndItsMachine)
{
    const Mix mix(By::us, By::us, on_tls(Authority().issue()));
    // The server has TLS, which some attack; upsmon speaks in the clear, for its polls to be counted.
    const RecordingProxy wire(mix.port, RecordingProxy::Tls::deny);
    const Monitor monitor(
        GetParam(), mix,
        {.monitor = kDuty, .more = kImpatience, .address = "127.0.0.1:" + std::to_string(wire.port())});
    ASSERT_TRUE(mix.set_status("u", "OB"));
    ASSERT_TRUE(monitor.writes("ONBATT u@$ UPS u@$ on battery")) << monitor.process->err();

    Attackers attackers(mix.port);
    for (int i = 0; i < kSilentClients; ++i)
        ASSERT_TRUE(attackers.another("")) << i;
    const int before = polls_of(wire);
    EXPECT_TRUE(eventually(
        [&] { // new ones all the time, as the server gets rid of the old
            EXPECT_TRUE(attackers.glutton("LIST VAR u\n"));
            EXPECT_TRUE(attackers.another("STARTTLS\n"));
            return polls_of(wire) >= before + kPolls;
        },
        20s));

    ASSERT_TRUE(mix.set_status("u", "OL"));
    EXPECT_TRUE(monitor.writes("ONLINE u@$ UPS u@$ on line power"));
    EXPECT_THAT(monitor.journal(), testing::UnorderedElementsAre("upsmon: ONBATT u@$ UPS u@$ on battery",
                                                                 "upsmon: ONLINE u@$ UPS u@$ on line power"));
}

TEST_P(AttackedUpsmon, WouldShutDownIfTheServerFellSilent) // Trap 83: what the test above can see
{
    const Mix mix(By::us, By::us, on_tls(Authority().issue()));
    const RecordingProxy wire(mix.port, RecordingProxy::Tls::deny);
    const Monitor monitor(
        GetParam(), mix,
        {.monitor = kDuty, .more = kImpatience, .address = "127.0.0.1:" + std::to_string(wire.port())});
    ASSERT_TRUE(mix.set_status("u", "OB"));
    ASSERT_TRUE(monitor.writes("ONBATT u@$ UPS u@$ on battery")) << monitor.process->err();

    mix.upsd->signal(SIGSTOP);
    EXPECT_TRUE(monitor.is_shut_down()) << monitor.process->err();
}

INSTANTIATE_TEST_SUITE_P(Of, AttackedUpsmon, testing::Values(By::debian, By::us),
                         [](const auto& maker) { return maker.param == By::us ? "Ours" : "Debian"; });

} // namespace
} // namespace upright::test
