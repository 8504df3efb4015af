// Serial against a pseudo terminal whose other end the test holds.
#include "drivers/io/device_lock.hpp"
#include "drivers/io/serial.hpp"
#include "drivers/runtime/driver.hpp"
#include "tests/support/process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <future>
#include <poll.h>
#include <termios.h>
#include <unistd.h>

namespace upright::io {
namespace {

using namespace std::chrono_literals;

constexpr Limits kShort{.silence = 100ms, .total = 400ms, .longest = 64};

struct SerialLine : testing::Test {
    int device = ::posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    std::string path;
    std::unique_ptr<Serial> serial;

    void SetUp() override
    {
        std::array<char, 64> name{};
        ASSERT_EQ(::grantpt(device), 0);
        ASSERT_EQ(::unlockpt(device), 0);
        ASSERT_EQ(::ptsname_r(device, name.data(), name.size()), 0);
        path = name.data();
        serial = std::make_unique<Serial>(path);
        serial->open();
    }
    void TearDown() override { hang_up(); }

    void hang_up()
    {
        if (device >= 0)
            ::close(device);
        device = -1;
    }
    // Waits for a question, then sends `pieces` one by one.
    std::future<std::string> answer_with(std::vector<std::string> pieces) const
    {
        return std::async(std::launch::async, [this, pieces = std::move(pieces)] {
            std::array<char, 64> question{};
            const auto got = ::read(device, question.data(), question.size());
            for (const auto& piece : pieces)
                EXPECT_EQ(::write(device, piece.data(), piece.size()), static_cast<ssize_t>(piece.size()));
            return std::string(question.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
        });
    }
};

TEST_F(SerialLine, TakesAnAnswerInPieces)
{
    auto device_side = answer_with({"(2", std::string("\0\n", 2), "30", ".0\rleft over"});
    EXPECT_EQ(serial->exchange("Q1\r", kShort), "(230.0");
    EXPECT_EQ(device_side.get(), "Q1\r");

    auto next = answer_with({"#1\r"}); // what was left over is not part of it
    EXPECT_EQ(serial->exchange("F\r", kShort), "#1");
    next.get();
}

TEST_F(SerialLine, ReturnsSilenceAndUnendedAnswersAsTheyAre)
{
    EXPECT_EQ(serial->exchange("T\r", kShort), "");
    ::tcflush(device, TCIOFLUSH);
    auto device_side = answer_with({"(230"});
    EXPECT_EQ(serial->exchange("Q1\r", kShort), "(230");
    device_side.get();
}

TEST_F(SerialLine, BoundsWhatABabblingDeviceSends)
{
    auto device_side = answer_with({std::string(200, 'x')});
    try {
        serial->exchange("Q1\r", kShort);
        ADD_FAILURE() << "took it all";
    } catch (const DeviceError& e) {
        EXPECT_EQ(e.kind(), DeviceError::Kind::no_answer);
    }
    device_side.get();
}

TEST_F(SerialLine, IsOurAloneUnlessToldOtherwise)
{
    Serial second(path);
    Serial careless(path, {.lock = false});

    EXPECT_THROW(second.open(), DeviceError);
    EXPECT_NO_THROW(careless.open());
}

TEST_F(SerialLine, SaysThatTheDeviceIsGone)
{
    hang_up();
    for (int i = 0; i < 2; ++i) {
        try {
            serial->exchange("Q1\r", kShort);
            ADD_FAILURE() << "exchanged";
        } catch (const DeviceError& e) {
            EXPECT_EQ(e.kind(), DeviceError::Kind::lost);
        }
    }
}

// The answer to a question that was given up must not be taken for the answer to the next.
TEST_F(SerialLine, WaitsForAnAnswerThatIsDue)
{
    EXPECT_EQ(serial->exchange("RT\r", kShort), "");
    auto late = std::async(std::launch::async, [this] {
        EXPECT_EQ(::write(device, "018\r", 4), 4); // before the next question, or while its asker waits
        std::string questions;
        for (char c = 0;
             std::count(questions.begin(), questions.end(), '\r') < 2 && ::read(device, &c, 1) == 1;)
            questions += c;
        EXPECT_EQ(::write(device, "2\r", 2), 2);
        return questions;
    });
    EXPECT_EQ(serial->exchange("M\r", kShort), "2");
    EXPECT_EQ(late.get(), "RT\rM\r");
}

TEST_F(SerialLine, IsSetUpAsItIsTold)
{
    serial = std::make_unique<Serial>(
        path, SerialSettings{.baud = 9600, .data_bits = 7, .parity = Parity::odd, .stop_bits = 2});
    serial->open();
    termios line{};
    ASSERT_EQ(::tcgetattr(device, &line), 0);
    EXPECT_EQ(::cfgetospeed(&line), B9600);
    EXPECT_EQ(line.c_cflag & (CSTOPB | PARODD), static_cast<tcflag_t>(CSTOPB | PARODD));
    EXPECT_EQ(line.c_cflag & CRTSCTS, 0U);
}

TEST_F(SerialLine, SendsAtAPaceIfItIsTold)
{
    serial = std::make_unique<Serial>(path, SerialSettings{.pace = std::chrono::milliseconds(1)});
    serial->open();
    auto question = std::async(std::launch::async, [this] {
        std::string all;
        for (char c = 0; c != '\r' && ::read(device, &c, 1) == 1;)
            all += c;
        EXPECT_EQ(::write(device, "ok\r", 3), 3);
        return all;
    });
    EXPECT_EQ(serial->exchange("S.5R0003\r", kShort), "ok");
    EXPECT_EQ(question.get(), "S.5R0003\r");
}

TEST(DeviceLock, IsAFileThatNamesItsProcess)
{
    const upright::test::Scratch scratch;
    const auto path = scratch.file("LCK..ttyS0");
    {
        const auto lock = DeviceLock::take(path);
        EXPECT_EQ(scratch.read("LCK..ttyS0"), fmt::format("{:10}\n", ::getpid()));
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    EXPECT_EQ(lock_file_of("/dev/null"), "/var/lock/LCK..null");
    EXPECT_EQ(lock_file_of("/dev/none"), "");
    EXPECT_EQ(lock_file_of(path), "");
}

TEST(DeviceLock, OfALivingProcessIsKeptAndOfADeadOneTaken)
{
    const upright::test::Scratch scratch;
    const auto path = scratch.write("LCK..ttyS0", fmt::format("{:10}\n", ::getppid()));
    EXPECT_THROW(DeviceLock::take(path), DeviceError);
    EXPECT_EQ(scratch.read("LCK..ttyS0"), fmt::format("{:10}\n", ::getppid()));

    for (const auto* const stale : {"999999999\n", "garbage", "", "-1\n", "0\n"}) {
        scratch.write("LCK..ttyS0", stale);
        const auto lock = DeviceLock::take(path);
        EXPECT_EQ(scratch.read("LCK..ttyS0"), fmt::format("{:10}\n", ::getpid())) << stale;
    }
    EXPECT_NO_THROW(DeviceLock::take(scratch.file("no/such/folder"))) << "then there is none";
}

} // namespace
} // namespace upright::io
