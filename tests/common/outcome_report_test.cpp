#include "common/client/outcome_report.hpp"

#include <gtest/gtest.h>

namespace upright {
namespace {

const Subject kSubject{{"ups", "u@h"}, {"command", "load.off"}};

void expect(const Output& got, const std::string& out, const std::string& err)
{
    EXPECT_EQ(got.out, out);
    EXPECT_EQ(got.err, err);
}

TEST(OutcomeReport, TellsWhatWasAccepted)
{
    Outcome outcome;
    outcome.ok = true;
    outcome.line = "OK TRACKING 1-2";
    outcome.reply = outcome.line;
    outcome.tracking = "1-2";

    expect(report(outcome, kSubject, false), "", "OK TRACKING 1-2\n"); // Trap 61
    expect(report(outcome, kSubject, true),
           "{\n  \"ups\": \"u@h\",\n  \"command\": \"load.off\",\n  \"result\": \"OK\",\n"
           "  \"tracking\": \"1-2\"\n}\n",
           "");
}

TEST(OutcomeReport, TellsHowItEnded)
{
    Outcome outcome;
    outcome.is_result = true;
    outcome.line = "ERR FAILED";
    outcome.reply = outcome.line;
    outcome.tracking = "1-2";
    outcome.error = "The device or its driver refused";

    expect(report(outcome, kSubject, false), "", "ERR FAILED\n");
    expect(report(outcome, kSubject, true),
           "{\n  \"ups\": \"u@h\",\n  \"command\": \"load.off\",\n  \"result\": \"ERR FAILED\",\n"
           "  \"tracking\": \"1-2\",\n  \"error\": \"The device or its driver refused\"\n}\n",
           "Error: The device or its driver refused\n");
}

TEST(OutcomeReport, TellsWhyItWasNeverSaid)
{
    const auto outcome = failure("Instant command failed", {Errc::disconnected, "Server disconnected"});

    expect(report(outcome, kSubject, false), "", "Instant command failed: Server disconnected\n");
    expect(report(outcome, kSubject, true), "{\n  \"error\": \"Server disconnected\"\n}\n",
           "Error: Server disconnected\n");
}

TEST(WaitLimit, IsWholeSeconds)
{
    EXPECT_EQ(*wait_limit("0"), std::chrono::seconds(0));
    EXPECT_EQ(*wait_limit("86400"), std::chrono::hours(24));
    for (const auto* const text : {"", "x", "1.5", "-1", "86401", "1s", "99999999999"})
        EXPECT_FALSE(wait_limit(text)) << text;
}

} // namespace
} // namespace upright
