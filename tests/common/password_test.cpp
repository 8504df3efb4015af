// Passwords and their hashes.
#include "common/password/password.hpp"

#include <gtest/gtest.h>
#include <thread>
#include <vector>

namespace upright::password {
namespace {

// Made by crypt(3); the password is "secret".
constexpr const char* kYescrypt = "$y$j75$K028qbA5AN3fvg8HZpYuB0$viIidUdhMusfsl3TaiR00D/nJkzqbN4X/6sxnlY8GA5";
constexpr const char* kSha512 =
    "$6$D4LdyeZWqkczVeSh$ukSRzXXY/"
    ".Y.Q3N8ILCUuzeisZWOATQ3xjfo8cAoG.6z2LCEkEtLuQEl5DjBOQR8ph8QxCHP07T7sMJM4l9Bv.";
constexpr const char* kSha256 = "$5$FUc8gwuH/UMsTWfv$6tOIvR4.KpEU.tnZx4vI5R.4J2jLY66N1iTEik2xuaB";
constexpr const char* kBcrypt = "$2b$04$lMfrr0XX4F4vsgXShbydteIpDo4Y../WNhPhQYc1JpZIVgD8dSI42";

TEST(Passwords, CompareAsTexts)
{
    EXPECT_TRUE(same_text("", ""));
    EXPECT_TRUE(same_text("secret", "secret"));
    EXPECT_FALSE(same_text("secret", "Secret"));
    EXPECT_FALSE(same_text("secret", "secre"));
    EXPECT_FALSE(same_text("", "x"));
    EXPECT_FALSE(same_text(std::string_view("a\0b", 3), std::string_view("a\0c", 3)));
}

TEST(Passwords, MatchTheHashesOfEveryStrongMethod)
{
    for (const std::string hash : {kYescrypt, kSha512, kBcrypt}) {
        EXPECT_TRUE(is_hash(hash)) << hash;
        EXPECT_TRUE(matches("secret", hash)) << hash;
        for (const auto* const wrong : {"", "Secret", "secret ", "secre"})
            EXPECT_FALSE(matches(wrong, hash)) << hash;
        EXPECT_FALSE(matches(std::string("secret\0x", 8), hash)) << hash;
    }
}

TEST(Passwords, MatchNothingThatIsNoHash)
{
    for (const std::string text :
         {"", "secret", "*", "*0", "!", "$", "$$", "$y$", "$6$salt$", "$9$salt$hash",
          "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", // MD5
          "ab01FAX.bQRSU",                      // DES
          "$6$salt$not/long/enough/for/a/hash/of/that/kind/",
          "$nosuch$salt$aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}) {
        EXPECT_FALSE(matches("secret", text)) << text;
        EXPECT_FALSE(matches("", text)) << text;
        EXPECT_FALSE(matches(text, text)) << text;
    }
    for (const std::string text :
         {"", "secret", "*0", "$y$", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", kSha256, "ab01FAX.bQRSU"})
        EXPECT_FALSE(is_hash(text)) << text;
}

TEST(Passwords, OfTruncatedHashesMatchNothing)
{
    const std::string whole = kYescrypt;
    for (std::size_t length = 0; length < whole.size(); ++length)
        EXPECT_FALSE(is_hash(whole.substr(0, length))) << length;
    EXPECT_FALSE(is_hash(whole + " "));
    EXPECT_FALSE(is_hash(whole + std::string(1000, 'x')));
}

TEST(Passwords, AreHashedWithANewSaltEachTime)
{
    const auto first = hash("p \"#\\=");
    const auto second = hash("p \"#\\=");

    ASSERT_TRUE(first && second);
    EXPECT_NE(*first, *second);
    EXPECT_TRUE(is_hash(*first) && matches("p \"#\\=", *first) && matches("p \"#\\=", *second));
    EXPECT_FALSE(matches("p", *first));
    EXPECT_FALSE(hash(std::string("a\0b", 3)));
}

TEST(Passwords, MatchInSeveralThreadsAtOnce)
{
    std::vector<int> right(4);
    std::vector<std::thread> threads;
    for (auto& one : right)
        threads.emplace_back([&one] { one = matches("secret", kYescrypt) && !matches("other", kBcrypt); });
    for (auto& thread : threads)
        thread.join();

    EXPECT_EQ(right, std::vector<int>(4, 1));
}

} // namespace
} // namespace upright::password
