// Clients that mean harm: an honest one beside them, which asks all the time, never waits long.
#include "tests/e2e/honest.hpp"
#include "tests/e2e/site.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

namespace upright::test {
namespace {

class UpsdUnderAttack : public testing::Test {
protected:
    UpsdUnderAttack()
    {
        site.ups_conf(Site::dummy("u"));
        site.scratch.write("upsd.users", "[mon]\npassword = pw\nupsmon primary\n");
        driver = site.driver("u");
        upsd = site.upsd();
        EXPECT_TRUE(site.has_status("u", "OL"));
        honest.emplace(site.port);
        EXPECT_TRUE(honest->has_asked(3));
    }
    ~UpsdUnderAttack() override
    {
        for (const int fd : attackers)
            ::close(fd);
    }

    void attack(std::string_view bytes)
    {
        const int fd = connect_to(site.port);
        ASSERT_GE(fd, 0);
        attackers.push_back(fd);
        ::send(fd, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
    }

    Site site;
    std::unique_ptr<Process> driver;
    std::unique_ptr<Process> upsd;
    std::optional<Honest> honest;
    std::vector<int> attackers;
};

TEST_F(UpsdUnderAttack, ByThousandsOfConnections) // D47, D48, D49
{
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max;
    ::setrlimit(RLIMIT_NOFILE, &limit);
    const auto most = std::min<rlim_t>(limit.rlim_cur / 2, 10'000);
    for (rlim_t i = 0; i < most; ++i)
        attack(i % 2 == 0 ? "" : "GET VAR");

    EXPECT_TRUE(honest->has_asked(20));
    EXPECT_EQ(site.ask("PROTVER"), "1.3") << "a newcomer";
    EXPECT_LT(honest->longest(), kPatience);
}

TEST_F(UpsdUnderAttack, ByEndlessLinesAndHalfOpenPeers)
{
    const auto before = resident_kilobytes(upsd->pid());
    const std::string block(std::size_t{1} << 20, 'x');
    for (int i = 0; i < 20; ++i) {
        attack("GET VAR \"");
        for (int j = 0; j < 8; ++j)
            ::send(attackers.back(), block.data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        attack("LIST VAR u\nLIST VAR u\n");
        ::shutdown(attackers.back(), SHUT_WR);
    }

    EXPECT_TRUE(honest->has_asked(20));
    EXPECT_LT(honest->longest(), kPatience);
    EXPECT_LT(resident_kilobytes(upsd->pid()) - before, 10L * 1024 * (built_with_asan() ? 8 : 1));
}

TEST_F(UpsdUnderAttack, ByAUserWhoPipelinesThousandsOfCommands)
{
    honest.reset();
    upsd.reset();
    upsd = site.upsd({"-F", "-q", "-q", "-q"}); // nobody reads its log while this test waits
    honest.emplace(site.port);
    honest->may_be_fsd = true;
    std::string flood = "USERNAME mon\nPASSWORD pw\n";
    for (int i = 0; i < 20'000; ++i)
        flood += "FSD u\n";
    for (int i = 0; i < 4; ++i)
        attack(flood);

    const int before = honest->answers();
    EXPECT_TRUE(eventually([&] { return honest->answers() > before + 20; }));
    EXPECT_LT(honest->longest(), kPatience);
}

TEST_F(UpsdUnderAttack, ByPasswordGuessers)
{
    for (int i = 0; i < 200; ++i)
        attack(fmt::format("USERNAME mon\nPASSWORD guess{}\nLOGIN u\n", i));

    EXPECT_TRUE(honest->has_asked(20));
    EXPECT_LT(honest->longest(), kPatience);
    EXPECT_EQ(site.ask("GET NUMLOGINS u"), "NUMLOGINS u 0");
}

} // namespace
} // namespace upright::test
