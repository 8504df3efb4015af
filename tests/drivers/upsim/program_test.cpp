// The program: its links, its control socket, its end.
#include "tests/support/simulator.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <filesystem>

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

namespace upright::test {
namespace {

// What the UPS answers on its terminal: so many CRs and what is before them, or what there is in a second.
std::string asked(const std::string& port, const std::string& question, int answers = 1)
{
    const int line = ::open(port.c_str(), O_RDWR | O_NOCTTY);
    std::string got;
    if (::write(line, question.data(), question.size()) < 0)
        got = "<no line>";
    pollfd wait{.fd = line, .events = POLLIN, .revents = 0};
    while (std::count(got.begin(), got.end(), '\r') < answers && ::poll(&wait, 1, 1000) > 0) {
        std::array<char, 512> buffer{};
        const auto count = ::read(line, buffer.data(), buffer.size());
        if (count <= 0)
            break;
        got.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::close(line);
    return got;
}

TEST(Upsim, ServesManyAndCleansUp)
{
    Simulator simulator({}, 200);
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();
    EXPECT_TRUE(std::filesystem::is_character_file(simulator.port(1)));
    EXPECT_TRUE(std::filesystem::is_character_file(simulator.port(200)));
    EXPECT_EQ(simulator.ctl({"all", "mains", "off"}), "");
    EXPECT_THAT(simulator.ctl({"ups200", "status"}), testing::HasSubstr("\non.battery: yes\n"));

    simulator.process().signal(SIGTERM);

    EXPECT_EQ(simulator.process().wait().exit_code, 0);
    EXPECT_TRUE(std::filesystem::is_empty(simulator.scratch().path()));
}

TEST(Upsim, SaysWhatIsWrongWithARequest)
{
    Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    EXPECT_EQ(simulator.ctl({"ups2", "status"}), "upsim: no UPS is called \"ups2\"\n");
    EXPECT_EQ(simulator.ctl({"ups1", "mians", "off"}),
              "upsim: no action is called \"mians\" (did you mean \"mains\"?)\n");
    EXPECT_EQ(simulator.ctl({"ups1", "load", "900"}), "upsim: \"900\" is no number in 0..200\n");
    EXPECT_EQ(simulator.ctl({"ups1", "load"}), "upsim: want load <percent>\n");
    EXPECT_EQ(simulator.ctl({"ups1", "fault", "smoke"}),
              "upsim: want none, garble, mute, slow, truncate, overlong, double, "
              "nonnumeric, leap or drop\n");
    EXPECT_EQ(simulator.ctl({"ups1"}), "upsim: want <ups>|all and an action, or quit\n");
}

TEST(Upsim, QuitsOnRequestAndRunsOnceInAFolder)
{
    Simulator simulator;
    ASSERT_TRUE(simulator.ready());
    const auto second = run({program("upsim"), "run", "--dir", simulator.scratch().path()}, {});
    EXPECT_EQ(second.exit_code, 1);
    EXPECT_THAT(second.err, testing::StartsWith("upsim: another upsim is using "));

    EXPECT_EQ(simulator.ctl({"quit"}), "");
    EXPECT_EQ(simulator.process().wait().exit_code, 0);
}

TEST(Upsim, RunsFasterThanTheClock)
{
    Simulator simulator({"--time-scale", "20000"});
    ASSERT_TRUE(simulator.ready());
    simulator.ctl({"ups1", "mains", "off"});
    EXPECT_TRUE(eventually([&] { return simulator.status("output.state") == "off until mains"; }));
    simulator.ctl({"ups1", "mains", "on"});
    EXPECT_TRUE(eventually([&] { return simulator.status("output.state") == "on"; }));
}

TEST(Upsim, SpeaksTheDialectThatItIsTold)
{
    const Simulator simulator({"--dialect", "voltronic-axpert"}, 2);
    ASSERT_TRUE(simulator.ready());
    EXPECT_EQ(asked(simulator.port(2), "QPI\xBE\xAC\r"), "(PI30\x9A\x0B\r");
    EXPECT_EQ(asked(simulator.port(1), "Q1\r"), "(NAKss\r");
}

TEST(Upsim, RefusesADialectThatThereIsNot)
{
    const Scratch scratch;
    const auto done =
        run({program("upsim"), "run", "--dir", scratch.path(), "--dialect", "mecr"}, scratch.environment());
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_THAT(done.err, testing::StartsWith("--dialect: no dialect is called \"mecr\" (did you mean "
                                              "\"mecer\"?): want one of megatec, "));
    const auto sockets =
        run({program("upsim"), "run", "--sockets", scratch.path(), "--dialect", "q1"}, scratch.environment());
    EXPECT_EQ(sockets.exit_code, 1);
}

TEST(Upsim, SpoilsAsManyAnswersAsItIsTold)
{
    const Simulator simulator({"--dialect", "voltronic", "--time-scale", "0.001"});
    ASSERT_TRUE(simulator.ready());
    const auto spoiled = [&](const std::string& kind, int answers = 1) {
        EXPECT_EQ(simulator.ctl({"ups1", "fault", kind, "1"}), "");
        EXPECT_EQ(simulator.status("fault"), kind);
        return asked(simulator.port(), "QPI\r", answers);
    };
    EXPECT_EQ(spoiled("double", 2), "(PI01\r(PI01\r");
    EXPECT_EQ(spoiled("nonnumeric"), "(PIAB\r");
    EXPECT_LT(spoiled("truncate").size(), 6U);
    EXPECT_GE(spoiled("overlong").size(), 14U);
    EXPECT_EQ(asked(simulator.port(), "QPI\r"), "(PI01\r");

    const auto before = asked(simulator.port(), "QGS\r");
    EXPECT_EQ(simulator.ctl({"ups1", "fault", "leap", "1"}), "");
    const auto leap = asked(simulator.port(), "QGS\r");
    EXPECT_EQ(leap.substr(29, 3), "999");
    EXPECT_EQ(leap.substr(45, 5), "000.0");
    EXPECT_EQ(asked(simulator.port(), "QGS\r"), before);
}

TEST(Upsim, ReplacesNoFileThatIsNotItsOwn)
{
    const Scratch scratch;
    scratch.write("ups1", "precious");
    const auto done = run({program("upsim"), "run", "--dir", scratch.path()}, scratch.environment());
    EXPECT_EQ(done.exit_code, 1);
    EXPECT_EQ(scratch.read("ups1"), "precious");
}

} // namespace
} // namespace upright::test
