#include "common/client/dial.hpp"
#include "common/client/login.hpp"
#include "tests/support/process.hpp"

#include <gtest/gtest.h>

namespace upright {
namespace {

TEST(Login, OptionsCountBeforeTheFile)
{
    Credentials file;
    file.user = "filed";
    file.password = "kept";

    const auto by_options = find_login({.user = "me", .password = "pw"}, file);
    const auto by_file = find_login({}, file);
    const auto by_both = find_login({.user = {}, .password = "pw"}, file);
    const auto same_user = find_login({.user = "filed", .password = {}}, file);

    ASSERT_TRUE(by_options && by_file && by_both && same_user);
    EXPECT_EQ(by_options->user + ":" + by_options->password, "me:pw");
    EXPECT_EQ(by_file->user + ":" + by_file->password, "filed:kept");
    EXPECT_EQ(by_both->user + ":" + by_both->password, "filed:pw");
    EXPECT_EQ(same_user->user + ":" + same_user->password, "filed:kept");
}

TEST(Login, SecretIsOverwrittenWhereItStood)
{
    std::string argument = "s3cret";

    EXPECT_EQ(take_secret(argument.data()), "s3cret");
    EXPECT_EQ(argument, "xxxxxx");
}

TEST(DialPlan, FindsThePasswordOfThatUser)
{
    const test::Scratch scratch;
    const auto file = scratch.write("auth", "[one@h]\nPASS = first\n[two@h]\nPASS = second\n");
    const DialOptions options{.time_limit = "2.5", .credentials = file};

    const auto one = plan_dial({"h", 3493}, options, "one");
    const auto nobody = plan_dial({"h", 3493}, options, "three");

    ASSERT_TRUE(one && nobody);
    EXPECT_EQ(one->credentials.password, "first");
    EXPECT_EQ(one->limit, std::chrono::milliseconds(2500));
    EXPECT_FALSE(nobody->credentials.password);
}

TEST(DialPlan, FailsForWhatCantBeRead)
{
    EXPECT_EQ(plan_dial({}, {.time_limit = "soon", .credentials = {}}).error().what,
              "invalid network timeout: soon");
    EXPECT_FALSE(plan_dial({}, {.time_limit = {}, .credentials = "/nowhere/auth"}));
    EXPECT_FALSE(plan_dial({}, {.time_limit = {}, .credentials = "/nowhere/auth"}, "me"));
}

} // namespace
} // namespace upright
