// Serial against a pseudo terminal whose other end the test holds.
#include "drivers/io/serial.hpp"
#include "drivers/runtime/driver.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fcntl.h>
#include <future>
#include <poll.h>
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

} // namespace
} // namespace upright::io
