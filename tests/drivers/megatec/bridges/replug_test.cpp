// A UPS that is pulled out of its USB socket and plugged in again, a thousand times.
#include "tests/e2e/site.hpp"
#include "tests/support/usb_simulator.hpp"

#include <gtest/gtest.h>

#include <iostream>
#include <sstream>

namespace upright::test {
namespace {

// The engine alone, without the pauses that the program makes between attempts.
TEST(ReplugEngine, AThousandTimesLeavesNothingBehind)
{
    UsbSimulator simulator({"cypress"});
    ASSERT_TRUE(simulator.ready()) << simulator.process().err();

    const auto done =
        run({UPRIGHT_REPLUG, simulator.scratch().file("usb.ctl"), "1000"}, simulator.environment(), 500s);

    ASSERT_EQ(done.exit_code, 0) << done.err;
    std::istringstream words(done.out);
    std::string when;
    long descriptors_before = 0;
    long kilobytes_before = 0;
    long descriptors_after = 0;
    long kilobytes_after = 0;
    words >> when >> descriptors_before >> kilobytes_before >> when >> descriptors_after >> kilobytes_after;
    std::cout << done.out;
    EXPECT_EQ(descriptors_after, descriptors_before);
    if (!built_with_asan()) {
        EXPECT_LT(kilobytes_after, kilobytes_before + 1024);
    }
}

} // namespace
} // namespace upright::test
