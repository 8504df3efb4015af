#include "clients/upscmd/commands.hpp"

#include <gtest/gtest.h>

namespace upright::upscmd {
namespace {

const std::vector<Command> kCommands{{"load.off", "Turn \"it\" off"}, {"test.panel", std::nullopt}};

TEST(UpscmdCommands, StandBelowATitle) // Trap 63
{
    EXPECT_EQ(commands_text("u", kCommands, false),
              "Instant commands supported on UPS [u]:\n\nload.off - Turn \"it\" off\ntest.panel\n");
    EXPECT_EQ(commands_text("u", {}, false), "Instant commands supported on UPS [u]:\n\n");
}

TEST(UpscmdCommands, AreNamesWithDescriptionsInJson)
{
    EXPECT_EQ(
        commands_text("u", kCommands, true),
        "{\n  \"load.off\": \"Turn \\\"it\\\" off\",\n  \"test.panel\": \"Description unavailable\"\n}\n");
    EXPECT_EQ(commands_text("u", {}, true), "{\n\n}\n");
}

} // namespace
} // namespace upright::upscmd
