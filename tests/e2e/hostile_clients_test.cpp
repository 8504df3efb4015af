// Clients that take all they can get: the others must not notice.
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

#include <arpa/inet.h>
#include <filesystem>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {
namespace {

using Clock = std::chrono::steady_clock;

class UpsdUnderLoad : public testing::Test {
protected:
    UpsdUnderLoad()
    {
        std::string file = "ups.status: OL\n";
        for (int i = 0; i < 500; ++i)
            file += fmt::format("outlet.{}.desc: \"Outlet number {}\"\n", i, i);
        site.scratch.write("large.dev", file);
        site.ups_conf(Site::dummy("u", "", "large.dev"));
        driver = site.driver("u");
    }
    void start(std::string_view upsd_conf = "")
    {
        site.upsd_conf(upsd_conf);
        upsd = site.upsd();
        ASSERT_TRUE(site.has_status("u", "OL"));
    }

    // How long so many questions on one connection take.
    Clock::duration time_of(int questions) const
    {
        const auto client = site.client();
        client->ask("PROTVER");
        const auto before = Clock::now();
        for (int i = 0; i < questions; ++i)
            EXPECT_EQ(client->ask("GET VAR u ups.status"), "VAR u ups.status \"OL\"");
        return Clock::now() - before;
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
};

// Pipelines `request` and reads nothing, until the server takes no more; the bytes it took.
std::size_t stuff(int fd, const std::string& request)
{
    std::string block;
    while (block.size() < 65536)
        block += request;
    std::size_t taken = 0;
    for (ssize_t sent = 1; sent > 0; taken += static_cast<std::size_t>(std::max<ssize_t>(sent, 0)))
        sent = ::send(fd, block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    return taken;
}

struct Socket {
    explicit Socket(int port) : fd(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(static_cast<std::uint16_t>(port));
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        connected = ::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    }
    Socket(const Socket&) = delete;
    Socket& operator=(const Socket&) = delete;
    ~Socket() { ::close(fd); }

    int fd;
    bool connected = false;
};

TEST_F(UpsdUnderLoad, D44AClientThatNeverReadsDelaysNobodyAndGrowsNothing)
{
    start();
    const auto before = resident_kilobytes(upsd->pid());
    std::vector<std::unique_ptr<Socket>> gluttons;
    for (int i = 0; i < 10; ++i) {
        gluttons.push_back(std::make_unique<Socket>(site.port));
        EXPECT_GT(stuff(gluttons.back()->fd, "LIST VAR u\n"), 0U);
    }

    EXPECT_LT(time_of(200), 2s);
    EXPECT_LT(resident_kilobytes(upsd->pid()) - before, 10L * 1024 * (built_with_asan() ? 8 : 1));
}

TEST_F(UpsdUnderLoad, D44AClientThatReadsInTheEndGetsEverythingInOrder)
{
    start();
    const auto client = site.client();
    constexpr int kLists = 400; // some 12 MB of answers: more than sockets hold
    std::string requests;
    for (int i = 0; i < kLists; ++i)
        requests += i % 2 == 0 ? "LIST VAR u\n" : "GET VAR u ups.status\n";
    client->send(requests);

    for (int i = 0; i < kLists; ++i) {
        if (i % 2 == 1) {
            ASSERT_EQ(client->line(), "VAR u ups.status \"OL\"");
            continue;
        }
        const auto list = client->until("END LIST VAR u");
        ASSERT_GT(list.size(), 500U);
        ASSERT_EQ(list.front(), "BEGIN LIST VAR u");
        ASSERT_EQ(list.back(), "END LIST VAR u");
    }
}

TEST_F(UpsdUnderLoad, D46AListOnAnOldConnectionIsNotDelayed)
{
    start();
    const auto client = site.client();
    const auto before = Clock::now();
    for (int i = 0; i < 100; ++i) {
        client->send("LIST VAR u\n");
        ASSERT_EQ(client->until("END LIST VAR u").back(), "END LIST VAR u");
    }
    EXPECT_LT(Clock::now() - before, 2200ms) << "with Nagle's algorithm it is 44 ms for each";
}

TEST_F(UpsdUnderLoad, D47And49NineHundredClientsAtOnce)
{
    start();
    const auto alone = time_of(200);
    std::vector<std::unique_ptr<RawClient>> clients;
    const auto before = Clock::now();
    for (int i = 0; i < 900; ++i) {
        clients.push_back(site.client());
        clients.back()->send("GET VAR u ups.status\n");
    }
    int answered = 0;
    for (const auto& client : clients)
        answered += client->line() == "VAR u ups.status \"OL\"" ? 1 : 0;
    EXPECT_EQ(answered, 900);
    EXPECT_LT(Clock::now() - before, 8s);

    // Idle ones cost the others nothing (a generous multiple, since the machine has other work, too).
    EXPECT_LT(time_of(200), 20 * alone + 200ms);
}

TEST_F(UpsdUnderLoad, D48WhoIsOneTooManyIsToldAtOnce)
{
    start("MAXCONN 5\n");
    std::vector<std::unique_ptr<RawClient>> clients;
    EXPECT_TRUE(eventually([&] { // the connections that looked whether it serves are gone by then
        clients.clear();
        for (int i = 0; i < 5; ++i)
            clients.push_back(site.client());
        return std::all_of(clients.begin(), clients.end(),
                           [](const auto& c) { return c->ask("PROTVER") == "1.3"; });
    }));

    EXPECT_TRUE(site.client()->closed(2s));
    EXPECT_TRUE(eventually(
        [&] { return upsd->err().find("Maximum number of connections (5)") != std::string::npos; }));
    for (const auto& client : clients)
        EXPECT_EQ(client->ask("GET VAR u ups.status"), "VAR u ups.status \"OL\"");
    clients.pop_back();
    EXPECT_TRUE(site.has_status("u", "OL")) << "a place is free again, and drivers do not count";
}

TEST_F(UpsdUnderLoad, ClientsThatVanishLeaveNothingBehind)
{
    start();
    const auto descriptors = [&] {
        int count = 0;
        for ([[maybe_unused]] const auto& entry :
             std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", upsd->pid())))
            ++count;
        return count;
    };
    const auto before = descriptors();
    for (int i = 0; i < 300; ++i) {
        const Socket client(site.port);
        const linger reset{.l_onoff = 1, .l_linger = 0};
        if (i % 2 == 0)
            ::setsockopt(client.fd, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
        ::send(client.fd, "LIST VAR u\nGET VA", 17, MSG_NOSIGNAL);
    }
    EXPECT_TRUE(eventually([&] { return descriptors() <= before; })) << descriptors();
    EXPECT_EQ(site.ask("PROTVER"), "1.3");
}

} // namespace
} // namespace upright::test
